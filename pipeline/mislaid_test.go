package pipeline_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// A ticket that the source had lost for a while is brought by the run that reads it again.
func TestTicketThatIsFoundAgain(t *testing.T) {
	dst := new(mem.Desk)
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {
		{Aside: &connectors.Aside{Kind: desk.KindTicket, ID: "1", Reason: connectors.ReasonVanished, Detail: "it is nowhere"}},
	}}}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	src.items[desk.KindTicket] = []connectors.Item{{Record: tk("1", "one", msg("a", "a", 1))}}
	h.run(t)
	row, _, err := h.Ledger.Row(t.Context(), desk.KindTicket, "", "1")
	if err != nil || row.State != checkpoints.Done || row.Reason != "" || texts(only(t, dst)) != "a" {
		t.Errorf("%+v, %v", row, err)
	}
}

// So is a message of a ticket that stands, whether it was on its way when it was lost or
// arrived and nobody knew.
func TestMessageThatIsFoundAgain(t *testing.T) {
	for name, fail := range map[string]func(cut error) (before, after error){
		"it was not sent": func(error) (error, error) { return fmt.Errorf("later: %w", connectors.ErrBusy), nil },
		"it never came":   func(cut error) (error, error) { return cut, nil },
		"it came":         func(cut error) (error, error) { return nil, cut },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dst := new(mem.Desk)
				src := askable{&script{items: map[desk.Kind][]connectors.Item{}}}
				has := func(ms ...desk.Message) {
					x := tk("1", "one", ms...)
					src.items[desk.KindTicket] = []connectors.Item{{Record: x}}
					src.fetch = func(desk.Kind, desk.ID) (desk.Record, error) { return desk.Clone(x), nil }
				}
				h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
				has(msg("a", "a", 1))
				h.run(t)
				dst.Fail = func(verb string, _ any) (before, after error) {
					if verb != "append" {
						return nil, nil
					}
					return fail(fmt.Errorf("cut: %w", connectors.ErrUnsure))
				}
				has(msg("a", "a", 1), msg("b", "b", 2))
				h.run(t)
				dst.Fail = nil
				has(msg("a", "a", 1))
				h.run(t)
				row, _, err := h.Ledger.Row(t.Context(), desk.KindMessage, "1", "b")
				if err != nil || row.Open() && row.State != checkpoints.Failed {
					t.Errorf("while it was lost: %+v, %v", row, err)
				}
				has(msg("a", "a", 1), msg("b", "b", 2))
				h.run(t)
				row, _, err = h.Ledger.Row(t.Context(), desk.KindMessage, "1", "b")
				if err != nil || row.State != checkpoints.Done || texts(only(t, dst)) != "a|b" {
					t.Errorf("%+v, %v: %q stand there", row, err, texts(only(t, dst)))
				}
			})
		})
	}
}
