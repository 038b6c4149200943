package mail

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// fill lets n mails wait, in no order. Each is large enough that few fill a block.
func fill(t *testing.T, r *waitingRoom, n int) {
	t.Helper()
	for i, at := range rand.New(rand.NewPCG(1, 2)).Perm(n) {
		f := &facts{refs: []string{strings.Repeat("r", 3000)}}
		f.event = event{Kind: eventMessage, ID: fmt.Sprint(at), At: int64(at + 1), Places: []Place{{Path: "p"}}}
		if err := r.wait(t.Context(), f, uint64(i)); err != nil {
			t.Fatal(err)
		}
		if err := r.mark(t.Context(), []Mark{{Key: "read", Value: fmt.Append(nil, i+1)}}); err != nil {
			t.Fatal(err)
		}
	}
}

// empty takes up to most mails out of a room and tells when they came.
func empty(t *testing.T, r *waitingRoom, most int) (at []int64) {
	t.Helper()
	for w, err := range r.oldestFirst(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		f, err := decodeFacts(w.facts)
		if err != nil {
			t.Fatal(err)
		}
		if at = append(at, f.event.At); len(at) == most {
			break
		}
		if err := r.leave(t.Context(), len(at)); err != nil {
			t.Fatal(err)
		}
	}
	return at
}

func TestWaitingRoomIsEmptiedInOrder(t *testing.T) {
	const n = 200
	for _, limit := range []int{1, 50_000, 150_000, 1 << 30} {
		state := newPutLog(nil)
		book := newNotebook(state, true)
		r, err := openRoom(t.Context(), book, limit)
		if err != nil {
			t.Fatal(err)
		}
		fill(t, r, n)
		if got := empty(t, r, n+1); len(got) != n || !slices.IsSorted(got) {
			t.Errorf("limit %d: %d mails came out, sorted %v", limit, len(got), slices.IsSorted(got))
		}
		if err := r.close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if mark, _ := state.Get(t.Context(), markPrefix+"read"); string(mark) != fmt.Sprint(n) || len(state.m) != 1 {
			t.Errorf("limit %d: the state holds %d keys and the mark %q", limit, len(state.m), mark)
		}
	}
}

// A kill may come after any put. What the mark says was read is in the room or has
// come out of it.
func TestWaitingRoomSurvivesAKill(t *testing.T) {
	const n, out = 120, 70
	state := newPutLog(nil)
	r, err := openRoom(t.Context(), newNotebook(state, true), 150_000)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, r, n)
	filled := len(state.puts)
	before := empty(t, r, out)
	for puts := range len(state.puts) + 1 {
		then := newPutLog(state.puts[:puts])
		read := 0
		if mark, _ := then.Get(t.Context(), markPrefix+"read"); mark != nil {
			_, _ = fmt.Sscan(string(mark), &read)
		}
		left, err := openRoom(t.Context(), newNotebook(then, false), 150_000)
		if err != nil {
			t.Fatal(err)
		}
		all := empty(t, left, n+1)
		if puts > filled {
			all = append(all, before...)
		}
		slices.Sort(all)
		if all = slices.Compact(all); len(all) < read {
			t.Fatalf("after put %d of %d the mark says %d, and %d are there", puts, len(state.puts), read, len(all))
		}
	}
}
