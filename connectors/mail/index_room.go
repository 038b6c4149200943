package mail

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
)

// keyRun begins the keys of the waiting room: facts of mails that have been
// examined but have no ticket yet. What was examined together lies together as a
// run, in order, cut into blocks that are numbered from 1.
const keyRun = "v/"

const (
	roomBytes  = 4 << 20  // of facts in memory, before they become a run
	blockBytes = 32 << 10 // of a run that are read at a time
)

// waiting is one mail in the waiting room.
type waiting struct {
	key   string // see waitKey
	facts string
}

// waitingRoom holds the facts of all mails that are new until the last of them has
// been found. A few stay in memory; many are kept in the State, so that a kill
// costs no more than the looking at those that were in memory.
type waitingRoom struct {
	book  *notebook
	limit int // roomBytes
	held  []waiting
	bytes int
	marks []Mark // of what is held: they may be put only after it
	runs  []*runReader

	mu    sync.Mutex
	out   int     // mails that have been taken out
	spent []spent // blocks whose mails have all been
}

// spent is a block that may be dropped once so many mails are seated. Mails are taken
// out before that: a kill must not find them nowhere.
type spent struct {
	key   string
	after int
}

// openRoom finds the runs that a kill has left. limit is how many bytes stay in
// memory.
func openRoom(ctx context.Context, book *notebook, limit int) (*waitingRoom, error) {
	r := &waitingRoom{book: book, limit: limit}
	for after := ""; ; {
		run, err := firstRun(ctx, book.state, after)
		if err != nil || run == nil {
			return r, err
		}
		run.spent = r.spend
		r.runs = append(r.runs, run)
		after = ordinalKey(keyRun, run.run) + "0" // behind all blocks, which go on with "/"
	}
}

// firstRun is the first run behind a key, from the first block that is there; nil
// if there is none.
func firstRun(ctx context.Context, state connectors.State, after string) (*runReader, error) {
	for e, err := range state.Scan(ctx, keyRun, after) {
		if err != nil {
			return nil, err
		}
		run, block, _ := strings.Cut(strings.TrimPrefix(e.Key, keyRun), "/")
		n, err := ordinalOf(run, "")
		first, bad := ordinalOf(block, "")
		return &runReader{state: state, run: n, first: first}, errors.Join(err, bad)
	}
	return nil, nil
}

// wait lets a mail wait until all that is new has been found.
func (r *waitingRoom) wait(ctx context.Context, f *facts, seq uint64) error {
	w := waiting{key: waitKey(f, seq), facts: string(f.encode())}
	r.held = append(r.held, w)
	r.bytes += len(w.key) + len(w.facts)
	return r.full(ctx)
}

// show lets the store see marks, and forgets them with the process.
func (r *waitingRoom) show(marks []Mark) {
	for _, m := range marks {
		r.book.promise(markPrefix+m.Key, m.Value)
	}
}

// mark lets marks wait for the mails before them.
func (r *waitingRoom) mark(ctx context.Context, marks []Mark) error {
	r.marks = append(r.marks, marks...)
	for _, m := range marks {
		r.book.promise(markPrefix+m.Key, m.Value)
		r.bytes += hotCost(m.Key, m.Value)
	}
	return r.full(ctx)
}

func (r *waitingRoom) full(ctx context.Context) error {
	if r.bytes < r.limit {
		return nil
	}
	return r.keep(ctx)
}

// keep writes what is held as a run, and its marks after it.
func (r *waitingRoom) keep(ctx context.Context) error {
	r.sort()
	if len(r.held) > 0 {
		run := &runReader{state: r.book.state, run: 1, first: 1, spent: r.spend}
		if n := len(r.runs); n > 0 {
			run.run = r.runs[n-1].run + 1
		}
		if err := r.write(ctx, run.run); err != nil {
			return err
		}
		r.runs = append(r.runs, run)
	}
	clear(r.held)
	r.held, r.bytes = r.held[:0], 0
	return r.putMarks(ctx)
}

func (r *waitingRoom) sort() {
	slices.SortFunc(r.held, func(a, b waiting) int { return cmp.Compare(a.key, b.key) })
}

func (r *waitingRoom) write(ctx context.Context, run uint64) error {
	block, n := wireOut(nil), uint64(1)
	for i, w := range r.held {
		block.text(w.key)
		block.text(w.facts)
		if len(block) < blockBytes && i < len(r.held)-1 {
			continue
		}
		if err := r.book.state.Put(ctx, blockKey(run, n), block); err != nil {
			return err
		}
		block, n = nil, n+1
	}
	return nil
}

func blockKey(run, n uint64) string { return ordinalKey(ordinalKey(keyRun, run)+"/", n) }

func (r *waitingRoom) putMarks(ctx context.Context) error {
	for _, m := range r.marks {
		if err := r.book.put(ctx, markPrefix+m.Key, m.Value); err != nil {
			return err
		}
	}
	r.marks = r.marks[:0]
	return nil
}

// oldestFirst empties the room. Nobody waits any more.
func (r *waitingRoom) oldestFirst(ctx context.Context) iter.Seq2[waiting, error] {
	return func(yield func(waiting, error) bool) {
		if len(r.runs) == 0 {
			r.sort()
			for _, w := range r.held {
				if !yield(w, nil) {
					return
				}
			}
			return
		}
		err := r.keep(ctx)
		if err == nil {
			err = r.merge(ctx, yield)
		}
		if err != nil {
			yield(waiting{}, err)
		}
	}
}

// merge goes through all runs side by side.
func (r *waitingRoom) merge(ctx context.Context, yield func(waiting, error) bool) error {
	h := make(runHeap, 0, len(r.runs))
	for _, run := range r.runs {
		more, err := run.next(ctx)
		if err != nil {
			return err
		}
		if more {
			h = append(h, run)
		}
	}
	heap.Init(&h)
	for len(h) > 0 {
		r.mu.Lock()
		r.out++
		r.mu.Unlock()
		if !yield(h[0].at, nil) {
			return nil
		}
		more, err := h[0].next(ctx)
		switch {
		case err != nil:
			return err
		case more:
			heap.Fix(&h, 0)
		default:
			heap.Pop(&h)
		}
	}
	return nil
}

// spend notes that all mails of a block have been taken out.
func (r *waitingRoom) spend(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spent = append(r.spent, spent{key, r.out})
}

// leave drops the blocks whose mails are among the so many that are seated.
func (r *waitingRoom) leave(ctx context.Context, seated int) error {
	r.mu.Lock()
	n := 0
	for n < len(r.spent) && r.spent[n].after <= seated {
		n++
	}
	done := r.spent[:n:n]
	r.spent = r.spent[n:]
	r.mu.Unlock()
	for _, b := range done {
		if err := r.book.state.Delete(ctx, b.key); err != nil {
			return err
		}
	}
	return nil
}

// close ends the emptied room: what it held is in the index.
func (r *waitingRoom) close(ctx context.Context) error {
	if err := r.leave(ctx, r.out); err != nil {
		return err
	}
	r.held, r.bytes, r.runs = nil, 0, nil
	return r.putMarks(ctx)
}
