package compose

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// slow is a memory in which others come between.
type slow struct{ *conntest.State }

func (s slow) Get(ctx context.Context, key string) ([]byte, error) {
	b, err := s.State.Get(ctx, key)
	time.Sleep(10 * time.Microsecond)
	return b, err
}

// Mails of one ticket that are entered from two sides, one by who writes them and one by
// who finds them, are each at a place of their own, and none is forgotten.
func TestTwoEnterOneTicket(t *testing.T) {
	s := NewScribe(nil, connectors.Env{State: slow{new(conntest.State)}}, 0, false)
	var sides sync.WaitGroup
	for side := range 2 {
		sides.Go(func() {
			for i := range 100 {
				m := &desk.Message{ID: desk.ID(fmt.Sprint(side, "-", i))}
				w := written{ticket: "t", msg: m, mark: string(m.ID), id: string(m.ID), place: string(m.ID), slip: Slip{At: time.Unix(int64(i), 0)}}
				if err := s.book.note(t.Context(), w); err != nil {
					t.Error(err)
				}
			}
		})
	}
	sides.Wait()
	turns, _, err := s.book.turns(t.Context(), "t")
	if err != nil || len(turns) != 200 {
		t.Fatalf("%d turns, %v", len(turns), err)
	}
	for i, turn := range turns {
		if turn.Seq != i {
			t.Fatalf("at place %d stands %d", i, turn.Seq)
		}
	}
	e, err := s.book.get(t.Context(), desk.KindTicket, "t")
	if err != nil || e.Count != 200 {
		t.Errorf("%+v, %v", e, err)
	}
}
