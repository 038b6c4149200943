package pipeline

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// mergedInto is the ticket that is left of one that people merged into it at the target,
// over however many merges. What was new in the source since was written there.
type mergedInto struct {
	ticket *desk.Ticket
	there  *matcher
	place  map[desk.ID]int // of its messages
	blind  error           // why it could not be read
}

// said says in a finding why the cover of a ticket is as it is.
func (m *mergedInto) said() string {
	return fmt.Sprintf("it was merged into %s at the target: its cover is not changed any more", m.ticket.ID)
}

// followMerges finds the ticket that is left of one that people merged.
func (i *inspection) followMerges(ctx context.Context) error {
	got, ok := i.got.(*desk.Ticket)
	if !ok || got.MergedInto.ID == "" || got.MergedInto.ID == i.seen.Target || i.mergesInto(got.MergedInto.ID) {
		return nil
	}
	last := &desk.Ticket{MergedInto: got.MergedInto}
	var err error
	for n := 0; n < mostMerges && err == nil && last.MergedInto.ID != "" && last.MergedInto.ID != last.ID; n++ {
		last, err = i.fetched(ctx, last.MergedInto.ID)
	}
	if errors.Is(err, errStop) {
		return err
	}
	i.into = &mergedInto{ticket: last, there: newMatcher(last.Messages, i.Writes.Backdate), place: placesIn(last)}
	if err != nil && !errors.Is(err, connectors.ErrNotFound) {
		i.into.blind = err
	}
	return nil
}

// fetched reads a ticket at the target; of one that does not come only the id is known.
func (i *inspection) fetched(ctx context.Context, id desk.ID) (*desk.Ticket, error) {
	last := &desk.Ticket{Meta: desk.Meta{ID: id}}
	err := i.patiently(ctx, func() error {
		r, err := i.check.fetcher.Fetch(ctx, desk.KindTicket, id)
		if err == nil {
			_, err = i.sameLinks(ctx, r)
		}
		if ticket, ok := r.(*desk.Ticket); ok && err == nil {
			last = ticket
		}
		return err
	})
	return last, err
}

// elsewhere finds a message of ours in the ticket that is left.
func (i *inspection) elsewhere(m *desk.Message) (got *desk.Message, found bool) {
	if i.into == nil {
		return nil, false
	}
	at, found, _ := i.find(m, i.into.there, i.into.place)
	if !found {
		return nil, false
	}
	return &i.into.ticket.Messages[at], true
}

// absent tells of a message that is not there.
func (i *inspection) absent(m *desk.Message, detail string) {
	f := Finding{Class: Gone, Detail: detail}
	if i.into != nil {
		f.Detail += fmt.Sprintf(", nor in %s, into which that was merged at the target", i.into.ticket.ID)
		if i.into.blind != nil {
			f.Class, f.Detail = Unseen, fmt.Sprintf("its ticket was merged into %s at the target, which could not be read back: %v", i.into.ticket.ID, i.into.blind)
		}
	}
	i.tell(m, f)
}

// agents tells whether the field of a merged ticket may say what people, or the merge, made
// of it: it says something else than the target gave back when it was written, or that is
// not known.
func (i *inspection) agents(field string) bool {
	return len(i.seen.Returned.Only(field)) == 0 || i.touched(field)
}
