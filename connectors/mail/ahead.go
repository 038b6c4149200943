package mail

import (
	"context"
	"iter"
	"runtime"
	"sync"

	"golang.org/x/sync/semaphore"
)

const (
	aheadCount = 64      // most things under way at once
	aheadBytes = 8 << 20 // and most raw bytes of them, one larger thing aside
)

// width is how many workers are worth having: as many as there are processors, or
// more where each waits for a network most of the time.
func (s *Source) width() int {
	if d, ok := s.store.(Distant); ok {
		return min(max(d.Width(), runtime.GOMAXPROCS(0)), aheadCount)
	}
	return runtime.GOMAXPROCS(0)
}

// slot is the place of one thing in the order.
type slot[T, R any] struct {
	in     T
	weight int64
	out    R
	err    error
	done   chan struct{}
}

// ahead does the work on several things at once and yields the results in the
// order of in, with so many workers at most. weigh tells how many bytes a thing keeps
// in memory. The first error ends the stream; stopping early waits for the goroutines
// to end.
func ahead[T, R any](ctx context.Context, workers int, in iter.Seq2[T, error], weigh func(T) int64, work func(context.Context, T) (R, error)) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var wg sync.WaitGroup
		defer wg.Wait()
		defer cancel()
		room := semaphore.NewWeighted(aheadBytes)
		order := make(chan *slot[T, R], aheadCount)
		jobs := make(chan *slot[T, R], aheadCount)
		wg.Go(func() {
			defer close(order)
			defer close(jobs)
			feed(ctx, in, weigh, room, order, jobs)
		})
		for range workers {
			wg.Go(func() {
				for s := range jobs {
					s.out, s.err = work(ctx, s.in)
					close(s.done)
				}
			})
		}
		drain(ctx, room, order, yield)
	}
}

// feed hands things to the workers as long as there is room.
func feed[T, R any](ctx context.Context, in iter.Seq2[T, error], weigh func(T) int64, room *semaphore.Weighted, order, jobs chan<- *slot[T, R]) {
	send := func(s *slot[T, R], to ...chan<- *slot[T, R]) bool {
		for _, c := range to {
			select {
			case c <- s:
			case <-ctx.Done():
				return false
			}
		}
		return true
	}
	for v, err := range in {
		s := &slot[T, R]{in: v, err: err, done: make(chan struct{})}
		if err != nil {
			close(s.done)
			send(s, order)
			return
		}
		s.weight = min(max(weigh(v), 1), aheadBytes)
		if room.Acquire(ctx, s.weight) != nil || !send(s, order, jobs) {
			return
		}
	}
}

// drain yields what comes out, in order.
func drain[T, R any](ctx context.Context, room *semaphore.Weighted, order <-chan *slot[T, R], yield func(R, error) bool) {
	var none R
	for s := range order {
		select {
		case <-s.done:
		case <-ctx.Done():
			yield(none, ctx.Err())
			return
		}
		if s.err != nil {
			yield(none, s.err)
			return
		}
		if !yield(s.out, nil) {
			return
		}
		room.Release(s.weight)
	}
	if ctx.Err() != nil {
		yield(none, ctx.Err())
	}
}
