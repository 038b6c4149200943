package main

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/redirects"
)

// crossing is one leg of which old addresses and new ones are told.
type crossing struct {
	from   *project.System // the old system; nil it is not configured any more
	to     *project.System
	prefix string // of its ids in the archive
	ledger checkpoints.Ledger
	old    connectors.Pages
	new    connectors.Pages
	shelf  connectors.Fetcher // the archive; nil: there is none
}

func (c *crossing) label() string { return c.from.Name + " → " + c.to.Name }

// crossings are the legs from each source to each target that has addresses, until they are
// closed.
type crossings struct {
	legs  []*crossing
	shelf connectors.Source // the archive; nil: it is not asked
}

func (c *crossings) close() error {
	if closer, ok := c.shelf.(connectors.Closer); ok {
		return closer.Close()
	}
	return nil
}

// crossings opens the archive where a leg comes from it. It is to be closed, error or not.
func (s *session) crossings(ctx context.Context) (all *crossings, err error) {
	all = &crossings{}
	for _, h := range s.loads() {
		if h.to.Spec.Pages == nil {
			continue
		}
		ledger, err := s.store.Ledger(ctx, pairOf(h.route(), h.from, h.to))
		if err != nil {
			return all, err
		}
		c := crossing{from: h.from, to: h.to, ledger: ledger, new: h.to.Spec.Pages(h.to.Config)}
		if h.from != s.p.Archive {
			c.old = pagesOf(h.from)
			all.legs = append(all.legs, &c)
			continue
		}
		if all.shelf == nil {
			if all.shelf, err = h.from.Spec.Source(ctx, h.from.Config, h.env(h.from, true)); err != nil {
				all.shelf = nil // a nil pointer in an interface is not nil
				return all, err
			}
		}
		for _, src := range s.p.Sources {
			one := c
			one.from, one.old = src, pagesOf(src)
			one.shelf, _ = all.shelf.(connectors.Fetcher)
			if one.prefix, err = s.prefix(ctx, src); err != nil {
				return all, err
			}
			all.legs = append(all.legs, &one)
		}
	}
	return all, nil
}

func pagesOf(s *project.System) connectors.Pages {
	if s.Spec.Pages == nil {
		return connectors.Pages{}
	}
	return s.Spec.Pages(s.Config)
}

// ways yields each old address and the new one, of what has arrived.
func (c *crossing) ways(ctx context.Context) iter.Seq2[redirects.Way, error] {
	return func(yield func(redirects.Way, error) bool) {
		for row, err := range c.ledger.Rows(ctx, checkpoints.Query{Kinds: movedKinds()}) {
			id, ours := strings.CutPrefix(string(row.ID), c.prefix)
			if err == nil && (row.Landed() == "" || !ours) {
				continue
			}
			var all []redirects.Way
			if err == nil {
				all, err = c.of(ctx, row, desk.ID(id))
			}
			if err != nil {
				yield(redirects.Way{}, err)
				return
			}
			for _, way := range all {
				if !yield(way, nil) {
					return
				}
			}
		}
	}
}

// of are the addresses of one record.
func (c *crossing) of(ctx context.Context, row checkpoints.Row, id desk.ID) (out []redirects.Way, err error) {
	add := func(old string, customers bool) {
		if to := c.new.Link(row.Kind, row.Landed(), customers); old != "" && to != "" {
			out = append(out, redirects.Way{Kind: row.Kind, Old: old, New: to, Source: c.from.Name, From: id, To: row.Landed()})
		}
	}
	for _, form := range c.old.Forms {
		if form.Kind == row.Kind {
			add(c.old.Address(form, id), form.Customers)
		}
	}
	if len(c.old.Forms) > 0 || c.shelf == nil {
		return out, nil
	}
	r, err := c.shelf.Fetch(ctx, row.Kind, row.ID) // a file may say where it was
	if errors.Is(err, connectors.ErrNotFound) {
		return nil, nil
	}
	if err == nil {
		add(r.About().URL, false)
	}
	return out, err
}

// find is where an old address leads; "" if it is none of this leg's, or has not arrived.
func (c *crossing) find(ctx context.Context, address string) (to string, ours bool, err error) {
	form, id, ok := c.old.Find(address)
	if !ok {
		return "", false, nil
	}
	row, _, err := c.ledger.Row(ctx, form.Kind, "", desk.ID(c.prefix)+id)
	if err != nil || row.Landed() == "" {
		return "", true, err
	}
	return c.new.Link(form.Kind, row.Landed(), form.Customers), true, nil
}
