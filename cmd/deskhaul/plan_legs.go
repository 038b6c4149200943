package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// planLegs walks each leg; stops is why the run that is planned would not come to its end.
func (s *session) planLegs(ctx context.Context, ask planAsk, pick pipeline.Selection, hops []*hop, p *report.Plan, file *lossFile) (stops, err error) {
	before := newHandedOn()
	s.overheard = map[string]*memory{}
	defer func() {
		for _, m := range s.overheard {
			err = errors.Join(err, m.Close())
		}
		s.overheard = nil
	}()
	var picked []pipeline.Picked // of a sample: as the archive will call them
	for _, h := range hops {
		if !h.pull {
			h.picks = picked
		}
		h.last = h.last || hops[len(hops)-1].pull
		err := h.plan(ctx, ask, pick, p, file, before)
		if closed := new(unopenedError); errors.As(err, &closed) {
			stops = errors.Join(stops, s.without(closed, h, p, ask.move))
			continue
		}
		if err != nil {
			return nil, err
		}
		if h.pull {
			picked = slices.Concat([]pipeline.Picked{}, picked, h.came)
		}
		if err := h.mayWrite(); err != nil { // a run will be refused
			p.First = report.Once(p.First, err.Error())
		}
	}
	return stops, nil
}

// unopenedError says that the source of a leg into the archive cannot be opened: the legs
// after it can be planned.
type unopenedError struct {
	error
	had bool // the archive has records of it
}

func (u *unopenedError) Unwrap() error { return u.error }

// unopened is why the leg could not be opened, err.
func (h *hop) unopened(ctx context.Context, err error) error {
	if !h.pull || h.last || h.ledger == nil {
		return err
	}
	had, look := h.anything(ctx, checkpoints.Done)
	if look != nil {
		return errors.Join(err, look)
	}
	return &unopenedError{err, had}
}

// without adds to the plan that a source cannot be opened. The archive may have all that is
// wanted of it, so that another command does it, or nothing yet, so that a run stops.
func (s *session) without(closed *unopenedError, h *hop, p *report.Plan, m move) (stops error) {
	p.Hops = append(p.Hops, report.PlannedHop{
		From: h.from.Name, To: h.to.Name, Kinds: report.PlannedOf(nil, 0, nil), Unopened: closed.Error(),
	})
	if !closed.had {
		p.First = append(p.First, closed.Error())
		return closed.error
	}
	p.Command = s.commandWith("load", s.arguments(m))
	p.Problems = append(p.Problems, fmt.Sprintf("%v; planned from what the archive has: a migrate would stop there", closed))
	return nil
}
