package pipeline_test

import (
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// What the target has no room for is lost of what was written, and not of what was
// refused; when that comes at last it is told. A plan tells all of it.
func TestNothingIsLostOfWhatWasNotWritten(t *testing.T) {
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {
		{Record: tk("1", "one", msg("a", "a", 1), msg("b", "b", 2))}, {Record: tk("2", "two", msg("c", "c", 1))},
	}}}
	for _, it := range src.items[desk.KindTicket] {
		it.Record.About().Version = "1"
	}
	dst := &mem.Desk{Knobs: mem.Knobs{AtOnce: 1, Fields: map[desk.Kind][]string{desk.KindTicket: {"subject"}, desk.KindMessage: {"text"}}}}
	reads, writes := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
	h := newHop(t, askable{src}, reads, dst, writes)
	src.fetch = func(_ desk.Kind, id desk.ID) (desk.Record, error) {
		for _, it := range src.items[desk.KindTicket] {
			if it.Record.About().ID == id {
				return desk.Clone(it.Record), nil
			}
		}
		return nil, connectors.ErrNotFound
	}
	refuses := true
	dst.Fail = func(_ string, r any) (error, error) {
		ticket, isTicket := r.(*desk.Ticket)
		m, isMessage := r.(*desk.Message)
		if refuses && (isTicket && ticket.Subject == "two" || isMessage && m.Text == "b") {
			return connectors.ErrRefused, nil
		}
		return nil, nil
	}
	told := func() (out []string) {
		for _, e := range h.losses {
			out = append(out, string(e.ID)+" "+e.Loss.Field)
		}
		h.losses = nil
		slices.Sort(out)
		return out
	}
	h.run(t)
	if got := told(); !slices.Equal(got, []string{"1 status", "a message.at"}) {
		t.Errorf("told %q", got)
	}
	refuses, h.RetryOnly = false, true
	h.run(t)
	if got := told(); !slices.Equal(got, []string{"2 status", "b message.at", "c message.at"}) {
		t.Errorf("the retry told %q", got)
	}
}
