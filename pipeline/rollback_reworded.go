package pipeline

import (
	"maps"
	"slices"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// unmarked lists the messages of ours that lost their mark at the target, though it keeps
// marks: whoever wrote something else in their place took it away.
func (b *Rollback) unmarked(rows map[desk.ID]checkpoints.Row, there *desk.Ticket) (ids []string) {
	if !b.Writes.Keeps(desk.KindMessage, "mark") {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		r := rows[id]
		same := func(m desk.Message) bool { return m.ID == r.Target && m.Mark == "" }
		if r.State != checkpoints.Failed && r.Target != "" && r.Mark != "" && slices.ContainsFunc(there.Messages, same) {
			ids = append(ids, string(id))
		}
	}
	return ids
}

// renoted lists the notes in a ticket at the target that no longer say what the source's
// edit, of which they tell, does. Of an edit that was edited since nothing is known.
func (i *inspection) renoted(ticket, there *desk.Ticket) (ids []string) {
	at := newMatcher(there.Messages, i.Writes.Backdate)
	for n := range ticket.Messages {
		note := ticket.Messages[n]
		now := i.sourcePrints[note.ID]
		if now == "" {
			continue
		}
		note.ID = noteOfEdit(note.ID, now)
		row := i.seen.Messages[note.ID]
		note.Text, note.HTML = editedHead+"\n\n"+note.Text, ""
		if got := at.ours(row.Target, row.Mark); row.State == checkpoints.Done && row.Mapping == i.MapHash && got != nil && i.rewritten(&note, got) {
			ids = append(ids, string(note.ID))
		}
	}
	return ids
}
