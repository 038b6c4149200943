package rest

import (
	"context"
	"iter"
	"sync"
)

// inFlight is how many calls are under way at once where one follows from each thing
// of a list: an answer takes longer than the time that the account's rate leaves
// between two calls.
const inFlight = 8

// Ahead does fn for the things of a list, a few of them at once, and hands over what
// came of them in order. It goes on in the list while calls are under way. It ends at
// the first error, of the list, fn or take, when nothing is under way any more; what
// came before an error in the list is handed over first. Fn is called by several
// goroutines, take and the list by the caller's alone.
func Ahead[T, R any](ctx context.Context, list iter.Seq2[T, error], fn func(context.Context, T) (R, error), take func(T, R) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var under sync.WaitGroup
	defer under.Wait()
	defer cancel()
	var turns []*turn[T, R] // oldest first
	first := func() error {
		t := turns[0]
		turns = turns[1:]
		return t.hand(take)
	}
	var broken error
	for thing, err := range list {
		if broken = err; err != nil {
			break
		}
		t := &turn[T, R]{of: thing, made: make(chan R, 1)}
		turns = append(turns, t)
		under.Go(func() { t.call(ctx, fn) })
		if len(turns) < inFlight {
			continue
		}
		if err := first(); err != nil {
			return err
		}
	}
	for len(turns) > 0 {
		if err := first(); err != nil {
			return err
		}
	}
	return broken
}

// turn is a thing of the list, and the call that follows from it.
type turn[T, R any] struct {
	of   T
	made chan R // of one; closed without any after an error
	err  error
}

func (t *turn[T, R]) call(ctx context.Context, fn func(context.Context, T) (R, error)) {
	defer close(t.made)
	r, err := fn(ctx, t.of)
	if t.err = err; err == nil {
		t.made <- r
	}
}

// hand waits for the call and hands over what came of it.
func (t *turn[T, R]) hand(take func(T, R) error) error {
	r, ok := <-t.made
	if !ok {
		return t.err
	}
	return take(t.of, r)
}
