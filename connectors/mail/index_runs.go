package mail

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
)

// runReader reads one run of the waiting room, block by block, and hands over each
// block of which all have been read, to be dropped when they are seated.
type runReader struct {
	state connectors.State
	run   uint64
	first uint64 // block: those before it were seated before a kill
	block uint64 // that rest is of; 0 none yet
	rest  wireIn
	at    waiting
	spent func(key string)
}

// next reads the next mail into at. It tells whether there was one.
func (r *runReader) next(ctx context.Context) (bool, error) {
	for r.rest.s == "" {
		if r.block > 0 {
			r.spent(blockKey(r.run, r.block))
		}
		r.block = max(r.first, r.block+1)
		b, err := r.state.Get(ctx, blockKey(r.run, r.block))
		if err != nil || b == nil {
			return false, err
		}
		r.rest = newWireIn(b)
	}
	r.at = waiting{key: r.rest.text(), facts: r.rest.text()}
	if r.rest.err != nil {
		return false, fmt.Errorf("threading state, %s: %w", blockKey(r.run, r.block), r.rest.err)
	}
	return true, nil
}

// runHeap has the run with the oldest mail first.
type runHeap []*runReader

func (h runHeap) Len() int           { return len(h) }
func (h runHeap) Less(i, j int) bool { return h[i].at.key < h[j].at.key }
func (h runHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)        { *h = append(*h, x.(*runReader)) }
func (h *runHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
