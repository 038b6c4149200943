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

// writeCanary writes what is not written yet of a canary. An e-mail that the target itself
// noted is the canary's answer.
func (s *session) writeCanary(ctx context.Context, c *project.Canary, to *project.System) (err error) {
	run := checkpoints.Run{Verb: "check", Started: time.Now(), Args: "--canary " + quote(c.Address)}
	if run.ID, err = s.store.StartRun(ctx, run); err != nil {
		return err
	}
	h, src := s.canaryHop(c, to)
	err = h.writeStages(ctx, c, src, run.ID)
	run.Ended, run.State, run.Requests = time.Now(), stateOf(err), s.requests.Load()
	switch {
	case err != nil:
	case c.Answer == project.CameMail:
		run.State = checkpoints.RunFailed
	case len(c.Refused) > 0:
		run.State = checkpoints.RunPartial
	}
	return errors.Join(err, s.store.EndRun(context.WithoutCancel(ctx), run))
}

func (h *hop) writeStages(ctx context.Context, c *project.Canary, src *canarySource, run int64) (err error) {
	if err := h.open(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(), h.s.store.Flush(context.WithoutCancel(ctx))) }()
	if d, ok := h.target.(connectors.Describer); ok {
		schema, err := d.Describe(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", h.to.Name, err)
		}
		src.require(schema.Fields)
	}
	p, err := h.pipeline(ctx, run)
	if err != nil {
		return err
	}
	for src.stage = c.Stage + 1; src.stage <= canaryStages && err == nil; src.stage++ {
		err = h.writeStage(ctx, p, c, src)
	}
	if errors.Is(err, connectors.ErrMailed) {
		return h.s.cameAsMail(c, h.to, plainly(err))
	}
	heard := h.heard(ctx, c) // also of what is not written to its end
	if c.Answer == project.CameMail {
		return heard
	}
	return errors.Join(err, heard)
}

// writeStage brings the ticket to where it is to be, and writes down that it is there, and
// what of it the target refused for good. While anything of it is open, it is not there:
// what was not written cannot show that it is quiet.
func (h *hop) writeStage(ctx context.Context, p *pipeline.Pipeline, c *project.Canary, src *canarySource) error {
	lines, err := h.attempts(ctx, p, src)
	if err != nil {
		return err
	}
	if c.Ticket = ticketOf(lines); c.Ticket != "" {
		if l, ok := h.target.(connectors.Linker); ok {
			c.Link = l.Link(desk.KindTicket, c.Ticket)
		}
	}
	switch open := lines.open(); {
	case len(open) > 0 && c.Ticket != "":
		return errors.Join(h.s.p.KeepCanary(*c), fmt.Errorf("%s: the canary is not written to its end: %s", h.label(), strings.Join(open, "; ")))
	case c.Ticket == "":
		return fmt.Errorf("%s: the canary could not be written: %s", h.label(), strings.Join(append(lines.refused(), open...), "; "))
	}
	h.note(c, src, lines)
	if c.Unassigned, err = h.unassigned(ctx, c, src); err != nil {
		return err
	}
	c.Stage = src.stage
	return h.s.p.KeepCanary(*c)
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
