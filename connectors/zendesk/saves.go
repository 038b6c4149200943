package zendesk

import (
	"strconv"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Saves implements connectors.Savior: some accounts take larger files.
func (c *Config) Saves(kind desk.Kind, l connectors.Loss) (settings map[string]any, also string, ok bool) {
	largest, err := strconv.ParseInt(l.Value, 10, 64)
	if kind != desk.KindMessage || l.Why != connectors.WhyTooLarge || err != nil {
		return nil, "", false
	}
	return map[string]any{"max_file": (largest + 1<<20 - 1) >> 20}, "only if the account takes files that large", true
}
