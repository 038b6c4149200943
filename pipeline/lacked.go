package pipeline

import (
	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// lack is a loss that is known before the record is written, and told when it was.
type lack struct {
	Event
	durable *fieldLoss // it is written down, for verify cannot find it again by itself; nil it can
	late    bool       // it comes up only when the record, written before, is taken up again
}

// lacksOf gathers a loss of the record or of one of its messages.
func (t *task) lacksOf(kind desk.Kind, parent, id desk.ID, loss connectors.Loss, late bool) {
	t.lacksAs(kind, parent, id, &fieldLoss{Loss: loss}, late)
}

func (t *task) lacksAs(kind desk.Kind, parent, id desk.ID, loss *fieldLoss, late bool) {
	t.lacked = append(t.lacked, lack{Event{Kind: kind, ID: id, Parent: parent, Loss: &loss.Loss}, loss, late})
}

// tellLacked tells what was gathered of what was written, or may have been, and once in a
// run: of what a run did not come to, or what was refused, nothing is lost.
func (t *task) tellLacked() {
	for _, l := range t.lacked {
		told := t.was.Run == t.Run && t.Run != 0 && mayStand(t.was)
		written := mayStand(t.seen.Row) && !t.theirs() // as the call found
		if l.Kind == desk.KindMessage {
			told = t.had != nil && messageMayStand(t.was, t.had[l.ID]) && t.had[l.ID].Run == t.Run
			written = t.done[l.ID] || messageMayStand(t.seen.Row, t.seen.Messages[l.ID])
		}
		switch {
		case !written || told && !l.late:
		case l.durable != nil:
			t.tellLossOf(l.Kind, l.Parent, l.ID, l.durable)
		default:
			t.tell(l.Event)
		}
	}
	t.lacked = nil
}

// mayStand tells of a line whether its record stands at the target, or may.
func mayStand(row checkpoints.Row) bool {
	return row.Target != "" || row.State == checkpoints.Intended
}

// messageMayStand tells of a message's line whether a call that may have arrived carried
// it: its own, or that which was to make its ticket.
func messageMayStand(ticket, row checkpoints.Row) bool {
	return row.State == checkpoints.Intended || row.State == checkpoints.Entered && ticket.State == checkpoints.Intended && ticket.Target == ""
}
