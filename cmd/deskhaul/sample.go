package main

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// sampled are the tickets of a sample; nil all.
func (h *hop) sampled(ctx context.Context, n int) (map[desk.ID]bool, error) {
	if n == 0 || !h.reads.Has(desk.KindTicket) {
		return nil, nil
	}
	err := h.choose(ctx, n)
	return pipeline.IDsOf(h.picks), err
}

// choose chooses the tickets of a sample, unless the leg before has brought them.
func (h *hop) choose(ctx context.Context, n int) (err error) {
	if h.picks != nil {
		return nil
	}
	if h.picks, err = pipeline.Sample(ctx, h.source, h.reads, n); err != nil {
		return fmt.Errorf("%s: choose a sample: %w", h.from.Name, err)
	}
	links, _ := h.source.(connectors.Linker)
	names := newNames(h.source, nil)
	names.listed(ctx, h.source, h.reads)
	for i := range h.picks {
		p := &h.picks[i]
		if p.URL == "" && links != nil {
			p.URL = links.Link(desk.KindTicket, p.ID)
		}
		for j := range p.Why {
			if w := &p.Why[j]; w.Trait == pipeline.OfCategory {
				w.Value = names.bare(ctx, desk.To(desk.KindCategory, desk.ID(w.Value)))
			}
		}
	}
	return nil
}

// landed finds what became of the tickets of the sample. It returns what is put aside of
// those that came, by the ids of the target.
func (h *hop) landed(ctx context.Context) (aside map[desk.ID][]string, err error) {
	h.came, aside = []pipeline.Picked{}, map[desk.ID][]string{}
	if err := h.findAside(ctx); err != nil {
		return nil, err
	}
	for _, p := range h.picks {
		row, _, err := h.ledger.Row(ctx, desk.KindTicket, "", p.ID)
		if err != nil {
			return nil, err
		}
		if row.Target == "" {
			h.stayed = append(h.stayed, p)
			continue
		}
		if why := h.aside[p.ID]; why != nil {
			aside[row.Target] = why
		}
		p.ID = row.Target
		h.came = append(h.came, p)
	}
	return aside, nil
}

// findAside looks for messages and files of the sample that are put aside.
func (h *hop) findAside(ctx context.Context) error {
	if len(h.picks) == 0 {
		return nil
	}
	if h.aside == nil {
		h.aside = map[desk.ID][]string{}
	}
	in := pipeline.IDsOf(h.picks)
	q := checkpoints.Query{Kinds: []desk.Kind{desk.KindMessage, desk.KindFile}, States: []checkpoints.State{checkpoints.Failed, checkpoints.Held}}
	for row, err := range h.ledger.Rows(ctx, q) {
		if err != nil {
			return err
		}
		if in[row.Parent] {
			h.aside[row.Parent] = append(h.aside[row.Parent], whyAside(row))
		}
	}
	return nil
}

// willLand names the tickets of the sample of a planned leg as the archive will.
func (h *hop) willLand(ctx context.Context) error {
	prefix, err := h.archives(ctx)
	h.came = []pipeline.Picked{}
	for _, p := range h.picks {
		p.ID = desk.ID(prefix) + p.ID
		h.came = append(h.came, p)
	}
	return err
}

// picked is the sample of the leg for a report.
func (h *hop) picked() (out []report.SampledTicket) {
	for _, p := range h.picks {
		out = append(out, report.SampledTicket{From: h.from.Name, To: h.to.Name, ID: string(p.ID), Subject: p.Subject, Old: p.URL, Why: traits(p.Why), Aside: h.aside[p.ID]})
	}
	return out
}

func traits(all []pipeline.Why) (out []report.Trait) {
	for _, w := range all {
		out = append(out, report.Trait{Trait: string(w.Trait), Value: w.Value, N: w.N})
	}
	return out
}
