package rt

import (
	"context"
	"fmt"
	"net/url"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Fetch reads one record as Read would. It wraps ErrNotFound if there is none.
func (s *Source) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	switch kind {
	case desk.KindTicket:
		return s.fetchTicket(ctx, id)
	case desk.KindAgent, desk.KindContact:
		return s.fetchUser(ctx, kind, id)
	case desk.KindCategory:
		var q queueShape
		_, err := s.client.JSON(ctx, rest.Call{Path: "queue/" + url.PathEscape(string(id))}, &q)
		if err != nil {
			return nil, err
		}
		return q.category(), nil
	case desk.KindOrganization:
		return s.fetchOrganization(ctx, id)
	case desk.KindGroup, desk.KindMessage, desk.KindFile:
	}
	return nil, fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
}

func (s *Source) fetchUser(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	u, err := s.user(ctx, string(id))
	if err != nil {
		return nil, err
	}
	if isNobody(u.Name) {
		return nil, fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
	}
	if r := u.record(kind, reference(u.Name, u.Privileged == "1"), nil); r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
}

// fetchOrganization looks for a user who names it.
func (s *Source) fetchOrganization(ctx context.Context, id desk.ID) (desk.Record, error) {
	call := searchUsers(s.now())
	call.JSON = []map[string]any{{"field": "Organization", "value": id}}
	for u, err := range pages[userShape](ctx, s.client, call) {
		if err != nil {
			return nil, err
		}
		if desk.ID(u.Organization) == id {
			return u.organization(map[string]bool{}), nil
		}
	}
	return nil, fmt.Errorf("organization %q: nobody names it: %w", id, connectors.ErrNotFound)
}
