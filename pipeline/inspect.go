package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// inspection is one record of a verification beside what stands at the target.
type inspection struct {
	*task
	want, got desk.Record // want is as compare.There says
	lost      toldLosses
	moved     bool             // what it was written to is gone, and another stands for it
	into      *mergedInto      // of a ticket that people merged at the target; nil of others
	came      bool             // who else takes part came with tickets that were merged into it
	reworded  map[desk.ID]bool // see wereEdited; nil not asked yet
}

// inspect compares the record, mapped and linked, with what stands at the target.
func (t *task) inspect(ctx context.Context) error {
	i := &inspection{task: t, want: compare.There(t.rec, t.Writes)}
	if !t.checkRow() {
		i.aside()
		return nil
	}
	t.stands()
	i.both(nil)
	kind, id := t.rec.Kind(), t.rec.About().ID
	t.looked.count(kind, Checked{Expected: 1})
	got, err := t.there(ctx)
	if errors.Is(err, connectors.ErrNotFound) && kind != desk.KindTicket {
		got, err = i.insteadOf(ctx, err)
	}
	switch {
	case errors.Is(err, connectors.ErrNotFound):
		t.looked.tell(Finding{Class: Gone, Kind: kind, ID: id, Target: t.seen.Target, Detail: fmt.Sprintf("%s %s is not there any more", kind, t.seen.Target)})
		return i.missing(ctx)
	case errors.Is(err, errStop):
		return err
	case err != nil:
		t.looked.tell(Finding{Class: Unseen, Kind: kind, ID: id, Target: t.seen.Target, Detail: "it could not be read back: " + err.Error()})
		return i.missing(ctx)
	}
	t.looked.count(kind, Checked{There: 1})
	t.looked.Name = NameOf(got)
	i.got = got
	i.both(got)
	i.hidden()
	if err := errors.Join(i.losses(ctx), i.followMerges(ctx)); err != nil {
		return err
	}
	if !t.theirs() && !i.moved { // else it says what they made it say
		if err := i.fields(ctx); err != nil {
			return err
		}
		i.noRoom()
	}
	if ticket, ok := i.want.(*desk.Ticket); ok {
		t.looked.Source, t.looked.There = factsOf(ticket), factsOf(got.(*desk.Ticket))
		return i.messages(ctx, ticket, got.(*desk.Ticket))
	}
	return nil
}

// there reads the target's copy.
func (t *task) there(ctx context.Context) (got desk.Record, err error) {
	err = t.patiently(ctx, func() (err error) {
		got, err = t.check.fetcher.Fetch(ctx, t.rec.Kind(), t.seen.Target)
		return err
	})
	if err == nil {
		var was map[desk.ID]desk.Message
		was, err = t.sameLinks(ctx, got)
		t.unliken(was)
	}
	return got, err
}

// NameOf is what people call an agent or a category; "" of other kinds.
func NameOf(r desk.Record) string {
	switch r := r.(type) {
	case *desk.Agent:
		return cmp.Or(r.Name, r.Email)
	case *desk.Category:
		return r.Name
	}
	return ""
}

// missing counts what belongs to a ticket that is not there: messages, files, and what of
// them is in quarantine.
func (i *inspection) missing(ctx context.Context) error {
	ticket, ok := i.want.(*desk.Ticket)
	if !ok {
		return nil
	}
	i.got = new(desk.Ticket)
	if _, err := i.remember(ctx); err != nil {
		return err
	}
	for n := range ticket.Messages {
		if m := &ticket.Messages[n]; i.expected(m) {
			i.due(m)
		}
	}
	for range i.notes() {
		i.looked.count(desk.KindMessage, Checked{Expected: 1})
	}
	return nil
}

// aside counts what belongs to a ticket of which nothing was written.
func (i *inspection) aside() {
	ticket, ok := i.want.(*desk.Ticket)
	if !ok || i.seen.State == checkpoints.Skipped || !i.seen.Exists {
		return
	}
	i.got = new(desk.Ticket)
	for n := range ticket.Messages {
		m := &ticket.Messages[n]
		if row := i.seen.Messages[m.ID]; i.isNote(m.ID) || row.State == checkpoints.Skipped {
			continue
		}
		i.looked.count(desk.KindMessage, Checked{Expected: 1})
		i.due(m)
	}
}
