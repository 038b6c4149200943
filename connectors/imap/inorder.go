package imap

import (
	"context"
	"iter"
	"sync"
)

// inOrder does the work on several things at a time and yields what comes of them in
// the order of in. It waits for the work under way when the caller leaves.
func inOrder[T, R any](ctx context.Context, most int, in iter.Seq[T], work func(context.Context, T) R) iter.Seq[R] {
	return func(yield func(R) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var wg sync.WaitGroup
		defer wg.Wait()
		defer cancel()
		results := make(chan chan R, most-1)
		wg.Go(func() {
			defer close(results)
			for x := range in {
				one := make(chan R, 1)
				select {
				case results <- one:
				case <-ctx.Done():
					return
				}
				wg.Go(func() { one <- work(ctx, x) })
			}
		})
		for one := range results {
			if !yield(<-one) {
				return
			}
		}
	}
}
