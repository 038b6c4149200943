package znuny

import (
	"context"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Fetch reads one record as Read would. It wraps ErrNotFound if there is none.
func (s *Source) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if kind == desk.KindTicket {
		return s.fetchTicket(ctx, id)
	}
	s.census.mu.Lock()
	e, err := s.census.entry(ctx, kind, id)
	s.census.mu.Unlock()
	if err != nil || e.ID != "" {
		return orRecord(e, err)
	}
	if kind != desk.KindContact && kind != desk.KindAgent {
		return nil, missing(kind, id)
	}
	// A ticket that came since the census may be the first to name a person.
	if err := s.lookFor(ctx, kind, id); err != nil {
		return nil, err
	}
	s.census.mu.Lock()
	defer s.census.mu.Unlock()
	if e, err = s.census.entry(ctx, kind, id); err == nil && e.ID == "" {
		return nil, missing(kind, id)
	}
	return orRecord(e, err)
}

func orRecord(e entry, err error) (desk.Record, error) {
	if err != nil {
		return nil, err
	}
	return e.record(), nil
}

// lookFor learns from the tickets of a customer. Of an agent nothing but a census tells.
func (s *Source) lookFor(ctx context.Context, kind desk.Kind, id desk.ID) error {
	if kind == desk.KindAgent || strings.TrimSpace(string(id)) == "" || strings.ContainsAny(string(id), "*%") {
		return nil
	}
	ids, err := s.search(ctx, object{"CustomerUserLogin": []string{string(id)}, "SortBy": "Age", "OrderBy": "Up", "Limit": 5})
	if err != nil || len(ids) == 0 {
		return err
	}
	ts, err := s.census.several(ctx, ids)
	if err != nil {
		return err
	}
	for _, t := range ts {
		if customerID(string(t.Customer)) != id {
			continue
		}
		if err := s.census.learn(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func (s *Source) fetchTicket(ctx context.Context, id desk.ID) (desk.Record, error) {
	if !isNumber(id) {
		return nil, missing(desk.KindTicket, id)
	}
	t, lines, err := s.pull(ctx, string(id))
	if err != nil {
		return nil, err
	}
	if t.gone() {
		return nil, missing(desk.KindTicket, id)
	}
	if err := s.census.learn(ctx, t); err != nil {
		return nil, err
	}
	return s.made(ctx, t, lines)
}
