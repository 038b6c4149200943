package main

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping"
)

// ways tells the mapping where a record of a leg comes from and goes to.
type ways struct {
	target   string
	source   string            // of all records; "" the ids tell
	prefixes map[string]string // of ids in the archive, and the names of their sources
	asked    *asked            // nil: the source cannot be asked for one record
}

func (h *hop) ways(ctx context.Context) (*ways, error) {
	w := &ways{target: h.to.Name}
	if from, can := h.source.(connectors.Fetcher); can {
		w.asked = &asked{fetch: from.Fetch}
	}
	if h.from != h.s.p.Archive {
		w.source = h.from.Name
		return w, nil
	}
	w.prefixes = map[string]string{}
	for _, src := range h.s.p.Sources {
		prefix, err := h.s.prefix(ctx, src)
		if err != nil {
			return nil, err
		}
		w.prefixes[prefix] = src.Name
	}
	return w, nil
}

// of is the way of a record.
func (w *ways) of(id desk.ID) mapping.Way {
	way := mapping.Way{Source: w.source, Target: w.target}
	if w.asked != nil {
		way.Lookup = w.asked.get
	}
	if w.source == "" {
		way.Source = w.origin(id)
	}
	return way
}

// origin is the source of a record of the archive: that of one which is not configured any
// more is called as it was.
func (w *ways) origin(id desk.ID) string {
	was, _, _ := strings.Cut(string(id), "/")
	if name, ok := w.prefixes[was+"/"]; ok {
		return name
	}
	return was
}

// mostAsked bounds what is remembered of people and shelves that routes and rules ask for.
const mostAsked = 1 << 14

// asked are records that others refer to, each asked for once in a while.
type asked struct {
	fetch func(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error)
	mu    sync.Mutex
	held  map[desk.Ref]desk.Record
}

func (a *asked) get(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	ref := desk.To(kind, id)
	a.mu.Lock()
	r, ok := a.held[ref]
	a.mu.Unlock()
	if ok {
		return r, nil
	}
	r, err := a.fetch(ctx, kind, id)
	if errors.Is(err, connectors.ErrNotFound) {
		r, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.held == nil || len(a.held) >= mostAsked {
		a.held = map[desk.Ref]desk.Record{}
	}
	a.held[ref] = r
	return r, nil
}
