package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/persons"
	"github.com/deskhaul/deskhaul/pipeline"
)

// unite makes one contact of those of the archive that are one person, where several
// sources come together or the mapping says so.
func (h *hop) unite(ctx context.Context) error {
	join := h.s.p.Mapping.Join(len(h.s.p.Sources) > 1)
	if join == nil || h.from != h.s.p.Archive || h.persons != nil {
		return nil
	}
	w, err := h.ways(ctx)
	if err != nil {
		return err
	}
	rank, n := map[string]int{}, len(h.s.p.Sources)
	for i, src := range h.s.p.Sources {
		rank[src.Name] = i - n // before those that are not configured any more
		if reads, _ := src.Spec.CapsOf(src.Config); !reads.Has(desk.KindTicket) {
			rank[src.Name] -= n // a list of customers knows them better than their mails do
		}
	}
	one, err := persons.Over(ctx, h.source, persons.Rules{
		Keys: func(ctx context.Context, c *desk.Contact) ([]string, error) {
			return join.Keys(ctx, c, w.of(c.ID))
		},
		Rank:   func(id desk.ID) int { return rank[w.origin(id)] },
		Newest: join.Newest(),
		Stands: func(ctx context.Context, id desk.ID) (desk.ID, error) {
			row, known, err := h.ledger.Row(ctx, desk.KindContact, "", id)
			return placeOf(row, known), err
		},
	}, h.s.temp())
	if err != nil {
		return err
	}
	h.source, h.persons = one, one
	return nil
}

// placeOf is what stands at the target for a contact by itself; "" nothing does. One whose
// line is open has a place of its own, which nobody knows yet: it goes on standing for its
// person, or what is in doubt of it would never be settled, and the others wait for that.
func placeOf(row checkpoints.Row, known bool) desk.ID {
	switch {
	case !known || row.Joined:
		return ""
	case row.Target == "" && row.Open():
		return "open: " + row.ID
	}
	return row.Target
}

// differences are what contacts of one person say differently, for those who settle it.
func (h *hop) differences(ctx context.Context, id desk.ID) ([]pipeline.Conflict, error) {
	if h.persons == nil {
		return nil, nil
	}
	p, err := h.persons.Person(ctx, id)
	if p == nil || err != nil {
		return nil, err
	}
	var out []pipeline.Conflict
	for _, d := range p.Differences {
		out = append(out, pipeline.Conflict{Field: d.Field, Detail: fmt.Sprintf("%s of %s is %q, and of %s, who is the same person (%s), %q: the first is kept",
			d.Field, p.ID, d.Kept, d.Of, strings.Join(p.By, ", "), d.Other)})
	}
	return out, nil
}
