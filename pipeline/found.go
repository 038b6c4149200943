package pipeline

import (
	"context"
	"errors"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// foundApart tells whether a record of a kind without messages was found, the answer to
// whose making was lost.
func (t *task) foundApart(before checkpoints.Row) bool {
	made := before.State == checkpoints.Intended && before.Target == "" && t.seen.Target != "" && !t.seen.Adopted
	return made && t.rec.Kind() != desk.KindTicket
}

// asFound puts down what is known of a record that was found, but for messages. When it
// cannot be read, its line is as before.
func (t *task) asFound(ctx context.Context, before checkpoints.Row) error {
	from, can := t.Target.(connectors.Fetcher)
	if !can || t.seen.Target == "" {
		return nil
	}
	back, err := t.asked(ctx, from, t.rec.Kind(), t.seen.Target)
	switch {
	case errors.Is(err, connectors.ErrNotFound):
		return nil // what is written to it tells
	case err != nil:
		t.seen.Row = before
		return err
	}
	t.foundAs(back, before)
	return nil
}

// foundAs puts down what is known of a record that was found, the answer to whose making was
// lost. If nobody came since, it says what was written, as far as it got; else that is what
// the call was to say, and whatever else stands there may be somebody's.
func (t *task) foundAs(back desk.Record, before checkpoints.Row) {
	t.found = true
	switch {
	case len(before.Begun) == 0:
	case workedAt(back, before):
		t.seen.Written, t.seen.Returned, t.seen.Begun = before.Begun, before.Begun, nil
	default:
		var names []string
		for _, p := range before.Begun {
			names = append(names, p.Name)
		}
		t.seen.Written, t.seen.Returned, t.seen.Begun = printsThere(back).Only(names...), desk.PrintsOf(back), nil
	}
}

// heard takes what an update in doubt was to say for written where the target says it: the
// next update, in doubt as well, would have the line forget it, and it would be an agent's.
func (t *task) heard(now desk.Prints) {
	for _, p := range t.seen.Begun {
		if one := []string{p.Name}; len(saying(now, one).Changed(t.seen.Begun.Only(p.Name))) == 0 {
			t.seen.Written = replaced(t.seen.Written, now, one)
			if t.seen.Returned != nil {
				t.seen.Returned = replaced(t.seen.Returned, now, one)
			}
		}
	}
}

// saidIn are the messages of a ticket at the target, and, of one that people merged, those
// of the tickets that what is new went to.
func (t *task) saidIn(ctx context.Context, from connectors.Fetcher, back *desk.Ticket) ([]desk.Message, error) {
	said := back.Messages
	if !t.mergedAway(back) {
		return said, nil
	}
	chain, err := t.chainOf(ctx, from, back.MergedInto.ID)
	for _, one := range chain {
		said = append(said[:len(said):len(said)], one.Messages...)
	}
	return said, err
}

// ripe is how long after the last sign of whoever made it a ticket may change by
// itself.
const ripe = time.Minute

// workedAt tells whether somebody changed a ticket since it was made by a call whose
// answer was lost. One that nobody changed may be half made.
func workedAt(there desk.Record, row checkpoints.Row) bool {
	return !row.Since.IsZero() && there.About().Updated.After(row.Since.Add(ripe))
}
