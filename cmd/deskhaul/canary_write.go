package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/project"
)

// canaryRoute is the route of canaries: whom they are from and to nobody else's record is
// joined with.
const canaryRoute = "canary"

// canaryHop is the leg from a canary to a target.
func (s *session) canaryHop(c *project.Canary, to *project.System) (*hop, *canarySource) {
	src := &canarySource{c: c, stage: max(c.Stage, 1)}
	return &hop{s: s, from: canarySystem(src), to: to, last: true, canary: true}, src
}

// writeCanary writes what is not written yet of a canary. refused are the parts that the
// target would not have, as in a run. An e-mail that the target itself noted is the
// canary's answer.
func (s *session) writeCanary(ctx context.Context, c *project.Canary, to *project.System) (refused []string, err error) {
	run := checkpoints.Run{Verb: "check", Started: time.Now(), Args: "--canary " + quote(c.Address)}
	if run.ID, err = s.store.StartRun(ctx, run); err != nil {
		return nil, err
	}
	h, src := s.canaryHop(c, to)
	refused, err = h.writeStages(ctx, c, src, run.ID)
	run.Ended, run.State, run.Requests = time.Now(), stateOf(err), s.requests.Load()
	switch {
	case err != nil:
	case c.Answer == project.CameMail:
		run.State = checkpoints.RunFailed
	case len(refused) > 0:
		run.State = checkpoints.RunPartial
	}
	return refused, errors.Join(err, s.store.EndRun(context.WithoutCancel(ctx), run))
}

func (h *hop) writeStages(ctx context.Context, c *project.Canary, src *canarySource, run int64) (refused []string, err error) {
	if err := h.open(ctx); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close(), h.s.store.Flush(context.WithoutCancel(ctx))) }()
	if d, ok := h.target.(connectors.Describer); ok {
		schema, err := d.Describe(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", h.to.Name, err)
		}
		src.require(schema.Fields)
	}
	p, err := h.pipeline(ctx, run)
	if err != nil {
		return nil, err
	}
	for src.stage = c.Stage + 1; src.stage <= canaryStages; src.stage++ {
		err := h.writeStage(ctx, p, c, src)
		if errors.Is(err, connectors.ErrMailed) {
			return nil, h.s.cameAsMail(c, h.to, plainly(err))
		}
		if err != nil {
			return nil, err
		}
	}
	src.stage = canaryStages
	if refused, err = h.refused(ctx, src); err != nil {
		return nil, err
	}
	return refused, h.heard(ctx, c)
}

// writeStage brings the ticket to where it is to be, and writes down that it is there. What
// was refused at an earlier attempt is tried again first.
func (h *hop) writeStage(ctx context.Context, p *pipeline.Pipeline, c *project.Canary, src *canarySource) error {
	for _, p.RetryOnly = range []bool{true, false} {
		if _, err := p.Go(ctx); err != nil {
			return fmt.Errorf("%s: %w", h.label(), err)
		}
	}
	row, _, err := h.ledger.Row(ctx, desk.KindTicket, "", src.ticketID())
	switch {
	case err != nil:
		return err
	case row.Target == "":
		refused, err := h.refused(ctx, src)
		if err != nil {
			return err
		}
		return fmt.Errorf("%s: the canary could not be written: %s", h.label(), strings.Join(refused, "; "))
	}
	c.Stage, c.Ticket = src.stage, row.Target
	if l, ok := h.target.(connectors.Linker); ok {
		c.Link = l.Link(desk.KindTicket, row.Target)
	}
	return h.s.p.KeepCanary(*c)
}

// refused tells what of the canary the target would not have, or has not yet.
func (h *hop) refused(ctx context.Context, src *canarySource) (out []string, err error) {
	open := checkpoints.Query{States: []checkpoints.State{checkpoints.Failed, checkpoints.Held, checkpoints.Intended, checkpoints.Entered}}
	for row, err := range h.ledger.Rows(ctx, open) {
		if err != nil {
			return nil, err
		}
		if of := row.Parent; row.Detail != "" && (of == src.ticketID() || row.ID == src.ticketID() || row.ID == src.contactID() || row.ID == src.agentID()) {
			out = append(out, row.Detail)
		}
	}
	return out, nil
}

// heard looks whether the target itself has noted e-mails about the ticket: that is the
// canary's answer then.
func (h *hop) heard(ctx context.Context, c *project.Canary) error {
	r, ok := h.target.(connectors.Recorder)
	if !ok || c.Ticket == "" {
		return nil
	}
	mails, err := r.Mails(ctx, c.Ticket)
	switch {
	case err != nil:
		return fmt.Errorf("%s: look whether e-mails are noted with ticket %s: %w", h.to.Name, c.Ticket, err)
	case len(mails) > 0:
		return h.s.cameAsMail(c, h.to, mails...)
	}
	return nil
}
