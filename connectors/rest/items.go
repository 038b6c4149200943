package rest

import (
	"context"
	"errors"
	"iter"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Give hands an item over. Its error ends the reading: ErrStopped, or what the context says.
type Give = func(connectors.Item) error

// ErrStopped ends a reading whose caller has left the loop.
var ErrStopped = errors.New("stopped")

// Items is a reading as a Source yields it: what read hands over, and the error that it ends
// with. It ends between two items when the context is cancelled.
func Items(ctx context.Context, read func(Give) error) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		err := ctx.Err()
		if err == nil {
			err = read(func(it connectors.Item) error {
				if !yield(it, nil) {
					return ErrStopped
				}
				return ctx.Err()
			})
		}
		if err != nil && !errors.Is(err, ErrStopped) {
			yield(connectors.Item{}, err)
		}
	}
}

// Walker gives each record when the next one comes, so that the last has the cursor after
// all.
type Walker struct {
	Give Give
	At   connectors.Cursor // of those that come before the end

	held desk.Record
}

// Add gives the record before.
func (w *Walker) Add(r desk.Record) error {
	last := w.held
	w.held = r
	if last == nil {
		return nil
	}
	return w.Give(connectors.Item{Record: last, Cursor: w.At})
}

// End gives the last record, with the cursor after all.
func (w *Walker) End(at connectors.Cursor) error {
	if w.held == nil {
		return nil
	}
	return w.Give(connectors.Item{Record: w.held, Cursor: at})
}
