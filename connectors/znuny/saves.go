package znuny

import (
	"slices"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Saves implements connectors.Savior: dynamic fields are written that the configuration
// names.
func (c *Config) Saves(kind desk.Kind, l connectors.Loss) (settings map[string]any, also string, ok bool) {
	if f := strings.TrimPrefix(l.Field, "message."); kind == desk.KindMessage && (f == "at" || f == "author") {
		return nil, "it stands at the top of the message, as text", false
	}
	if all, err := strconv.ParseInt(l.Value, 10, 64); l.Why == connectors.WhyTooLarge && err == nil {
		return map[string]any{"max_files": all}, "only if MaxLength of the web service allows a third more", true
	}
	name, custom := strings.CutPrefix(l.Field, "fields.")
	if kind != desk.KindTicket || !custom || l.Why != connectors.WhyNoRoom || !isFieldName.MatchString(name) || slices.Contains(c.Fields, name) {
		return nil, "", false
	}
	all := []any{}
	for _, f := range append(slices.Clone(c.Fields), name) {
		all = append(all, f)
	}
	return map[string]any{"fields": all}, "make the dynamic field " + name + " of tickets in Znuny (Admin → Dynamic Fields)", true
}
