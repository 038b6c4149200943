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

// stage makes a plan of a load see what a pull would bring first: the archive as
// it would be.
func (h *hop) stage(ctx context.Context) error {
	if h.pull || h.from != h.s.p.Archive {
		return nil
	}
	staged := &stagedSource{archive: h.source}
	for _, src := range h.s.p.Sources {
		feed, err := h.feed(ctx, src)
		if err != nil {
			return errors.Join(err, staged.Close())
		}
		staged.feeds = append(staged.feeds, feed)
		if err := feed.remember(ctx); err != nil {
			return errors.Join(err, staged.Close())
		}
	}
	h.source = staged
	return nil
}

// archives is what the archive puts before the ids of a leg into it; "" of other legs.
func (h *hop) archives(ctx context.Context) (prefix string, err error) {
	if !h.pull {
		return "", nil
	}
	return h.s.prefix(ctx, h.from)
}

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

// stagedSource is the archive with what its sources would add.
type stagedSource struct {
	archive connectors.Source
	feeds   []*feed
}

// Read yields what the sources have new, then what the archive has and they did
// not yield.
func (s *stagedSource) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		fresh := map[desk.ID]bool{}
		for _, f := range s.feeds {
			for item, err := range f.read(ctx, kind) {
				if item.Record != nil {
					fresh[item.Record.About().ID] = true
					err = errors.Join(err, s.keep(ctx, item.Record))
				}
				if !yield(item, err) || err != nil {
					return
				}
			}
		}
		for item, err := range s.archive.Read(ctx, kind, after) {
			if item.Record != nil && fresh[item.Record.About().ID] {
				continue
			}
			if !yield(item, err) {
				return
			}
		}
	}
}

// keep puts the messages that the archive has in the place of the source's: it
// never changes them, whatever the source says today.
func (s *stagedSource) keep(ctx context.Context, r desk.Record) error {
	t, ok := r.(*desk.Ticket)
	if !ok {
		return nil
	}
	had, err := s.archive.(connectors.Fetcher).Fetch(ctx, desk.KindTicket, t.ID)
	if errors.Is(err, connectors.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	kept := map[desk.ID]desk.Message{}
	for _, m := range had.(*desk.Ticket).Messages {
		kept[m.ID] = m
	}
	for i := range t.Messages {
		if m, ok := kept[t.Messages[i].ID]; ok {
			t.Messages[i] = m
		}
	}
	return nil
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

// Fetch asks the archive, then the source that the id names.
func (s *stagedSource) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	for _, f := range s.feeds {
		r, err := f.fetch(ctx, kind, id)
		if err == nil {
			return r, s.keep(ctx, r)
		}
		if !errors.Is(err, connectors.ErrNotFound) {
			return nil, err
		}
	}
	return s.archive.(connectors.Fetcher).Fetch(ctx, kind, id)
}

// Close closes all ends.
func (s *stagedSource) Close() error {
	var err error
	for _, f := range s.feeds {
		if c, ok := f.source.(connectors.Closer); ok {
			err = errors.Join(err, c.Close())
		}
		if f.memory != nil {
			err = errors.Join(err, f.memory.Close())
		}
	}
	if c, ok := s.archive.(connectors.Closer); ok {
		err = errors.Join(err, c.Close())
	}
	return err
}
