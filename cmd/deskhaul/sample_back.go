package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// readBack reads the tickets of a sample back from where they were brought, and puts each
// beside its copy. That this fails does not make the run fail: it is a problem, told.
func (s *session) readBack(ctx context.Context, hops []*hop, r *report.Run) {
	onward := slices.ContainsFunc(hops, func(h *hop) bool { return !h.pull })
	for _, h := range hops {
		picks := h.picks
		if h.pull && onward {
			picks = h.stayed // the others are looked at where they went
		}
		if !h.pull && s.p.Mapping.Splits() {
			picks = h.notElsewhere(hops)
		}
		if len(picks) == 0 {
			continue
		}
		all, err := s.backFrom(ctx, h, picks)
		if err != nil {
			r.Problems = append(r.Problems, fmt.Sprintf("%s: the sample could not be read back: %v", h.label(), plainly(err)))
		}
		r.Sample = append(r.Sample, all...)
	}
}

// notElsewhere are the tickets of the sample but for those that a route led to another target.
func (h *hop) notElsewhere(hops []*hop) []pipeline.Picked {
	came := map[desk.ID]bool{}
	for _, other := range hops {
		if other.pull || other == h {
			continue
		}
		stayed := pipeline.IDsOf(other.stayed)
		for _, p := range other.picks {
			came[p.ID] = came[p.ID] || !stayed[p.ID]
		}
	}
	stayed := pipeline.IDsOf(h.stayed)
	return slices.DeleteFunc(slices.Clone(h.picks), func(p pipeline.Picked) bool { return stayed[p.ID] && came[p.ID] })
}

// backFrom reads the tickets of one leg back. It works as a verification does, on a copy of
// the ledger, with both ends opened anew.
func (s *session) backFrom(ctx context.Context, was *hop, picks []pipeline.Picked) (all []report.SampledTicket, err error) {
	reader := &session{app: s.app, p: s.p, purpose: toVerify, folder: s.folder}
	h := &hop{s: reader, from: was.from, to: was.to, pull: was.pull, last: was.last, picks: picks, aside: was.aside}
	all = h.picked()
	defer func() {
		err = errors.Join(err, reader.close())
		s.requests.Add(reader.requests.Load())
		for i := range all {
			if all[i].Differences == nil && all[i].Unread == "" {
				all[i].Unread = "it was not looked at"
				if err != nil {
					all[i].Unread = plainly(err)
				}
			}
		}
	}()
	if why := once(h); why != "" {
		for i := range all {
			all[i].Unread = why
		}
		return all, nil
	}
	if err := reader.needNook(); err != nil {
		return all, err
	}
	if reader.store, err = reader.copyOf(ctx, s.store); err != nil {
		return all, err
	}
	if err := h.open(ctx); err != nil {
		return all, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	return all, h.lookBack(ctx, all, s.listing != nil)
}

// once says why a leg cannot be looked at again; "" if it can.
func once(h *hop) string {
	reads, _ := h.from.Spec.CapsOf(h.from.Config)
	_, writes := h.to.Spec.CapsOf(h.to.Config)
	switch {
	case reads.OnePass:
		return "the source can be read once only"
	case writes.OnePass:
		return "the target cannot be read back: it was written to standard output"
	}
	return ""
}

// lookBack verifies the tickets, and fills in what is seen; whole tells that both sides are
// to be shown.
func (h *hop) lookBack(ctx context.Context, all []report.SampledTicket, whole bool) error {
	p, err := h.rehearsal(ctx)
	if err != nil {
		return err
	}
	v := &pipeline.Verification{Pipeline: p, Journal: journalOf(h.s.store, h)}
	w := &verifying{s: h.s}
	if v.Before, err = w.before(ctx, h); err != nil {
		return err
	}
	bar := h.s.show("reading back " + h.label())
	bar.looking(int64(len(all)))
	p.Watch, v.Waits = bar.watch(ctx, h.source), w.waits(h, bar)
	defer bar.end()
	h.only(v)
	at, n := map[desk.ID]*report.SampledTicket{}, newNames(h.source, h.target)
	for i := range all {
		at[desk.ID(all[i].ID)] = &all[i]
	}
	v.Show = func(ctx context.Context, b *pipeline.Beside) error {
		t := at[b.Source.ID]
		if t == nil {
			return nil
		}
		compared(t, b)
		if whole {
			t.Beside = n.beside(ctx, b)
		}
		return nil
	}
	return v.Go(ctx)
}

// only narrows a verification to the sample: its tickets are asked for, or found by reading
// all where the source cannot be asked for one.
func (h *hop) only(v *pipeline.Verification) {
	if _, asked := h.source.(connectors.Fetcher); asked {
		var ids []desk.ID
		for _, p := range h.picks {
			ids = append(ids, p.ID)
		}
		v.Tickets = each(ids)
		return
	}
	v.Select = pipeline.Selection{Kinds: []desk.Kind{desk.KindTicket}, Tickets: pipeline.IDsOf(h.picks)}
}

// compared fills in how a ticket compares.
func compared(t *report.SampledTicket, b *pipeline.Beside) {
	t.Target, t.New = string(b.Target), b.New
	t.Old, t.Subject = cmp.Or(t.Old, b.Old), b.Source.Subject
	n, why, lost := int64(0), "", map[string]bool{}
	for _, f := range b.Findings {
		switch {
		case f.Class.Difference():
			n++
		case f.Class == pipeline.Lost:
			lost[string(f.Kind)+" "+f.Field] = true
		}
		if f.Class == pipeline.Unseen || b.Got == nil {
			why = cmp.Or(why, f.Detail, f.Field)
		}
	}
	t.Lost = int64(len(lost))
	switch {
	case b.LeftOut != "":
		t.Unread = "the mapping leaves it out: " + b.LeftOut
	case b.Got == nil && n == 0:
		t.Unread = cmp.Or(why, "the source has deleted it")
	case b.Got == nil:
		t.Differences = &n
	default:
		t.Differences, t.Unread = &n, why
	}
}

// beside is a ticket on both sides for a page.
func (n *names) beside(ctx context.Context, b *pipeline.Beside) *report.Beside {
	out := &report.Beside{Cover: n.cover(ctx, b)}
	out.Remarks = besidesCover(b, out.Cover)
	if b.LeftOut != "" {
		out.Remarks = append(out.Remarks, report.Remark{Class: "skipped", Detail: b.LeftOut})
	}
	out.Messages, out.More = n.messages(ctx, b)
	return out
}
