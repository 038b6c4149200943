package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/project"
)

// clearCanary deletes at the target what a canary left there. What cannot be deleted it
// names in the canary, for a person. Before that it looks whether the target has noted an
// e-mail: that is the answer, whatever somebody said. Then, and not before, the answer is
// written down: what comes after may fail.
func (s *session) clearCanary(ctx context.Context, c *project.Canary, to *project.System) (err error) {
	h, src := s.canaryHop(c, to)
	if err := h.open(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(), s.store.Flush(context.WithoutCancel(ctx))) }()
	c.Left = nil
	if err := h.findTicket(ctx, c, src); err != nil {
		return err
	}
	if err := h.heard(ctx, c); err != nil && !errors.Is(err, connectors.ErrNotFound) {
		return err
	}
	if err := s.p.KeepCanary(*c); err != nil {
		return err
	}
	if err := errors.Join(h.clearTicket(ctx, c), h.clearContact(ctx, c, src)); err != nil {
		return err
	}
	for _, r := range src.records() {
		if err := h.ledger.Forget(ctx, r.Kind(), r.About().ID); err != nil {
			return err
		}
	}
	c.Cleared = true
	return s.p.KeepCanary(*c)
}

// findTicket finds out what the target calls the ticket, which may stand there although
// its making was not answered.
func (h *hop) findTicket(ctx context.Context, c *project.Canary, src *canarySource) error {
	row, begun, err := h.ledger.Row(ctx, desk.KindTicket, "", src.ticketID())
	if err != nil {
		return err
	}
	if c.Ticket == "" {
		c.Ticket = row.Target
	}
	if f, ok := h.target.(connectors.Finder); ok && c.Ticket == "" && begun {
		t := src.ticket()
		t.Mark = h.mark(desk.KindTicket, "", t.ID)
		c.Ticket, err = f.Find(ctx, t)
		switch {
		case errors.Is(err, connectors.ErrNotFound):
			c.Left = append(c.Left, fmt.Sprintf("a ticket %q, if it is there: its making was begun, and it is not found", t.Subject))
		case err != nil:
			return fmt.Errorf("%s: find the canary's ticket: %w", h.to.Name, err)
		}
	}
	if l, ok := h.target.(connectors.Linker); ok && c.Ticket != "" {
		c.Link = l.Link(desk.KindTicket, c.Ticket)
	}
	return nil
}

// clearTicket deletes the ticket.
func (h *hop) clearTicket(ctx context.Context, c *project.Canary) error {
	if c.Ticket == "" {
		return nil
	}
	return h.clear(ctx, c, desk.KindTicket, c.Ticket, "ticket "+string(c.Ticket))
}

// clearContact deletes the contact if it was made for the canary.
func (h *hop) clearContact(ctx context.Context, c *project.Canary, src *canarySource) error {
	row, _, err := h.ledger.Row(ctx, desk.KindContact, "", src.contactID())
	if err != nil || row.Target == "" || row.Adopted {
		return err
	}
	return h.clear(ctx, c, desk.KindContact, row.Target, fmt.Sprintf("contact %s (%s)", row.Target, c.Address))
}

// clear deletes one thing, or names it as left. That an e-mail was sent about it is the
// answer to the canary.
func (h *hop) clear(ctx context.Context, c *project.Canary, kind desk.Kind, id desk.ID, what string) error {
	err := fmt.Errorf("%s cannot delete: %w", h.to.Name, connectors.ErrUnsupported)
	if d, ok := h.target.(connectors.Deleter); ok {
		err = d.Delete(context.WithoutCancel(ctx), kind, id)
	}
	switch {
	case err == nil, errors.Is(err, connectors.ErrNotFound):
		return nil
	case errors.Is(err, connectors.ErrMailed):
		c.Left = append(c.Left, what)
		return h.s.cameAsMail(c, h.to, plainly(err))
	case errors.Is(err, connectors.ErrUnsupported), errors.Is(err, connectors.ErrRefused):
		c.Left = append(c.Left, what+" – "+h.whyLeft(kind, err))
		return nil
	}
	return fmt.Errorf("%s: delete the canary's %s: %w", h.to.Name, what, err)
}

// whyLeft says why a thing was not deleted: of kinds that the target never deletes it says
// itself what can be done instead.
func (h *hop) whyLeft(kind desk.Kind, err error) string {
	if k, ok := h.target.(connectors.KindDeleter); ok {
		err = cmp.Or(k.Deletes(kind), err)
	}
	return strings.TrimSuffix(plainly(err), ": "+connectors.ErrUnsupported.Error())
}
