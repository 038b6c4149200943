package okdesk

import (
	"cmp"
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// adoptAgent finds the employee of that address. None is made: that takes a seat.
func (t *Target) adoptAgent(ctx context.Context, r *desk.Agent) (connectors.Receipt, error) {
	id, losses, err := t.seatFor(ctx, r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	if len(losses) > 0 { // somebody stands for them
		who := byline.Worded.Show(desk.Address{Name: r.Name, Email: r.Email})
		if err := t.env.State.Put(ctx, standInKey+string(r.ID), []byte(who)); err != nil {
			return connectors.Receipt{}, err
		}
	}
	return connectors.Receipt{ID: idOf(id), Adopted: true, Losses: losses}, nil
}

// seatFor is the seat of an agent, or of who stands for them, which is told.
func (t *Target) seatFor(ctx context.Context, r *desk.Agent) (number, []connectors.Loss, error) {
	id, err := t.seat(ctx, r.Email)
	if err != nil || id != 0 {
		return id, nil, err
	}
	if t.config.StandIn == "" {
		return 0, nil, nobodyThere(desk.KindAgent, r.ID, cmp.Or(r.Email, r.Name))
	}
	if id, err = t.standIn(ctx); err != nil {
		return 0, nil, err
	}
	return id, []connectors.Loss{{
		Field: "email", Why: connectors.WhyNobody, Value: r.Email, Detail: fmt.Sprintf("agent %s (%s) has no seat in Okdesk; %s stands for them", r.ID, cmp.Or(r.Email, r.Name), t.config.StandIn),
	}}, nil
}

// standIn is the employee in whose name that stands which nobody there could have written.
func (t *Target) standIn(ctx context.Context) (number, error) {
	id, err := t.seat(ctx, t.config.StandIn)
	if err == nil && id == 0 {
		err = connectors.Refuse(connectors.ReasonRefused, "correct it", "stand_in: %q is no employee of the account", t.config.StandIn)
	}
	return id, err
}

// standInKey begins the keys under which State keeps who is stood in for, by the source's
// ids.
const standInKey = "stood in for/"

// named is a message that names its author where somebody else stands for them.
func (t *Target) named(ctx context.Context, m *desk.Message) (*desk.Message, error) {
	if m.From != (desk.Address{}) || m.Author.Kind != desk.KindAgent || t.config.StandIn == "" {
		return m, nil
	}
	who, err := t.env.State.Get(ctx, standInKey+string(m.Author.ID))
	if err != nil || who == nil {
		return m, err
	}
	c := *m
	c.From = byline.Worded.Unshow(string(who))
	return &c, nil
}

// adoptGroup finds the group of that name. None is made: no call is documented for it.
func (t *Target) adoptGroup(ctx context.Context, r *desk.Group) (connectors.Receipt, error) {
	id, err := t.groupFor(ctx, r)
	return connectors.Receipt{ID: idOf(id), Adopted: true}, err
}

func (t *Target) groupFor(ctx context.Context, r *desk.Group) (number, error) {
	id, err := t.groupNamed(ctx, r.Name)
	if err == nil && id == 0 {
		err = connectors.Refuse(connectors.ReasonRefused, "make it in Okdesk, with an employee in it, or name another in the mapping", "group %s: Okdesk shows no group %q that an employee is in", r.ID, r.Name)
	}
	return id, err
}
