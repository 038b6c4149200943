package main

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// endless yields one agent, and then none until nobody waits any more.
type endless struct{ connectors.Source }

func (endless) Read(ctx context.Context, _ desk.Kind, _ connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		if yield(connectors.Item{Record: &desk.Agent{Name: "Ann", Email: "ann@acme.test"}}, nil) {
			<-ctx.Done()
			yield(connectors.Item{}, ctx.Err())
		}
	}
}

// Agents that take too long to be listed are told as some, and nobody waits for the rest; who
// stops it has stopped it.
func TestAgentsThatTakeTooLong(t *testing.T) {
	got, partly, err := listWithin(t.Context(), time.Millisecond, endless{}, desk.KindAgent)
	if err != nil || !partly || len(got) != 1 || got[0].Name != "ann@acme.test" {
		t.Errorf("%+v, %v, %v", got, partly, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, partly, err := listWithin(ctx, time.Hour, endless{}, desk.KindAgent); partly || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", partly, err)
	}
}
