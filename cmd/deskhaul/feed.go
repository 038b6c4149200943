package main

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/project"
)

// feed is what one source has that the archive has not.
type feed struct {
	source connectors.Source
	reads  connectors.Caps
	ledger checkpoints.Ledger
	prefix string
	hash   string  // of how the source is configured
	memory *memory // of a source that cannot be asked for one record
	heard  *memory // all that is new of it, as this plan has read it; nil: it has not
	again  sync.Mutex
	whole  bool   // its tickets are in memory too
	temp   string // the folder for its file
}

func (h *hop) feed(ctx context.Context, src *project.System) (*feed, error) {
	ledger, err := h.s.store.Ledger(ctx, pairOf(pullRoute, src, h.from))
	if err != nil {
		return nil, err
	}
	prefix, err := h.s.prefix(ctx, src)
	if err != nil {
		return nil, err
	}
	f := &feed{ledger: ledger, prefix: prefix, hash: src.SettingsHash(), temp: h.s.temp()}
	f.reads, _ = src.Spec.CapsOf(src.Config)
	if f.heard = h.s.overheard[src.UUID]; f.heard != nil {
		return f, nil
	}
	if f.reads.OnePass {
		return f, nil // reading it for a plan would use it up
	}
	if f.source, err = src.Spec.Source(ctx, src.Config, h.env(src, true)); err != nil {
		f.source = nil // the plan of its pull has told why
	}
	return f, nil
}

// remember reads the people and shelves of a source that cannot be asked for one of
// them, so that a plan finds those that its tickets refer to.
func (f *feed) remember(ctx context.Context) error {
	if _, can := f.source.(connectors.Fetcher); can || f.source == nil {
		return nil
	}
	var err error
	if f.memory, err = newMemory(f.temp); err != nil {
		return err
	}
	for _, kind := range desk.Kinds {
		if kind == desk.KindTicket {
			continue
		}
		if err := f.memorise(ctx, kind); err != nil {
			return err
		}
	}
	return nil
}

func (f *feed) memorise(ctx context.Context, kind desk.Kind) error {
	for item, err := range f.read(ctx, kind) {
		if err != nil {
			return err
		}
		if item.Record == nil {
			continue
		}
		if err := f.memory.put(item.Record); err != nil {
			return err
		}
	}
	return nil
}

// remembered is a record out of memory. Tickets are read again when one is first asked for:
// only those that had to wait for something are.
func (f *feed) remembered(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	r, err := f.memory.Fetch(ctx, kind, id)
	if kind != desk.KindTicket || !errors.Is(err, connectors.ErrNotFound) {
		return r, err
	}
	f.again.Lock()
	defer f.again.Unlock()
	if !f.whole {
		if err := f.memorise(ctx, kind); err != nil {
			return nil, err
		}
		f.whole = true
	}
	return f.memory.Fetch(ctx, kind, id)
}

// fetch is a record as the archive would name it, or connectors.ErrNotFound.
func (f *feed) fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	rest, ok := strings.CutPrefix(string(id), f.prefix)
	if !ok {
		return nil, connectors.ErrNotFound
	}
	if f.heard != nil {
		r, err := f.heard.Fetch(ctx, kind, desk.ID(rest))
		if err == nil {
			f.archived(r)
		}
		return r, err
	}
	if f.memory != nil {
		return f.remembered(ctx, kind, id)
	}
	from, can := f.source.(connectors.Fetcher)
	if !can {
		return nil, connectors.ErrNotFound
	}
	r, err := from.Fetch(ctx, kind, desk.ID(rest))
	if err == nil {
		f.archived(r)
	}
	return r, err
}

// read yields the records that a pull would bring, as the archive would name them.
func (f *feed) read(ctx context.Context, kind desk.Kind) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		if f.heard != nil {
			f.readHeard(ctx, kind, yield)
			return
		}
		if f.source == nil || !f.reads.Has(kind) {
			return
		}
		cursor, err := f.ledger.Cursor(ctx, kind, "", pipeline.CursorHash("", f.hash))
		if err != nil {
			yield(connectors.Item{}, err)
			return
		}
		for item, err := range f.source.Read(ctx, kind, connectors.Cursor(cursor)) {
			if item.Aside != nil {
				continue // the pull's plan tells it
			}
			if item.Record != nil {
				f.archived(item.Record)
			}
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}

// readHeard yields what the plan of the pull has read.
func (f *feed) readHeard(ctx context.Context, kind desk.Kind, yield func(connectors.Item, error) bool) {
	for r, err := range f.heard.read(ctx, kind) {
		if err == nil {
			f.archived(r)
		}
		if !yield(connectors.Item{Record: r}, err) || err != nil {
			return
		}
	}
}

// archived names a record as the archive would.
func (f *feed) archived(r desk.Record) {
	r.About().ID = desk.ID(f.prefix) + r.About().ID
	for _, ref := range desk.Refs(r) {
		if ref.ID != "" {
			ref.ID = desk.ID(f.prefix) + ref.ID
		}
	}
}
