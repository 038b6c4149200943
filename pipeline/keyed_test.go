package pipeline_test

import (
	"fmt"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// Records that refer to each other in a circle all arrive, however many workers
// meet on it; at most one reference is left out, and that is told.
func TestCircle(t *testing.T) {
	t.Parallel()
	const n = 8
	for range 20 {
		src, dst := new(mem.Desk), new(mem.Desk)
		var ids []desk.ID
		for i := range n {
			ids = append(ids, fill(t, src, &desk.Category{Name: fmt.Sprint("c", i)})[0])
		}
		for i, id := range ids {
			c := &desk.Category{Name: fmt.Sprint("c", i), Parent: desk.Ref{Kind: desk.KindCategory, Target: ids[(i+1)%n]}}
			if _, err := src.Update(t.Context(), id, c, []string{"parent"}); err != nil {
				t.Fatal(err)
			}
		}
		h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
		h.Workers = n
		if got := h.run(t)[desk.KindCategory]; got.Created != n || got.Read != n {
			t.Fatalf("%+v", got)
		}
		linked := 0
		for it, err := range dst.Read(t.Context(), desk.KindCategory, "") {
			if err != nil {
				t.Fatal(err)
			}
			if !it.Record.(*desk.Category).Parent.IsZero() {
				linked++
			}
		}
		if linked < n-1 || len(h.losses) < n-linked {
			t.Fatalf("%d of %d have their parent, losses: %v", linked, n, h.losses)
		}
	}
}
