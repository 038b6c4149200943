package main

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/desk"
)

// only are the tickets that --ticket names; nil all.
func only(ids []string) map[desk.ID]bool {
	if ids == nil {
		return nil
	}
	out := map[desk.ID]bool{}
	for _, id := range ids {
		out[desk.ID(id)] = true
	}
	return out
}

// anewEverywhere lets all legs of a split read from the beginning again: what is taken back
// here may go there. It comes first, for a kill may come after it.
func (s *session) anewEverywhere(ctx context.Context, hops []*hop) error {
	if !s.p.Mapping.Splits() {
		return nil
	}
	for _, h := range hops {
		ledger, err := s.store.Ledger(ctx, pairOf(h.route(), h.from, h.to))
		if err == nil {
			err = ledger.Rewind(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// knownTickets refuses tickets that no leg has brought anywhere: a misspelt id would take
// back nothing, in peace.
func (s *session) knownTickets(ctx context.Context, hops []*hop, ids []string) error {
	for _, id := range ids {
		known := false
		for _, h := range hops {
			ledger, err := s.store.Ledger(ctx, pairOf(h.route(), h.from, h.to))
			if err != nil {
				return err
			}
			row, _, err := ledger.Row(ctx, desk.KindTicket, "", desk.ID(id))
			if err != nil {
				return err
			}
			known = known || stands(row)
		}
		if !known {
			return usage(fmt.Errorf("--ticket %s: this project has brought no ticket of that id to a target – ids are those that browse, plan and quarantine show, such as mailbox/4711", id))
		}
	}
	return nil
}
