package pipeline

import (
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// noRoom tells, of what is to be written, the fields that say something and that the
// target has no room for. Nothing else tells of them: they are not asked of it.
func (t *task) noRoom() {
	if len(t.Writes.Fields) == 0 || t.repeat {
		return
	}
	kind, id := t.rec.Kind(), t.rec.About().ID
	written := t.was.Run == t.Run && t.was.Run != 0 && t.was.Target != "" // this run has told
	if _, listed := t.Writes.Fields[kind]; listed && !written {
		for _, p := range desk.PrintsOf(t.rec) {
			if p.Name != "deleted" && !t.Writes.Keeps(kind, p.Name) {
				t.lacks(kind, id, "", p.Name, p.Name)
			}
		}
	}
	ticket, ok := t.rec.(*desk.Ticket)
	if !ok {
		return
	}
	for i := range ticket.Messages {
		if m := &ticket.Messages[i]; !t.seen.settled(m) {
			t.noRoomInMessages(ticket, m)
		}
	}
}

func (t *task) noRoomInMessages(ticket *desk.Ticket, m *desk.Message) {
	names := m.Said()
	for name := range m.Fields {
		names = append(names, "fields."+name)
	}
	for _, name := range names {
		if !t.Writes.Keeps(desk.KindMessage, name) {
			t.lacks(desk.KindMessage, m.ID, ticket.ID, name, "message."+name)
		}
	}
}

// lacks tells of one field.
func (t *task) lacks(kind desk.Kind, id, parent desk.ID, name, field string) {
	what := strings.ReplaceAll(name, "_", " ")
	if custom, ok := strings.CutPrefix(name, "fields."); ok {
		what = fmt.Sprintf("custom field %q", custom)
	}
	switch name {
	case "at":
		what = "time"
	case "merged_into":
		what = "link to the ticket that it was merged into"
	}
	detail := fmt.Sprintf("%s %s: the target has no room for its %s", kind, id, what)
	if t.inNote(kind, name) {
		detail += "; a private note of the ticket holds it"
	}
	t.tell(Event{Kind: kind, ID: id, Parent: parent, Loss: &connectors.Loss{Field: field, Detail: detail}})
}

// told tells whether noRoom has told of a loss that the target tells of too.
func (t *task) told(s *Step, loss *connectors.Loss) bool {
	kind, name := s.kind(), loss.Field
	if rest, ok := strings.CutPrefix(name, "message."); ok {
		kind, name = desk.KindMessage, rest
	}
	return name != "file" && !t.Writes.Keeps(kind, name)
}
