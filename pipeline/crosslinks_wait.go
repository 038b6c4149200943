package pipeline

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// crosslinked is relink, and the ticket waits where that helps.
func (t *task) crosslinked(ctx context.Context) error {
	if err := t.relink(ctx); err != nil || t.check != nil {
		return err
	}
	return t.awaitLinked(ctx)
}

// awaitLinked lets the messages of a ticket wait, from the first on that names a ticket still
// to come: they are taken up again when it has. Where that is among those which make the
// ticket, all of it waits. What nobody brings is not waited for, and those that name each
// other in a circle go in the end with the addresses that they have.
func (t *task) awaitLinked(ctx context.Context) error {
	d, err := t.firstAwaited(ctx)
	if d == nil || err != nil {
		return err
	}
	t.named.Add(1)
	t.until = d.message
	t.trial = &connectors.Trouble{
		Reason: connectors.ReasonReference,
		Err:    &namesError{fmt.Errorf("ticket %s: message %s names %s, which has not arrived: it waits to say its new address", t.rec.About().ID, d.message, d.Address)},
		Hint:   "at the end of the run, which was stopped before it, it goes in any case: run again",
	}
	n := slices.IndexFunc(t.rec.(*desk.Ticket).Messages, func(m desk.Message) bool { return m.ID == d.message })
	if t.seen.Target == "" && (t.Writes.AtOnce == 0 || n < t.Writes.AtOnce) {
		return t.trial
	}
	return nil
}

// firstAwaited is the first address in a message not yet written that is worth waiting for;
// nil none.
func (t *task) firstAwaited(ctx context.Context) (*dangling, error) {
	if t.hasty {
		return nil, nil
	}
	for i := range t.dangling {
		d := &t.dangling[i]
		if d.Kind != desk.KindTicket || d.why != notArrived || t.seen.settled(&desk.Message{ID: d.message}) {
			continue
		}
		row, exists, err := t.Ledger.Row(ctx, desk.KindTicket, "", d.ID)
		if err != nil {
			return nil, err
		}
		came := row.Landed() != "" // since we looked
		if came || slices.Contains(unfinished, row.State) || !exists && t.comes() {
			return d, nil
		}
	}
	return nil, nil
}

// untilNamed leaves out the messages that wait, with all after them: they are to stand in
// order.
func (t *task) untilNamed(steps []Step) []Step {
	at := slices.IndexFunc(steps, func(s Step) bool { return s.Verb == Append && s.Message.ID == t.until })
	if t.until == "" || at < 0 {
		return steps
	}
	kept := steps[:at:at]
	for _, s := range steps[at:] {
		if s.Verb != Append {
			kept = append(kept, s)
		}
	}
	return kept
}

// waitsForNamed puts the line of a ticket of which messages wait.
func (t *task) waitsForNamed() {
	t.state = checkpoints.Held
	t.seen.State, t.seen.Reason, t.seen.Detail = t.state, string(t.trial.Reason), t.trial.Error()
	t.save()
}

// namesError is of a ticket whose messages name one that is to come.
type namesError struct{ error }

// comes tells whether a ticket of which nothing is known may still be read in this run.
func (r *run) comes() bool { return !r.last && !r.Select.narrow() && !r.RetryOnly }

// linkedAgain comes back to tickets that waited for those that their messages name, as long
// as that brings some further, and then takes the rest as they are, one after the other, so
// that of those that name each other it is always the same that keep an old address.
func (r *run) linkedAgain(ctx context.Context) error {
	defer func() { r.hasty = false }()
	for was := int64(-1); !r.hasty; {
		left := r.named.Swap(0)
		if left == 0 {
			return nil
		}
		r.hasty, was = left == was, left
		if err := r.save(context.WithoutCancel(ctx)); err != nil {
			return err
		}
		if err := r.takeUp(ctx, desk.KindTicket, unfinished); err != nil {
			return err
		}
	}
	return nil
}
