package freshdesk

import (
	"context"
	"net/url"

	"github.com/deskhaul/deskhaul/desk"
)

// Fetch reads one record as Read would. It wraps ErrNotFound if there is none.
func (s *Source) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if _, ok := numberOf(id); !ok {
		return nil, missing(kind, id)
	}
	tail := "/" + url.PathEscape(string(id))
	switch kind {
	case desk.KindTicket:
		return s.fetchTicket(ctx, id, s.config.Spam)
	case desk.KindContact:
		return s.fetchContact(ctx, id)
	case desk.KindOrganization:
		var c companyShape
		err := s.get(ctx, "companies"+tail, nil, &c)
		return orError(c.record, err)
	case desk.KindAgent:
		var g agentShape
		err := s.get(ctx, "agents"+tail, nil, &g)
		return orError(g.record, err)
	case desk.KindGroup:
		var g shelfShape
		err := s.get(ctx, "groups"+tail, nil, &g)
		return orError(g.group, err)
	case desk.KindCategory:
		var g shelfShape
		err := s.get(ctx, "products"+tail, nil, &g)
		return orError(g.category, err)
	case desk.KindMessage, desk.KindFile:
	}
	return nil, missing(kind, id)
}

func orError(record func() desk.Record, err error) (desk.Record, error) {
	if err != nil {
		return nil, err
	}
	return record(), nil
}

func (s *Source) fetchContact(ctx context.Context, id desk.ID) (desk.Record, error) {
	var c contactShape
	if err := s.get(ctx, "contacts/"+url.PathEscape(string(id)), nil, &c); err != nil {
		return nil, err
	}
	return c.record(""), nil
}

func (s *Source) fetchTicket(ctx context.Context, id desk.ID, spam bool) (desk.Record, error) {
	n, _ := numberOf(id)
	t, err := s.fetchShape(ctx, n)
	if err != nil {
		return nil, err
	}
	if t.Deleted || t.Spam && !spam {
		return nil, missing(desk.KindTicket, id)
	}
	agents, err := s.agents(ctx)
	if err != nil {
		return nil, err
	}
	fields, err := s.schema(ctx, ticketFields)
	if err != nil {
		return nil, err
	}
	return s.ticket(ctx, agents, fields, t)
}
