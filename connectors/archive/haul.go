package archive

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
)

// haul is what the files of one record bring: contents that lie in packs already,
// but have no rows yet. Its packs are its own until it is dropped.
type haul struct {
	pinned bool // it belongs to the transaction of this round
	round  int
	packs  []*pack
	news   map[hash]place
}

// place is where a content lies.
type place struct {
	pack         *pack
	offset, size int64
}

// pin makes the open transaction the one that must commit the haul: what the haul
// found there, and the bytes that it wrote, are gone if that is rolled back.
func (t *Target) pin(h *haul) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !h.pinned {
		h.pinned, h.round = true, t.tx.round
	}
}

// torn says that the haul went with a transaction that was rolled back.
func (h *haul) torn(round int) error {
	if h.pinned && h.round != round {
		return &absent{fmt.Errorf("its files were rolled back with other writes: %w", connectors.ErrBusy)}
	}
	return nil
}

// pack is where the next content goes.
func (h *haul) pack(from *packs) (*pack, error) {
	if i := len(h.packs) - 1; i >= 0 && h.packs[i].tail < from.limit {
		return h.packs[i], nil
	}
	p, err := from.take()
	if err == nil {
		h.packs = append(h.packs, p)
	}
	return p, err
}

// add remembers a content that was written to p from offset to its tail.
func (h *haul) add(sum hash, p *pack, offset int64) {
	if h.news == nil {
		h.news = map[hash]place{}
	}
	h.news[sum] = place{p, offset, p.tail - offset}
}

// enter gives the contents of the haul their rows. One that another writer has
// entered meanwhile needs none: its bytes stay unused.
func (t *Target) enter(ctx context.Context, h *haul) error {
	for sum, at := range h.news {
		t.tx.grow(0)
		if _, err := t.stmt.insertFile.ExecContext(ctx, sum[:], at.pack.n, at.offset, at.size); err != nil {
			return err
		}
	}
	for _, p := range h.packs {
		t.packs.enter(p)
	}
	h.news = nil
	return nil
}

// drop gives the packs back; what was not entered is cut off.
func (t *Target) drop(h *haul) {
	for _, p := range h.packs {
		t.packs.give(p)
	}
	h.packs, h.news = nil, nil
}
