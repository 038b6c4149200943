package pipeline

import (
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// noRoom gathers, of what is to be written, the fields that say something and that the
// target has no room for. Nothing else tells of them: they are not asked of it. They are
// told when it was written, by tellLacked.
func (t *task) noRoom() {
	if len(t.Writes.Fields) == 0 || t.repeat {
		return
	}
	if kind, id := t.rec.Kind(), t.rec.About().ID; !t.writtenNow() && !t.asItWas() && !t.theirs() {
		for _, name := range t.lacking() {
			t.lacks(kind, id, "", name, name)
		}
	}
	ticket, ok := t.rec.(*desk.Ticket)
	if !ok {
		return
	}
	for i := range ticket.Messages {
		m := &ticket.Messages[i]
		if t.seen.settled(m) || strings.HasPrefix(string(m.ID), leftoversID) {
			continue
		}
		for _, name := range t.lackingOf(m) {
			t.lacks(desk.KindMessage, m.ID, ticket.ID, name, "message."+name)
		}
	}
}

// asItWas tells whether the source says that nothing changed since the record was
// written.
func (t *task) asItWas() bool {
	version := t.rec.About().Version
	return t.seen.Target != "" && version != "" && t.seen.Version == version && t.seen.Mapping == t.MapHash
}

// theirs tells whether what stands at the target for the record stood there before us,
// or is another source's: of it nothing was written, so that nothing is lost.
func (t *task) theirs() bool { return t.seen.Adopted || t.seen.Joined }

// lacking are the fields of the cover that say something and that the target has no
// room for.
func (t *task) lacking() (names []string) {
	kind := t.rec.Kind()
	for _, name := range t.said {
		if name != "deleted" && !t.Writes.Keeps(kind, name) {
			names = append(names, name)
		}
	}
	return names
}

// lackingOf are such fields of a message.
func (t *task) lackingOf(m *desk.Message) (names []string) {
	said := m.Said()
	if len(m.Files) > 0 {
		said = append(said, "files")
	}
	for _, name := range append(said, customOf(m)...) {
		if !t.Writes.Keeps(desk.KindMessage, name) {
			names = append(names, name)
		}
	}
	return names
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
	loss := fieldLoss{Loss: connectors.Loss{Field: field, Detail: fmt.Sprintf("%s %s: the target has no room for its %s", kind, id, what), Why: connectors.WhyNoRoom}}
	if t.inNote(kind, name) {
		loss.keptInNote()
	}
	t.lacked = append(t.lacked, lack{Event: Event{Kind: kind, ID: id, Parent: parent, Loss: &loss.Loss}})
}

// told tells whether noRoom has told of a loss that the target tells of too.
func (t *task) told(s *Step, loss *fieldLoss) bool {
	kind, name := s.kind(), loss.Field
	if rest, ok := strings.CutPrefix(name, "message."); ok {
		kind, name = desk.KindMessage, rest
	}
	if rest, ok := strings.CutPrefix(name, "file."); ok {
		kind, name = desk.KindFile, rest
	}
	return name != "file" && !t.Writes.Keeps(kind, name)
}
