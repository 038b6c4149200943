package pipeline_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
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

// heldFor counts a run over a ticket of three messages, the second with two files, whose
// target is busy for so many appends of it.
func heldFor(t *testing.T, busy int) (h *hop, n pipeline.Counts) {
	dst := &mem.Desk{Knobs: mem.Knobs{AtOnce: 1}}
	_, writes := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
	second := msg("b", "b", 2)
	second.Files = []desk.File{file("a.txt", 4), file("b.txt", 4)}
	ticket := tk("1", "one", msg("a", "a", 1), second, msg("c", "c", 3))
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: ticket}}}}
	src.fetch = func(desk.Kind, desk.ID) (desk.Record, error) { return desk.Clone(ticket), nil }
	h = newHop(t, askable{src}, mem.Spec().Reads, dst, writes)
	dst.Fail = func(verb string, r any) (error, error) {
		if m, ok := r.(*desk.Message); ok && verb == "append" && m.Text == "b" && busy > 0 {
			busy--
			return fmt.Errorf("busy: %w", connectors.ErrBusy), nil
		}
		return nil, nil
	}
	return h, h.run(t)
}

// A message that waits is held and not refused, one that arrived is new whatever became of
// its ticket since, and each is counted once, by the last that became of it.
func TestMessagesAreCountedByTheirOwnLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const forever = 1000
		for busy, want := range map[int]struct{ ticket, message, file checkpoints.Count }{
			5:       {checkpoints.Count{Read: 1, Created: 1}, checkpoints.Count{Read: 3, Created: 3}, checkpoints.Count{Read: 2, Created: 2}},
			forever: {checkpoints.Count{Read: 1, Held: 1}, checkpoints.Count{Read: 3, Created: 1, Held: 2}, checkpoints.Count{Read: 2, Held: 2}},
		} {
			h, n := heldFor(t, busy)
			if n[desk.KindTicket] != want.ticket || n[desk.KindMessage] != want.message || n[desk.KindFile] != want.file {
				t.Errorf("busy %d times: tickets %+v, messages %+v, files %+v", busy, n[desk.KindTicket], n[desk.KindMessage], n[desk.KindFile])
			}
			if busy == forever {
				h.Target.(*mem.Desk).Fail = nil
				n = h.run(t)
				if got, want := n[desk.KindMessage], (checkpoints.Count{Read: 3, Created: 2, Unchanged: 1}); got != want {
					t.Errorf("when it answers again: %+v", got)
				}
			}
		}
	})
}

// A ticket that a run comes back to, and whose source is busy then, waits once and not twice.
func TestWaitingTwiceIsCountedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "a", 1))}}}}
		src.fetch = func(desk.Kind, desk.ID) (desk.Record, error) {
			return nil, fmt.Errorf("the source is busy: %w", connectors.ErrBusy)
		}
		dst := new(mem.Desk)
		h := newHop(t, askable{src}, mem.Spec().Reads, dst, mem.Spec().Writes)
		dst.Fail = func(verb string, _ any) (error, error) {
			if verb == "create" {
				return fmt.Errorf("the target is busy: %w", connectors.ErrBusy), nil
			}
			return nil, nil
		}
		if n := h.run(t); n[desk.KindTicket] != (checkpoints.Count{Read: 1, Held: 1}) {
			t.Errorf("%+v", n[desk.KindTicket])
		}
		if len(h.fails) != 2 || h.fails[0].Again || !h.fails[1].Again {
			t.Errorf("told %+v", h.fails)
		}
		h.run(t)
		if len(h.fails) != 1 || h.fails[0].Again {
			t.Errorf("the next run told %+v", h.fails)
		}
	})
}
