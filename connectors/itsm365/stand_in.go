package itsm365

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// adopt takes an agent, group or category that stands there: none is ever made.
func (t *Target) adopt(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	id, losses, err := t.standing(ctx, r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	return connectors.Receipt{ID: id, Adopted: true, Losses: losses}, t.people().Keep(ctx, r)
}

// standing is who or what stands there for an agent, group or category; or who stands in for
// an agent, which is told.
func (t *Target) standing(ctx context.Context, r desk.Record) (desk.ID, []connectors.Loss, error) {
	id, err := t.byName(ctx, r)
	if err != nil || id != "" {
		return id, nil, err
	}
	if agent, ok := r.(*desk.Agent); ok && t.config.StandIn != "" {
		id, err := t.standIn(ctx)
		return id, []connectors.Loss{{
			Field: "email", Why: connectors.WhyNobody, Value: agent.Email,
			Detail: fmt.Sprintf("agent %s (%s) is nobody there; %s stands for them", agent.ID, cmp.Or(agent.Email, agent.Name), t.config.StandIn),
		}}, err
	}
	what := map[desk.Kind]string{desk.KindAgent: "nobody there has their address", desk.KindGroup: "no group there has its name", desk.KindCategory: "no category there has its name"}[r.Kind()]
	hint := "make it there, or name another in the mapping"
	if r.Kind() == desk.KindAgent {
		hint += ", or say in stand_in who stands for those who are not there"
	}
	return "", nil, connectors.Refuse(connectors.ReasonRefused, hint, "%s %s (%s): %s", r.Kind(), r.About().ID, cmp.Or(desk.Natural(r), titleOf(r)), what)
}

func titleOf(r desk.Record) string {
	if agent, ok := r.(*desk.Agent); ok {
		return agent.Name
	}
	return nameOf(r)
}

// standIn is the agent in whose name that stands which is of nobody there.
func (t *Target) standIn(ctx context.Context) (desk.ID, error) {
	id, err := t.byName(ctx, &desk.Agent{Email: t.config.StandIn})
	if err == nil && id == "" {
		err = connectors.Refuse(connectors.ReasonRefused, "correct it", "stand_in: %q is the address of no agent there", t.config.StandIn)
	}
	return id, err
}

// people are those of the source, by what they are called there.
func (t *Target) people() rest.Called { return rest.Called{State: t.env.State, Ask: t.whoIs} }

// whoIs is who stands there for an author; nobody where somebody else stands in.
func (t *Target) whoIs(ctx context.Context, author desk.Ref) (desk.Record, error) {
	if author.Kind == desk.KindAgent && t.config.StandIn != "" {
		if id, err := t.standIn(ctx); err != nil || id == author.Target {
			return nil, errors.Join(err, missing("agent", author.Target))
		}
	}
	return t.Fetch(ctx, author.Kind, author.Target)
}

// named is a message that names its author where the source says who that is by a reference
// alone: what is written stands in the name of the key's user, and the line at its top is all
// that says who wrote it.
func (t *Target) named(ctx context.Context, m *desk.Message) (*desk.Message, error) {
	if m == nil {
		return nil, nil
	}
	c := *m
	var err error
	c.From, err = t.people().Writer(ctx, m)
	return &c, err
}
