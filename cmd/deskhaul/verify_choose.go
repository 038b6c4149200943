package main

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// choose narrows a verification to the tickets that were asked for; nil all of them.
func (w *verifying) choose(ctx context.Context, h *hop, v *pipeline.Verification) (*report.Sampled, error) {
	switch run := w.ask.run; {
	case w.ask.last:
		run = w.lastMove
		fallthrough
	case run > 0:
		v.Tickets = h.writtenBy(ctx, run)
		n, err := length(v.Tickets)
		return &report.Sampled{Of: fmt.Sprintf("run %d", run), All: n}, err
	case w.ask.sample > 0:
		ids, all, err := h.random(ctx, w.ask.sample, w.head.Seed)
		v.Tickets = each(ids)
		return &report.Sampled{Of: report.Random, All: all, Seed: w.head.Seed}, err
	}
	return nil, nil
}

func newSeed() uint64 { return rand.Uint64()>>11 + 1 } // a number that JSON keeps

func each(ids []desk.ID) iter.Seq2[desk.ID, error] {
	return func(yield func(desk.ID, error) bool) {
		for _, id := range ids {
			if !yield(id, nil) {
				return
			}
		}
	}
}

func length(ids iter.Seq2[desk.ID, error]) (n int64, err error) {
	for _, err := range ids {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// writtenBy yields the tickets of which a run wrote something: their own lines come
// first, then those of messages, ticket by ticket.
func (h *hop) writtenBy(ctx context.Context, run int64) iter.Seq2[desk.ID, error] {
	return func(yield func(desk.ID, error) bool) {
		last := desk.ID("")
		for row, err := range h.ledger.Rows(ctx, checkpoints.Query{Kinds: []desk.Kind{desk.KindTicket, desk.KindMessage}, Run: run}) {
			id := row.ID
			if err == nil && row.Kind == desk.KindMessage {
				if id = row.Parent; id == last {
					continue
				}
				last = id
				var own checkpoints.Row
				if own, _, err = h.ledger.Row(ctx, desk.KindTicket, "", id); err == nil && own.Run == run {
					continue
				}
			}
			if !yield(id, err) || err != nil {
				return
			}
		}
	}
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

// sayNeeded tells how many requests it takes at least, and how long at the pace of the
// last run, where the target is asked over a network. It returns how many tickets are to
// be looked at.
func (w *verifying) sayNeeded(ctx context.Context, h *hop, sample *report.Sampled) (tickets int64, err error) {
	var others int64
	if sample != nil {
		tickets = sample.All
		if w.ask.sample > 0 {
			tickets = min(tickets, int64(w.ask.sample))
		}
	} else if tickets, others, err = h.standing(ctx); err != nil {
		return 0, err
	}
	left := tickets + others
	if w.resumed {
		seen, err := w.journal(h).Sum(ctx)
		if err != nil {
			return 0, err
		}
		for _, n := range seen.Records {
			left -= n
		}
	}
	runs, err := w.s.store.Runs(ctx, 20)
	if err != nil {
		return 0, err
	}
	for _, r := range runs {
		spent := r.Ended.Sub(r.Started)
		if r.Requests == 0 || r.Ended.IsZero() || spent <= 0 || left <= 0 {
			continue
		}
		pace := float64(r.Requests) / spent.Seconds()
		w.say("Reading back %s tickets and %s other records: at least %s requests, which takes %s at the pace of run %d (%.1f a second).",
			report.Number(tickets), report.Number(others), report.Number(left), report.Span(time.Duration(float64(left)/pace*float64(time.Second))), r.ID, pace)
		break
	}
	return tickets, nil
}

// standing is how many records stand at the target.
func (h *hop) standing(ctx context.Context) (tickets, others int64, err error) {
	counts, err := h.ledger.Count(ctx)
	for kind, states := range counts {
		switch {
		case kind == desk.KindTicket:
			tickets = states[checkpoints.Done]
		case kind != desk.KindMessage && h.reads.Has(kind):
			others += states[checkpoints.Done]
		}
	}
	return tickets, others, err
}
