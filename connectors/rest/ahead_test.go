package rest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// counting yields 0, 1, … and ends with an error.
func counting(n int, end error) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
		if end != nil {
			yield(0, end)
		}
	}
}

// Whatever each call takes, what comes of them is handed over in order, and a list
// of n things takes about the time of n/8 calls.
func TestAheadKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []int
		began := time.Now()
		err := Ahead(t.Context(), counting(80, nil), func(_ context.Context, i int) (int, error) {
			time.Sleep(time.Duration(1+i%3) * time.Second)
			return i * i, nil
		}, func(i, square int) error {
			if square != i*i {
				t.Errorf("%d is handed over with %d", i, square)
			}
			got = append(got, i)
			return nil
		})
		took := time.Since(began)
		if err != nil || len(got) != 80 || fmt.Sprint(got[:3], got[79]) != "[0 1 2] 79" || took > 40*time.Second {
			t.Errorf("%v after %s: %v", err, took, got)
		}
	})
}

// An error ends it, with what came before handed over and nothing left under way.
func TestAheadEnds(t *testing.T) {
	list, call, taker := errors.New("list"), errors.New("call"), errors.New("taker")
	for _, c := range []struct {
		name  string
		want  error
		taken int
	}{{"list", list, 20}, {"call", call, 13}, {"taker", taker, 5}} {
		synctest.Test(t, func(t *testing.T) {
			taken, under := 0, atomic.Int64{}
			err := Ahead(t.Context(), counting(20, list), func(ctx context.Context, i int) (int, error) {
				under.Add(1)
				defer under.Add(-1)
				if err := sleep(ctx, time.Second); err != nil {
					return 0, err
				}
				if c.name == "call" && i == 13 {
					return 0, call
				}
				return i, nil
			}, func(i, _ int) error {
				if c.name == "taker" && i == 5 {
					return taker
				}
				taken++
				return nil
			})
			if !errors.Is(err, c.want) || taken != c.taken || under.Load() != 0 {
				t.Errorf("%s: %v, %d taken, %d under way", c.name, err, taken, under.Load())
			}
		})
	}
}
