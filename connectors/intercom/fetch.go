package intercom

import (
	"context"
	"net/url"

	"github.com/deskhaul/deskhaul/desk"
)

// Fetch reads one record as Read would. It wraps ErrNotFound if there is none.
func (s *Source) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	switch kind {
	case desk.KindTicket:
		return s.fetchTalk(ctx, id)
	case desk.KindContact:
		return orError(s.fetchContact(ctx, id))
	case desk.KindOrganization:
		var c companyShape
		if err := s.get(ctx, "companies/"+url.PathEscape(string(id)), nil, &c); err != nil {
			return nil, err
		}
		return c.record(), nil
	case desk.KindAgent, desk.KindGroup:
		return s.fetchMate(ctx, kind, id)
	case desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return nil, missing(kind, id)
}

// orError is a record as an interface: none if it failed.
func orError[R desk.Record](r R, err error) (desk.Record, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}

// fetchTalk reads a ticket, else a conversation.
func (s *Source) fetchTalk(ctx context.Context, id desk.ID) (desk.Record, error) {
	p, err := s.mates(ctx)
	if err != nil {
		return nil, err
	}
	var got answer
	missed := missing(desk.KindTicket, id)
	if s.config.Only != onlyConversations {
		was, err := s.env.State.Get(ctx, listKey(onlyConversations, word(id)))
		if err != nil {
			return nil, err
		}
		got, missed = s.fetchTicket(ctx, p, string(id), was != nil)
	}
	if (s.config.Only == onlyConversations || status(missed) == 404) && s.config.Only != onlyTickets {
		got, missed = s.fetchConversation(ctx, p, string(id))
	}
	return orError(got.ticket, missed)
}

func (a *api) fetchMate(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	p, err := a.mates(ctx)
	if err != nil {
		return nil, err
	}
	if one, ok := p.admin(string(id)); ok && kind == desk.KindAgent {
		return one.record(), nil
	}
	for _, t := range p.teams {
		if desk.ID(t.ID) == id && kind == desk.KindGroup {
			return t.record(), nil
		}
	}
	return nil, missing(kind, id)
}
