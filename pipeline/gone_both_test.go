package pipeline_test

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// A ticket that people deleted on both sides, such as spam, is nobody's to look at: whatever
// the target would say it by.
func TestDeletedOnBothSides(t *testing.T) {
	for _, tombstones := range []bool{true, false} {
		for _, tags := range []bool{true, false} {
			src, dst := new(mem.Desk), new(mem.Desk)
			src.Seed(tk("1", "one", msg("a", "first", 1)), tk("2", "two", msg("b", "second", 1)))
			if !tags {
				dst.Fields = map[desk.Kind][]string{desk.KindTicket: {"mark", "subject", "status"}}
			}
			_, writes := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
			writes.Tombstones = tombstones
			h := newHop(t, src, mem.Spec().Reads, dst, writes)
			h.run(t)
			if err := dst.Delete(t.Context(), desk.KindTicket, subjectOf(t, dst, "one").ID); err != nil {
				t.Fatal(err)
			}
			if err := src.Delete(t.Context(), desk.KindTicket, "1"); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				n := h.run(t)[desk.KindTicket]
				if left := h.waits(t); n.Failed > 0 || len(h.fails) > 0 || len(left) > 0 || dst.CountOf(desk.KindTicket) != 1 {
					t.Errorf("tombstones %t, tags %t: %+v, %+v, %q wait", tombstones, tags, n, h.fails, left)
				}
			}
		}
	}
}
