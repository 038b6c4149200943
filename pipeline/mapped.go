package pipeline

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// mapped applies the mapping, and tells whether a rule left the record out. What it took
// away, heed tells.
func (t *task) mapped(ctx context.Context) (skipped bool, err error) {
	if t.Map == nil {
		return false, nil
	}
	t.verdict, err = t.Map(ctx, t.rec)
	var trouble *connectors.Trouble
	switch {
	case errors.As(err, &trouble):
		return false, err
	case err != nil:
		return false, &connectors.Trouble{
			Reason: connectors.ReasonMapping, Err: fmt.Errorf("%s %s: mapping: %w", t.rec.Kind(), t.rec.About().ID, err),
			Hint: "mend the mapping and run again",
		}
	case !t.verdict.Keep:
		return true, t.skip(t.verdict.Rule)
	}
	return false, nil
}

// heed notes what the mapping took away.
func (t *task) heed() {
	for _, l := range byField(t.verdict.Losses) {
		l.Why = connectors.WhyRedacted
		t.taken = append(t.taken, l.Loss)
		if !t.repeat && t.check == nil {
			t.lacked = append(t.lacked, lack{Event: Event{Kind: t.rec.Kind(), ID: t.rec.About().ID, Loss: &l.Loss}})
		}
	}
	for _, c := range t.verdict.Conflicts {
		if t.check == nil && (t.was.Run != t.Run || t.Run == 0) { // else this run has told it
			t.conflict(c.Field, c.Detail)
		}
	}
	t.dropped(t.verdict.Dropped)
}

// dropped writes down which messages a rule took out of the ticket. One that
// stands at the target already stays there.
func (t *task) dropped(rules map[desk.ID]string) {
	ticket, ok := t.rec.(*desk.Ticket)
	if !ok {
		return
	}
	if t.check != nil {
		t.looked.count(desk.KindMessage, Checked{LeftOut: int64(len(rules))})
		return
	}
	for id, rule := range rules {
		row, known := t.seen.Messages[id]
		if !known || row.State != checkpoints.Done {
			row = t.messageRow(ticket, &desk.Message{ID: id, Mark: t.Marks(desk.KindMessage, ticket.ID, id)}, checkpoints.Skipped)
			row.Reason, row.Detail = string(connectors.ReasonFiltered), rule
			t.put(row)
		}
		if known && t.was.Run == t.Run {
			continue // this run has counted it
		}
		t.counts(desk.KindMessage, ticket.ID, id, 1, Counted{To: Skipped, Record: ticket})
		t.tell(Event{Kind: desk.KindMessage, ID: id, Parent: ticket.ID, Outcome: Skipped, Reason: connectors.ReasonFiltered, Detail: rule})
	}
}

// skip leaves the record out on purpose. What stands at the target already stays
// there.
func (t *task) skip(rule string) error {
	t.state, t.trial = checkpoints.Skipped, &connectors.Trouble{Reason: connectors.ReasonFiltered, Err: errors.New(rule)}
	if t.seen.Target == "" && t.seen.State != checkpoints.Intended {
		t.seen.State, t.seen.Reason, t.seen.Detail = checkpoints.Skipped, string(connectors.ReasonFiltered), rule
		t.save()
	}
	return nil
}
