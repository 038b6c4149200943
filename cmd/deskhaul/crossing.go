package main

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/persons"
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
	people *persons.Source    // that the archive is seen as; nil: each contact is one
}

func (c *crossing) label() string { return c.from.Name + " → " + c.to.Name }

// crossings are the legs from each source to each target that has addresses, until they are
// closed.
type crossings struct {
	legs    []*crossing
	shelves []connectors.Source // the archive, as each target sees it
}

func (c *crossings) close() (err error) {
	for _, shelf := range c.shelves {
		if closer, ok := shelf.(connectors.Closer); ok {
			err = errors.Join(err, closer.Close())
		}
	}
	return err
}

// crossings opens the archive where a leg comes from it. It is to be closed, error or not.
func (s *session) crossings(ctx context.Context) (all *crossings, err error) {
	all = &crossings{}
	for _, h := range s.loads() {
		if h.to.Spec.Pages == nil {
			continue
		}
		if h.ledger, err = s.store.Ledger(ctx, pairOf(h.route(), h.from, h.to)); err != nil {
			return all, err
		}
		if err := all.add(ctx, h); err != nil {
			return all, err
		}
	}
	return all, nil
}

// add adds the legs that a hop to a target is.
func (c *crossings) add(ctx context.Context, h *hop) (err error) {
	one := crossing{from: h.from, to: h.to, ledger: h.ledger, new: h.to.Spec.Pages(h.to.Config)}
	if h.from != h.s.p.Archive {
		one.old = pagesOf(h.from)
		c.legs = append(c.legs, &one)
		return nil
	}
	if h.source, err = h.from.Spec.Source(ctx, h.from.Config, h.env(h.from, true)); err != nil {
		return err
	}
	err = h.unite(ctx)
	c.shelves = append(c.shelves, h.source)
	if err != nil {
		return err
	}
	one.shelf, _ = h.source.(connectors.Fetcher)
	one.people = h.persons
	for _, src := range h.s.p.Sources {
		leg := one
		leg.from, leg.old = src, pagesOf(src)
		if leg.prefix, err = h.s.prefix(ctx, src); err != nil {
			return err
		}
		c.legs = append(c.legs, &leg)
	}
	return nil
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
			if err == nil && row.Landed() == "" {
				continue
			}
			var all []redirects.Way
			if err == nil {
				all, err = c.ofAll(ctx, row)
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

// ofAll are the addresses of what a line stands for: of a person those of all the contacts
// that he is.
func (c *crossing) ofAll(ctx context.Context, row checkpoints.Row) (out []redirects.Way, err error) {
	ids := []desk.ID{row.ID}
	if c.people != nil && row.Kind == desk.KindContact {
		parts, err := c.people.Parts(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			own, _, err := c.ledger.Row(ctx, desk.KindContact, "", part)
			if err != nil {
				return nil, err
			}
			if part != row.ID && own.Landed() == "" {
				ids = append(ids, part)
			}
		}
	}
	for _, id := range ids {
		own, ours := strings.CutPrefix(string(id), c.prefix)
		if !ours {
			continue
		}
		some, err := c.of(ctx, row, desk.ID(own))
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
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
	if err == nil && row.Landed() == "" && c.people != nil && form.Kind == desk.KindContact {
		who, lookup := c.people.Who(ctx, desk.ID(c.prefix)+id)
		if err = lookup; err == nil {
			row, _, err = c.ledger.Row(ctx, form.Kind, "", who)
		}
	}
	if err != nil || row.Landed() == "" {
		return "", true, err
	}
	return c.new.Link(form.Kind, row.Landed(), form.Customers), true, nil
}
