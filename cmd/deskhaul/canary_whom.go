package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/project"
)

// mayGoTo refuses the address of a customer, and an agent who is not there: one who is
// made costs a seat, and is invited.
func (s *session) mayGoTo(ctx context.Context, to *project.System, ask canaryAsk) error {
	known, err := s.customer(ctx, ask.address)
	if err != nil {
		return err
	}
	if known {
		return usage(fmt.Errorf("%s is a customer's address in what is moved – name one of your own", ask.address))
	}
	if ask.agent == "" {
		return nil
	}
	h, _ := s.canaryHop(&project.Canary{}, to)
	if err := h.open(ctx); err != nil {
		return err
	}
	defer func() { _ = h.close() }() // nothing was written
	f, ok := h.target.(connectors.Finder)
	if !ok {
		return nil
	}
	_, err = f.Find(ctx, &desk.Agent{Email: strings.ToLower(ask.agent)})
	if errors.Is(err, connectors.ErrNotFound) {
		return usage(fmt.Errorf("--agent %s: %s has no agent of this address – name one who is there", ask.agent, to.Name))
	}
	return err
}

// customer tells whether the main address of a contact that was pulled or moved is this
// one.
func (s *session) customer(ctx context.Context, address string) (bool, error) {
	c := &desk.Contact{Emails: []string{strings.ToLower(address)}}
	pairs, err := s.store.Pairs(ctx)
	if err != nil {
		return false, err
	}
	for _, pair := range pairs {
		if pair.Route == canaryRoute {
			continue
		}
		l, err := s.store.Ledger(ctx, pair)
		if err != nil {
			return false, err
		}
		if _, known, err := l.Natural(ctx, desk.KindContact, desk.Natural(c)); known || err != nil {
			return known, err
		}
	}
	if s.p.Archive == nil {
		return false, nil
	}
	env := (&hop{s: s}).env(s.p.Archive, true)
	env.DryRun = true
	archive, err := s.p.Archive.Spec.Target(ctx, s.p.Archive.Config, env)
	if err != nil {
		return false, err
	}
	if closer, ok := archive.(connectors.Closer); ok {
		defer func() { _ = closer.Close() }() // it was only asked
	}
	_, err = archive.(connectors.Finder).Find(ctx, c)
	if errors.Is(err, connectors.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
