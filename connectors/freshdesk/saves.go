package freshdesk

import (
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Saves implements connectors.Savior: some accounts take more bytes of files.
func (c *Config) Saves(kind desk.Kind, l connectors.Loss) (settings map[string]any, also string, ok bool) {
	if f := strings.TrimPrefix(l.Field, "message."); kind == desk.KindMessage && (f == "at" || f == "author") && c.prefaced() {
		return nil, "it stands at the top of the message, as text (preface)", false
	}
	all, err := strconv.ParseInt(l.Value, 10, 64)
	if l.Why != connectors.WhyTooLarge || err != nil {
		return nil, "", false
	}
	return map[string]any{"max_files": all}, "only if the account takes as much", true
}
