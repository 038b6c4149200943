package okdesk

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Fetch reads one record as Read would. It wraps ErrNotFound if there is none.
func (s *Source) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if object, is := strings.CutPrefix(string(id), objectPrefix); is && kind == desk.KindOrganization && s.config.Objects == organizations {
		return s.fetchObject(ctx, desk.ID(object))
	}
	n, ok := numberOf(id)
	if !ok {
		return nil, missing(kind, id)
	}
	switch kind {
	case desk.KindTicket:
		t, _, err := s.ticket(ctx, n, 0)
		if err != nil {
			return nil, err
		}
		return t, nil
	case desk.KindContact:
		p, err := one[personShape](ctx, s.api, "contacts", kind, id)
		return s.config.contact(p), err
	case desk.KindOrganization:
		c, err := one[companyShape](ctx, s.api, "companies", kind, id)
		return organization(c), err
	case desk.KindAgent, desk.KindGroup:
		return s.fetchSeat(ctx, kind, n)
	case desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return nil, missing(kind, id)
}

// one asks for one of a kind: by its address, which is not documented for all, else by the
// search for its number, which answers with one, a list of one, or nothing.
func one[T keyed](ctx context.Context, a *api, path string, kind desk.Kind, id desk.ID) (row T, err error) {
	var raw json.RawMessage
	err = a.get(ctx, path+"/"+string(id), nil, &raw)
	if status(err) == 404 {
		err = a.get(ctx, path+"/", url.Values{"id": {string(id)}}, &raw)
	}
	if err != nil {
		return row, err
	}
	var rows []T
	if json.Unmarshal(raw, &rows) == nil {
		if len(rows) > 0 {
			row = rows[0]
		}
	} else if err := a.decode(path, raw, &row); err != nil {
		return row, err
	}
	if idOf(number(row.key())) != id {
		return row, missing(kind, id)
	}
	return row, nil
}

func (s *Source) fetchObject(ctx context.Context, id desk.ID) (desk.Record, error) {
	var o objectShape
	if err := s.get(ctx, "maintenance_entities/"+url.PathEscape(string(id)), nil, &o); err != nil {
		return nil, err
	}
	reg, err := s.companyNames(ctx)
	if err != nil {
		return nil, err
	}
	return objectRecord(o, reg.names[o.CompanyID]), nil
}

// fetchSeat finds an employee or a group in the list of employees, which is asked for anew.
func (s *Source) fetchSeat(ctx context.Context, kind desk.Kind, n number) (desk.Record, error) {
	for p, err := range keyset[personShape](ctx, s.api, "employees/list", 0) {
		if err != nil {
			return nil, err
		}
		if kind == desk.KindAgent && p.ID == n {
			return s.config.agent(p), nil
		}
		for _, g := range p.Groups {
			if kind == desk.KindGroup && g.ID == n {
				return groupRecord(g), nil
			}
		}
	}
	return nil, missing(kind, idOf(n))
}
