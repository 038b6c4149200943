package itsm365

import (
	"context"

	"github.com/deskhaul/deskhaul/desk"
)

// Fetch reads one record as Read would. It wraps ErrNotFound if there is none of the kind.
func (s *Source) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	k := s.config.kind(kind)
	if !kind.IsRecord() || classOf(string(id)) != classOf(k.Class) {
		return nil, missing(string(kind), id)
	}
	if kind == desk.KindTicket {
		t, _, err := s.ticket(ctx, id)
		if err != nil {
			return nil, err
		}
		return t, nil
	}
	r, err := s.get(ctx, id)
	if err != nil {
		return nil, err
	}
	switch kind {
	case desk.KindAgent: // also who is responsible for tickets without being one
		return s.person(kind, r), nil
	case desk.KindOrganization, desk.KindGroup, desk.KindCategory:
		return s.shelf(kind, r), nil
	case desk.KindContact:
		staff, err := s.agents(ctx)
		if err != nil {
			return nil, err
		}
		if staff[string(id)] {
			return nil, missing("contact", id)
		}
		return s.person(kind, r), nil
	case desk.KindTicket, desk.KindMessage, desk.KindFile:
	}
	return nil, missing(string(kind), id)
}
