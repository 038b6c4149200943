package rest

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// Called keeps how the people of a source are called, by their ids there, for a target that
// cannot write in their names: some sources say who wrote a message by a reference alone.
type Called struct{ State connectors.State }

func calledKey(kind desk.Kind, id desk.ID) string { return "called/" + string(kind) + "/" + string(id) }

// Keep keeps how an agent or contact is called.
func (c Called) Keep(ctx context.Context, r desk.Record) error {
	var a desk.Address
	switch r := r.(type) {
	case *desk.Agent:
		a = desk.Address{Name: r.Name, Email: r.Email}
	case *desk.Contact:
		if a.Name = r.Name; len(r.Emails) > 0 {
			a.Email = r.Emails[0]
		}
	default:
		return nil
	}
	return c.State.Put(ctx, calledKey(r.Kind(), r.About().ID), []byte(byline.Worded.Show(a)))
}

// Writer is who wrote a message: as the source says, or as its author was kept; nobody if
// neither is known.
func (c Called) Writer(ctx context.Context, m *desk.Message) (desk.Address, error) {
	if m.From != (desk.Address{}) || m.Author.ID == "" {
		return m.From, nil
	}
	said, err := c.State.Get(ctx, calledKey(m.Author.Kind, m.Author.ID))
	return byline.Worded.Unshow(string(said)), err
}
