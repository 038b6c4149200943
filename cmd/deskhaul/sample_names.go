package main

import (
	"cmp"
	"context"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// names tells what people call the records that tickets refer to. Each is asked for once.
type names struct {
	source, target connectors.Fetcher // nil: it cannot be asked

	mu    sync.Mutex
	known map[nameKey]string
}

type nameKey struct {
	there bool
	ref   desk.Ref
}

// newNames asks a source, and a target; either may be nil, or unable to tell.
func newNames(source, target any) *names {
	n := &names{known: map[nameKey]string{}}
	n.source, _ = source.(connectors.Fetcher)
	n.target, _ = target.(connectors.Fetcher)
	return n
}

// listed takes in what a source that cannot be asked for one record calls its categories.
func (n *names) listed(ctx context.Context, source connectors.Source, reads connectors.Caps) {
	if n.source != nil || !reads.Has(desk.KindCategory) {
		return
	}
	for item, err := range source.Read(ctx, desk.KindCategory, "") {
		if err != nil || len(n.known) == mostNamed {
			return // it has its id
		}
		if item.Record != nil {
			n.known[nameKey{false, desk.To(desk.KindCategory, item.Record.About().ID)}] = whoIs(item.Record)
		}
	}
}

// mostNamed is how many categories are remembered.
const mostNamed = 1000

// bare is what the source calls a record: its name, else its id.
func (n *names) bare(ctx context.Context, ref desk.Ref) string {
	return cmp.Or(n.name(ctx, ref, false), string(ref.ID))
}

// of says whom a reference leads to: a name, else the id; there is at the target.
func (n *names) of(ctx context.Context, ref desk.Ref, there bool) string {
	if ref.IsZero() {
		return ""
	}
	ref = desk.To(ref.Kind, ref.ID)
	return cmp.Or(n.name(ctx, ref, there), string(ref.Kind)+" "+string(ref.ID))
}

// name is "" where nobody knows it.
func (n *names) name(ctx context.Context, ref desk.Ref, there bool) string {
	from := n.source
	if there {
		from = n.target
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	key := nameKey{there, ref}
	name, known := n.known[key]
	if !known && from != nil && ref.Kind != desk.KindTicket {
		if r, err := from.Fetch(ctx, ref.Kind, ref.ID); err == nil {
			name = whoIs(r)
		}
		n.known[key] = name
	}
	return name
}

// whoIs is what people call a record, with the address of people.
func whoIs(r desk.Record) string {
	name, address := calledOf(r), ""
	switch r := r.(type) {
	case *desk.Contact:
		if len(r.Emails) > 0 {
			address = r.Emails[0]
		}
	case *desk.Agent:
		name, address = r.Name, r.Email
	}
	if name == "" || address == "" || strings.EqualFold(name, address) {
		return cmp.Or(name, address)
	}
	return name + " <" + address + ">"
}
