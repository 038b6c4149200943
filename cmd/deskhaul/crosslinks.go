package main

import (
	"context"

	"github.com/deskhaul/deskhaul/crosslinks"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// crosslinks are the old addresses that become new ones in messages on this leg; nil where
// nobody has any.
func (h *hop) crosslinks(ctx context.Context) (*pipeline.Crosslinks, error) {
	here := pagesOf(h.to)
	if len(here.Forms) == 0 {
		return nil, nil
	}
	old := []crosslinks.Old{{Pages: pagesOf(h.from)}}
	if h.from == h.s.p.Archive {
		old = nil
		for _, src := range h.s.p.Sources {
			prefix, err := h.s.prefix(ctx, src)
			if err != nil {
				return nil, err
			}
			old = append(old, crosslinks.Old{Pages: pagesOf(src), Prefix: desk.ID(prefix)})
		}
	}
	c := &pipeline.Crosslinks{Book: crosslinks.NewBook(here, old...), Here: here}
	if c.Book.Empty() {
		return nil, nil
	}
	if h.persons != nil {
		c.Who = h.persons.Who
	}
	if !h.s.p.Mapping.Splits() {
		return c, nil
	}
	for _, to := range h.s.p.Targets {
		if to == h.to || to.Spec.Pages == nil {
			continue
		}
		ledger, err := h.s.store.Ledger(ctx, pairOf(to.UUID, h.from, to))
		if err != nil {
			return nil, err
		}
		c.Elsewhere = append(c.Elsewhere, pipeline.Elsewhere{Ledger: ledger, Pages: pagesOf(to)})
	}
	return c, nil
}
