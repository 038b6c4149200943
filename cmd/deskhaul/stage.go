package main

import (
	"context"
	"errors"
	"iter"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
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
