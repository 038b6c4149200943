package intercom

import (
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Saves implements connectors.Savior: attributes take tags and priorities, and some files
// may be larger.
func (c *Config) Saves(kind desk.Kind, l connectors.Loss) (settings map[string]any, also string, ok bool) {
	const make1 = "make an attribute of the type Text of that name in the ticket type, hidden from customers (Settings, Tickets)"
	switch f := strings.TrimPrefix(l.Field, "message."); {
	case kind == desk.KindMessage && f == "author" && c.Others != othersThemselves && strings.Contains(l.Detail, notTheirs):
		return map[string]any{"others": othersThemselves}, "only if Intercom takes it, and mails nobody by it: try it with one ticket of your own", true
	case kind == desk.KindMessage && f == "author" && c.prefaced():
		return nil, "it stands at the top of the message, as text (preface)", false
	case kind == desk.KindTicket && l.Field == "tags" && c.Tags == "":
		return map[string]any{"tags_attribute": "Tags"}, make1, true
	case kind == desk.KindTicket && l.Field == "priority" && c.Priority == "":
		return map[string]any{"priority_attribute": "Priority"}, make1, true
	}
	all, err := strconv.ParseInt(l.Value, 10, 64)
	if l.Why != connectors.WhyTooLarge || err != nil {
		return nil, "", false
	}
	return map[string]any{"max_file": all}, "only if Intercom takes as much", true
}
