package main

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// choose narrows a verification to the tickets that were asked for; nil all of them.
func (h *hop) choose(ctx context.Context, ask *verifyAsk, v *pipeline.Verification) (*report.Sampled, error) {
	run := ask.run
	if ask.last {
		last, err := h.s.lastMove(ctx)
		if err != nil {
			return nil, err
		}
		run = last
	}
	if ask.sample == 0 && run == 0 {
		return nil, nil
	}
	v.Select.Kinds = []desk.Kind{desk.KindTicket}
	if run > 0 {
		ids, err := h.writtenBy(ctx, run)
		v.Tickets = each(ids)
		return &report.Sampled{Of: fmt.Sprintf("run %d", run), Looked: int64(len(ids))}, err
	}
	if ask.seed == 0 {
		ask.seed = rand.Uint64()>>11 + 1
	}
	ids, all, err := h.random(ctx, ask.sample, ask.seed)
	v.Tickets = each(ids)
	return &report.Sampled{Of: "random", Looked: int64(len(ids)), All: all, Seed: ask.seed}, err
}

func each(ids []desk.ID) iter.Seq2[desk.ID, error] {
	return func(yield func(desk.ID, error) bool) {
		for _, id := range ids {
			if !yield(id, nil) {
				return
			}
		}
	}
}

// lastMove is the number of the last run that moved something.
func (s *session) lastMove(ctx context.Context) (int64, error) {
	runs, err := s.store.Runs(ctx, 0)
	if err != nil {
		return 0, err
	}
	for _, r := range runs {
		if r.Verb != "check" && r.Verb != "rollback" { // a canary, and what only deletes
			return r.ID, nil
		}
	}
	return 0, usage(fmt.Errorf("nothing was moved yet"))
}

// writtenBy are the tickets of which a run wrote something.
func (h *hop) writtenBy(ctx context.Context, run int64) (ids []desk.ID, err error) {
	had := map[desk.ID]bool{}
	for row, err := range h.ledger.Rows(ctx, checkpoints.Query{Kinds: []desk.Kind{desk.KindTicket, desk.KindMessage}, Run: run}) {
		if err != nil {
			return nil, err
		}
		id := row.ID
		if row.Kind == desk.KindMessage {
			id = row.Parent
		}
		if !had[id] {
			had[id] = true
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// random are n of the tickets that stand at the target, each as likely as any other,
// and how many stand there.
func (h *hop) random(ctx context.Context, n int, seed uint64) (ids []desk.ID, all int64, err error) {
	dice := rand.New(rand.NewPCG(seed, seed))
	for row, err := range h.ledger.Rows(ctx, checkpoints.Query{Kinds: []desk.Kind{desk.KindTicket}, States: []checkpoints.State{checkpoints.Done}}) {
		if err != nil {
			return nil, 0, err
		}
		all++
		if len(ids) < n {
			ids = append(ids, row.ID)
		} else if at := dice.Int64N(all); at < int64(n) {
			ids[at] = row.ID
		}
	}
	return ids, all, nil
}
