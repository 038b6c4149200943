package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/blend"
	"github.com/deskhaul/deskhaul/persons"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// merging watches a leg on which several sources become one.
type merging struct {
	hop     *hop
	ways    *ways
	counter *blend.Counter
	err     error // the first
}

// merging is nil where nothing comes together.
func (h *hop) merging(ctx context.Context) (*merging, error) {
	if h.from != h.s.p.Archive || h.pull || len(h.s.p.Sources) < 2 {
		return nil, nil
	}
	w, err := h.ways(ctx)
	if err != nil {
		return nil, err
	}
	c, err := blend.New(ctx, h.s.temp())
	return &merging{hop: h, ways: w, counter: c}, err
}

// event takes what is written, or stands already.
func (m *merging) event(ctx context.Context, e pipeline.Event) {
	if m == nil || m.err != nil || !arrives(e) || e.Counted.From != "" || e.Counted.Record.About().Deleted {
		return
	}
	r := e.Counted.Record
	m.err = m.counter.Saw(ctx, m.ways.origin(r.About().ID), r)
}

// end adds what was seen to a plan.
func (m *merging) end(ctx context.Context, into *report.Plan) error {
	if m == nil {
		return nil
	}
	r, err := m.counter.Result(ctx)
	if err = errors.Join(m.err, err, m.counter.Close()); err != nil {
		return fmt.Errorf("%s: what comes together: %w", m.hop.label(), err)
	}
	if r == nil {
		return nil
	}
	if m.hop.persons != nil {
		if r.People, err = peopleOf(ctx, m.hop.persons); err != nil {
			return fmt.Errorf("%s: who is one person: %w", m.hop.label(), err)
		}
	}
	into.Merges = append(into.Merges, report.Merge{Hop: m.hop.label(), Result: *r})
	return nil
}

// mostPersons is how many people a plan names.
const mostPersons = 100

func peopleOf(ctx context.Context, s *persons.Source) (*blend.People, error) {
	var out blend.People
	for p, err := range s.Persons(ctx) {
		if err != nil {
			return nil, err
		}
		out.Persons++
		out.Contacts += int64(len(p.Contacts))
		if len(p.Differences) > 0 {
			out.Differing++
		}
		if len(out.First) == mostPersons {
			continue
		}
		one := blend.Person{ID: p.ID, By: p.By}
		for _, c := range p.Contacts {
			one.Of = append(one.Of, c.ID)
			if c.ID == p.ID {
				one.Name = c.Name
			}
		}
		for _, d := range p.Differences {
			one.Differences = append(one.Differences, fmt.Sprintf("%s: %q is kept, %q of %s is not", d.Field, d.Kept, d.Other, d.Of))
		}
		out.First = append(out.First, one)
	}
	return &out, nil
}
