package pipeline

import (
	"context"
	"errors"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Where tickets are merged their people come together on the one that is left: nobody
// changed these, whoever merged the tickets.

// bare is a ticket of the target's without the people whom it may have from those that
// were merged into it, but for those that it should have. It is the same ticket where
// there are none.
func bare(there *desk.Ticket, merged []*desk.Ticket, should []desk.Ref) *desk.Ticket {
	came := func(ref desk.Ref) bool {
		return !slices.Contains(should, ref) && slices.ContainsFunc(merged, func(m *desk.Ticket) bool {
			return m.Requester == ref || slices.Contains(m.Participants, ref)
		})
	}
	if !slices.ContainsFunc(there.Participants, came) {
		return there
	}
	c := *there
	c.Participants = slices.DeleteFunc(slices.Clone(c.Participants), came)
	return &c
}

// joined tells whether a ticket differs in who takes part only by people who came with
// others that were merged into it.
func (i *inspection) joined(ctx context.Context) (bool, error) {
	merger, can := i.Target.(connectors.Merger)
	want, ok := i.want.(*desk.Ticket)
	if !can || !ok {
		return false, nil
	}
	var merged []*desk.Ticket
	err := i.patiently(ctx, func() (err error) {
		merged, err = merger.Merged(ctx, i.seen.Target)
		return err
	})
	if errors.Is(err, errStop) {
		return false, err
	}
	got := bare(i.got.(*desk.Ticket), merged, want.Participants) // of those that cannot be read none is known
	return len(desk.PrintsOf(want).Only("participants").Changed(desk.PrintsOf(got).Only("participants"))) == 0, nil
}
