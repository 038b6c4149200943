package pipeline_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A message of which nobody knows whether it arrived, and whose ticket the source then lost,
// is found at the target or put into quarantine: the next run has nothing that waits.
func TestMessageInDoubtOfAVanishedTicket(t *testing.T) {
	for name, c := range map[string]struct{ arrived, killed bool }{
		"it arrived":                 {true, false},
		"it did not":                 {false, false},
		"it arrived, we were killed": {true, true},
		"it did not, we were killed": {false, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := inDoubtAndGone(t, c.arrived, c.killed)
			b.run(t)
			row, _, err := b.Ledger.Row(t.Context(), desk.KindMessage, "1", "1-3")
			want := checkpoints.Row{State: checkpoints.Failed, Reason: string(connectors.ReasonVanished)}
			if c.arrived {
				want = checkpoints.Row{State: checkpoints.Done}
			}
			if err != nil || row.State != want.State || row.Reason != want.Reason || (row.Target != "") != c.arrived {
				t.Errorf("%+v, %v", row, err)
			}
			open, err := b.Ledger.CountOpen(t.Context())
			if n := open[desk.KindMessage]; err != nil || n[checkpoints.Intended]+n[checkpoints.Entered]+n[checkpoints.Held] != 0 {
				t.Errorf("open: %v, %v", open, err)
			}
		})
	}
}

// inDoubtAndGone has a message of ticket 1 whose answer was lost, by the line or since the
// run was killed, and whose ticket is gone from the source.
func inDoubtAndGone(t *testing.T, arrived, killed bool) *both {
	b := newBoth(t, pipeline.TargetWins)
	b.old(t, func(x *desk.Ticket) {
		x.Messages = append(x.Messages, desk.Message{ID: "1-3", Author: desk.To(desk.KindContact, "c1"), At: x.Created.Add(96 * time.Hour), Text: "more"})
	})
	b.dst.Fail = func(verb string, _ any) (before, after error) {
		if verb != "append" {
			return nil, nil
		}
		if err := b.src.Delete(t.Context(), desk.KindTicket, "1"); err != nil {
			t.Error(err)
		}
		b.life.dead.Store(killed)
		cut := fmt.Errorf("cut: %w", connectors.ErrUnsure)
		if arrived {
			return nil, cut
		}
		return cut, nil
	}
	b.Run++
	if _, err := b.Go(t.Context()); (err != nil) != killed {
		t.Fatal(err)
	}
	b.dst.Fail = nil
	b.open(t)
	return b
}

// waits are the lines that somebody has to come back to.
func (h *hop) waits(t *testing.T) (ids []string) {
	t.Helper()
	for row, err := range h.Ledger.Rows(t.Context(), checkpoints.Query{States: []checkpoints.State{checkpoints.Entered, checkpoints.Intended, checkpoints.Held}}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, string(row.Kind)+" "+string(row.ID)+" "+string(row.State))
	}
	return ids
}

// What was left open of a person whom the source then lost waits no longer: the copy stays.
func TestVanishedPersonWaitsNoLonger(t *testing.T) {
	for _, natural := range []bool{true, false} {
		for _, failure := range []error{errors.New("away"), connectors.ErrUnsure} {
			t.Run(fmt.Sprint(natural, failure), func(t *testing.T) {
				src, dst := new(mem.Desk), new(mem.Desk)
				src.Seed(&desk.Contact{Meta: desk.Meta{ID: "c1"}, Name: "Ann", Emails: []string{"ann@example.test"}})
				writes := mem.Spec().Writes
				writes.Tombstones = false
				h := newHop(t, src, mem.Spec().Reads, dst, writes)
				h.Join = natural
				h.run(t)
				src.Seed(&desk.Contact{Meta: desk.Meta{ID: "c1"}, Name: "Anna", Emails: []string{"ann@example.test"}})
				dst.Fail = func(verb string, _ any) (before, after error) {
					if verb == "update" {
						return fmt.Errorf("no: %w", failure), nil
					}
					return nil, nil
				}
				h.run(t)
				dst.Fail = nil
				if err := src.Delete(t.Context(), desk.KindContact, "c1"); err != nil {
					t.Fatal(err)
				}
				h.run(t)
				if left := h.waits(t); len(left) > 0 {
					t.Errorf("%q", left)
				}
			})
		}
	}
}

// A message that waits, or is in doubt, and that its ticket no longer has in the source
// waits no longer: it is found at the target or put into quarantine.
func TestMessageThatItsTicketLost(t *testing.T) {
	for _, failure := range []error{errors.New("away"), connectors.ErrUnsure} {
		for _, arrived := range []bool{true, false} {
			t.Run(fmt.Sprint(failure, arrived), func(t *testing.T) {
				b := newBoth(t, pipeline.TargetWins)
				b.old(t, func(x *desk.Ticket) {
					x.Messages = append(x.Messages, desk.Message{ID: "1-3", Author: desk.To(desk.KindContact, "c1"), At: x.Created.Add(96 * time.Hour), Text: "more"})
				})
				b.dst.Fail = func(verb string, _ any) (before, after error) {
					switch {
					case verb != "append":
						return nil, nil
					case arrived && errors.Is(failure, connectors.ErrUnsure):
						return nil, fmt.Errorf("no: %w", failure)
					}
					return fmt.Errorf("no: %w", failure), nil
				}
				b.run(t)
				b.dst.Fail = nil
				b.old(t, func(x *desk.Ticket) { x.Messages = x.Messages[:2] })
				b.run(t)
				b.run(t)
				if left := b.waits(t); len(left) > 0 {
					t.Errorf("%q", left)
				}
			})
		}
	}
}

// A note about an edit that could not be written waits no longer when the message was
// edited once more: the note about that tells all.
func TestNoteOfAnEditOvertaken(t *testing.T) {
	h, src, dst := editing(t)
	b := &both{hop: h, src: src, dst: dst}
	b.dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "append" {
			return errors.New("away"), nil
		}
		return nil, nil
	}
	b.run(t)
	b.dst.Fail = nil
	b.old(t, func(x *desk.Ticket) { x.Messages[0].Text = "edited again" })
	b.run(t)
	b.run(t)
	if left := b.waits(t); len(left) > 0 {
		t.Errorf("%q", left)
	}
	if got := subjectOf(t, b.dst, "subject 1"); len(got.Messages) != 3 {
		t.Errorf("%+v", got.Messages)
	}
}

// A ticket of which nobody knows whether it was made, and that the source then lost, is
// looked for by its mark: it says there that it was deleted, or was never made.
func TestTicketInDoubtVanished(t *testing.T) {
	for _, arrived := range []bool{true, false} {
		src, dst := verifiable(), new(mem.Desk)
		writes := mem.Spec().Writes
		writes.Tombstones = false
		h := newHop(t, src, mem.Spec().Reads, dst, writes)
		now := time.Now()
		dst.SearchLag, dst.Clock = time.Minute, func() time.Time { return now }
		h.Now = dst.Clock
		dst.Fail = func(verb string, r any) (before, after error) {
			if x, ok := r.(*desk.Ticket); !ok || verb != "create" || x.Subject != "subject 1" {
				return nil, nil
			}
			cut := fmt.Errorf("cut: %w", connectors.ErrUnsure)
			if arrived {
				return nil, cut
			}
			return cut, nil
		}
		h.run(t)
		dst.Fail, now = nil, now.Add(time.Hour)
		if err := src.Delete(t.Context(), desk.KindTicket, "1"); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			h.run(t)
			if left := h.waits(t); len(left) > 0 || len(h.fails) > 0 {
				t.Errorf("arrived %v: %q wait, told %+v", arrived, left, h.fails)
			}
		}
		if n := dst.CountOf(desk.KindTicket); arrived && n != 4 || !arrived && n != 3 {
			t.Errorf("arrived %v: %d tickets", arrived, n)
		}
		if arrived && !slices.Contains(subjectOf(t, dst, "subject 1").Tags, pipeline.DeletedTag) {
			t.Error("it does not say that it was deleted")
		}
		if gone, left := h.rollback(t, 0, true); len(left) > 0 || dst.CountOf(desk.KindTicket) > 0 {
			t.Errorf("arrived %v: a rollback deleted %q and left %q", arrived, gone, left)
		}
	}
}
