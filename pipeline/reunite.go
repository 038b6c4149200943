package pipeline

import (
	"context"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// waitsFor begins the detail of a ticket that stands at the target and will be
// linked to another when that has arrived.
const (
	waitsFor    = "waits for ticket "
	waitsForEnd = ", which has not arrived"
)

func waitingFor(id desk.ID) string { return waitsFor + string(id) + waitsForEnd }

// awaited is the ticket that a detail says is waited for; "" if it says none.
func awaited(detail string) desk.ID {
	rest, ok := strings.CutPrefix(detail, waitsFor)
	if !ok {
		return ""
	}
	return desk.ID(strings.TrimSuffix(rest, waitsForEnd))
}

// reunite links tickets that earlier runs left without a reference to one that this
// run has brought. They are done, for that one may never have come, and are looked
// for only where the run made tickets.
func (r *run) reunite(ctx context.Context) error {
	made := r.tally.counts()[desk.KindTicket]
	if made.Created+made.Adopted == 0 {
		return nil
	}
	if err := r.save(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	ready, err := r.ready(ctx)
	if err != nil || len(ready) == 0 {
		return err
	}
	if r.fetcher == nil {
		return r.readAgain(ctx, desk.KindTicket, func(rec desk.Record) (bool, error) { return ready[rec.About().ID], nil })
	}
	return r.abreast(ctx, func(ctx context.Context, begin func(func() error)) error {
		for id := range ready {
			begin(func() error { return r.takeUpOne(ctx, desk.KindTicket, id) })
		}
		return nil
	})
}

// ready lists the tickets that are done but for a reference which can be made now.
func (r *run) ready(ctx context.Context) (map[desk.ID]bool, error) {
	ready := map[desk.ID]bool{}
	q := checkpoints.Query{
		Kinds: []desk.Kind{desk.KindTicket}, States: []checkpoints.State{checkpoints.Done}, Reason: string(connectors.ReasonReference),
	}
	for row, err := range r.Ledger.Rows(ctx, q) {
		if err != nil {
			return nil, err
		}
		id := awaited(row.Detail)
		if id == "" {
			continue
		}
		to, _, err := r.Ledger.Row(ctx, desk.KindTicket, "", id)
		if err != nil {
			return nil, err
		}
		if to.Target != "" {
			ready[row.ID] = true
		}
	}
	return ready, nil
}
