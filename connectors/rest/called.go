package rest

import (
	"context"
	"errors"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// Called keeps how the people of a source are called, by their ids there, for a target that
// cannot write in their names: some sources say who wrote a message by a reference alone.
type Called struct {
	State connectors.State
	// Ask reads who stands at the target for somebody of whom nothing was kept: who is one
	// person with somebody of another source. It wraps
	// connectors.ErrNotFound for nobody; who is somebody is asked for once.
	Ask func(context.Context, desk.Ref) (desk.Record, error)
}

func calledKey(kind desk.Kind, id desk.ID) string { return "called/" + string(kind) + "/" + string(id) }

// Keep keeps how an agent or contact is called who is made, adopted or found at the target.
func (c Called) Keep(ctx context.Context, r desk.Record) error {
	return c.keep(ctx, desk.To(r.Kind(), r.About().ID), addressOf(r))
}

func (c Called) keep(ctx context.Context, who desk.Ref, a desk.Address) error {
	if a == (desk.Address{}) {
		return nil
	}
	return c.State.Put(ctx, calledKey(who.Kind, who.ID), []byte(byline.Worded.Show(a)))
}

// addressOf is an agent's or contact's name and first address; nothing of other records.
func addressOf(r desk.Record) (a desk.Address) {
	switch r := r.(type) {
	case *desk.Agent:
		a = desk.Address{Name: r.Name, Email: r.Email}
	case *desk.Contact:
		if a.Name = r.Name; len(r.Emails) > 0 {
			a.Email = r.Emails[0]
		}
	}
	return a
}

// Writer is who wrote a message: as the source says, or as its author was kept, or as they are
// called at the target; nobody if none of these is known.
func (c Called) Writer(ctx context.Context, m *desk.Message) (desk.Address, error) {
	if m.From != (desk.Address{}) || m.Author.ID == "" {
		return m.From, nil
	}
	said, err := c.State.Get(ctx, calledKey(m.Author.Kind, m.Author.ID))
	if err != nil || said != nil || m.Author.Target == "" || c.Ask == nil {
		return byline.Worded.Unshow(string(said)), err
	}
	r, err := c.Ask(ctx, m.Author)
	if errors.Is(err, connectors.ErrNotFound) {
		return desk.Address{}, nil
	}
	if err != nil {
		return desk.Address{}, err
	}
	return addressOf(r), c.keep(ctx, m.Author, addressOf(r))
}
