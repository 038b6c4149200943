package itsm365

import (
	"context"
	"errors"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// named is a message that names its author where the source says who that is and no more: what
// is written stands in the name of the key's user, and the line at its top is all that says who
// wrote it. Who is stood in for is named, and not who stands there.
func (t *Target) named(ctx context.Context, m *desk.Message) (*desk.Message, error) {
	if m == nil || m.From != (desk.Address{}) || !isUUID(m.Author.Target) {
		return m, nil
	}
	who, err := t.env.State.Get(ctx, standInKey+string(m.Author.ID))
	if err != nil {
		return nil, err
	}
	c := *m
	if who != nil && m.Author.Kind == desk.KindAgent && t.config.StandIn != "" {
		c.From = byline.Worded.Unshow(string(who))
		return &c, nil
	}
	c.From, err = t.addressOf(ctx, m.Author)
	return &c, err
}

// mostNamed bounds whose names are remembered.
const mostNamed = 10_000

// addressOf is the name and address of somebody who stands there; none if they are gone.
func (t *Target) addressOf(ctx context.Context, who desk.Ref) (a desk.Address, err error) {
	if known, ok := t.names.Load(who.Target); ok {
		return known.(desk.Address), nil
	}
	r, err := t.get(ctx, who.Target)
	if errors.Is(err, connectors.ErrNotFound) {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	switch r := t.source.person(who.Kind, r).(type) {
	case *desk.Agent:
		a = desk.Address{Name: r.Name, Email: r.Email}
	case *desk.Contact:
		a = desk.Address{Name: r.Name, Email: at(r.Emails, 0)}
	}
	if t.remembered.Add(1) <= mostNamed {
		t.names.Store(who.Target, a)
	}
	return a, nil
}
