package pipeline

import (
	"context"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
)

// The window's limits: how many items, and about how many bytes, may be under way
// or wait behind a slow one.
const (
	windowItems = 4096
	windowBytes = 24 << 20
)

// window keeps the items of a stream in order while they are worked out of order,
// so that the cursor passes an item only when all before it are settled.
type window struct {
	mu     sync.Mutex
	room   *sync.Cond
	items  []*place // oldest first
	bytes  int
	cursor connectors.Cursor // after the last item of the settled beginning
	moved  bool              // since it was last asked for
}

type place struct {
	cursor connectors.Cursor
	weight int
	done   bool
}

func newWindow() *window {
	w := new(window)
	w.room = sync.NewCond(&w.mu)
	return w
}

// enter takes a place for an item, waiting until there is room. One item always
// has room, however heavy.
func (w *window) enter(ctx context.Context, c connectors.Cursor, weight int) (*place, error) {
	defer context.AfterFunc(ctx, w.wake)()
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.items) > 0 && (len(w.items) >= windowItems || w.bytes+weight > windowBytes) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		w.room.Wait()
	}
	p := &place{cursor: c, weight: weight}
	w.items, w.bytes = append(w.items, p), w.bytes+weight
	return p, nil
}

// wake lets those who wait look at their context again.
func (w *window) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.room.Broadcast()
}

// leave settles an item. Its weight is free at once; its place, when all before
// it are settled.
func (w *window) leave(p *place) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p.done = true
	w.bytes -= p.weight
	n := 0
	for n < len(w.items) && w.items[n].done {
		w.cursor, w.moved = w.items[n].cursor, true
		n++
	}
	w.items = append(w.items[:0], w.items[n:]...)
	w.room.Broadcast()
}

// settled returns the cursor after the settled beginning, if it has moved since it
// was last asked for.
func (w *window) settled() (connectors.Cursor, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	moved := w.moved
	w.moved = false
	return w.cursor, moved
}
