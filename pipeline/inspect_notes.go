package pipeline

import (
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// editedHead begins the note that tells what a message says since it was edited.
const editedHead = "[Edited in the source after it was moved. It now reads:]"

// isNote tells whether a message is a note of ours: of what there was no room for, of an
// edit, of a deletion.
func (t *task) isNote(id desk.ID) bool {
	made, _, noted := strings.Cut(string(id), "~")
	switch ticket, ok := t.rec.(*desk.Ticket); {
	case !noted || !ok:
		return false
	case made == "":
		return true
	case t.sourcePrints != nil:
		return t.sourcePrints[id] == ""
	default: // two messages of one id are told apart likewise: see tellApart
		return !slices.ContainsFunc(ticket.Messages, func(m desk.Message) bool { return m.ID == id })
	}
}

// notes are the lines of the notes of ours that stand in the ticket.
func (i *inspection) notes() (out []checkpoints.Row) {
	for id, row := range i.seen.Messages {
		if row.State == checkpoints.Done && i.isNote(id) {
			out = append(out, row)
		}
	}
	slices.SortFunc(out, func(a, b checkpoints.Row) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out
}

// ownNotes sees that the private notes of ours are there.
func (i *inspection) ownNotes(there *matcher) {
	for _, row := range i.notes() {
		i.looked.count(desk.KindMessage, Checked{Expected: 1})
		if there.takeNote(row) || i.into != nil && i.into.there.takeNote(row) {
			i.looked.count(desk.KindMessage, Checked{There: 1})
			continue
		}
		i.absent(&desk.Message{ID: row.ID}, "the private note "+aboutWhat(row.ID)+" is not in the ticket")
	}
}

// takeNote removes a note of ours, if it is there.
func (m *matcher) takeNote(row checkpoints.Row) bool {
	at := slices.IndexFunc(m.free, func(got *desk.Message) bool {
		return row.Target != "" && got.ID == row.Target || row.Mark != "" && got.Mark == row.Mark
	})
	if at < 0 {
		at = slices.IndexFunc(m.free, func(got *desk.Message) bool { return got.Note && strings.HasPrefix(got.Text, headOf(row.ID)) })
	}
	if at >= 0 {
		m.take(m.free[at].ID)
	}
	return at >= 0
}

// newNote tells of what the cover says that the target has no room for, where the next
// run is to write a note of it. The note about an edit is told with its message; and what
// the source did not change no run takes up.
func (i *inspection) newNote(m *desk.Message) {
	if strings.HasPrefix(string(m.ID), leftoversID) && !i.asItWas() {
		i.looked.tell(Finding{
			Class: Waiting, Kind: desk.KindTicket, ID: i.rec.About().ID, Target: i.seen.Target, Field: "private note",
			Detail: "the source says more for which the target has no room: the next run writes a private note of it",
		})
	}
}

// headOf is how a note of ours begins.
func headOf(id desk.ID) string {
	switch {
	case strings.HasPrefix(string(id), leftoversID):
		return leftoversHead
	case strings.HasPrefix(string(id), "~"):
		return buriedText
	}
	return editedHead
}

// aboutWhat says of what a note of ours tells.
func aboutWhat(id desk.ID) string {
	switch made, _, _ := strings.Cut(string(id), "~"); {
	case strings.HasPrefix(string(id), leftoversID):
		return "with what was left over"
	case made == "":
		return "that the source deleted the ticket"
	default:
		return "about the edit of message " + made
	}
}
