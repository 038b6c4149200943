package pipeline

import (
	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// reopen gives the refused messages of a ticket another chance: all in a retry,
// else those that the source could not read or had lost, and has now.
func (t *task) reopen(ticket *desk.Ticket) {
	for i := range ticket.Messages {
		t.reopenOne(ticket.Messages[i].ID)
	}
}

// reopenOne does so for one message, be it a note of ours, once a run.
func (t *task) reopenOne(id desk.ID) {
	row := t.seen.Messages[id]
	if row.Run == t.Run && t.Run != 0 {
		return
	}
	_, asks := t.Target.(connectors.Fetcher)
	switch {
	case row.State != checkpoints.Failed:
		return
	case row.Reason == string(connectors.ReasonVanished) && asks && t.check == nil:
		row.State = checkpoints.Intended // it may have arrived before it was lost
	case t.RetryOnly || row.Reason == string(connectors.ReasonUnreadable):
		row.State = checkpoints.Entered
	default:
		return
	}
	t.seen.Messages[id] = row
	t.put(row)
}
