package pipeline_test

import (
	"fmt"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// What is found again in the run that made it, since its answer was lost, was made by it:
// a report that is done has nothing that waits.
func TestFoundAgainIsMade(t *testing.T) {
	for _, lost := range []string{"create", "append"} {
		t.Run(lost, func(t *testing.T) {
			src, dst := new(mem.Desk), &mem.Desk{Knobs: mem.Knobs{AtOnce: 1}}
			reads, writes := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
			h := newHop(t, src, reads, dst, writes)
			withFile := msg("b", "b", 2)
			withFile.Files = []desk.File{file("a.txt", 4)}
			src.Seed(tk("1", "one", msg("a", "a", 1), withFile, msg("c", "c", 3)))
			once := true
			dst.Fail = func(verb string, r any) (error, error) {
				m, isMessage := r.(*desk.Message)
				_, isTicket := r.(*desk.Ticket)
				if once && (lost == "create" && verb == lost && isTicket || lost == "append" && isMessage && m.Text == "b") {
					once = false
					return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
				}
				return nil, nil
			}
			n := h.run(t)
			want := func(kind desk.Kind, made int64) {
				t.Helper()
				if n[kind] != (checkpoints.Count{Read: made, Created: made}) {
					t.Errorf("%s: %+v", kind, n[kind])
				}
			}
			want(desk.KindTicket, 1)
			want(desk.KindMessage, 3)
			want(desk.KindFile, 1)
		})
	}
}
