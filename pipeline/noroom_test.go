package pipeline_test

import (
	"context"
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

// renamer is a target that calls the files of a new ticket otherwise, and says so.
type renamer struct{ *mem.Desk }

func (r renamer) Create(ctx context.Context, rec desk.Record) (connectors.Receipt, error) {
	got, err := r.Desk.Create(ctx, rec)
	if ticket, ok := rec.(*desk.Ticket); ok && err == nil {
		m := &ticket.Messages[0]
		got.Losses = append(got.Losses, connectors.Loss{Field: "file.name", Message: m.ID, File: "a.png", Detail: "it is called b.png"})
	}
	return got, err
}

// What a target lost of a file is told where it lists what it has room for, names of files
// among that.
func TestLossOfFileIsTold(t *testing.T) {
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "a", 1))}}}}
	writes := mem.Spec().Writes
	writes.Fields = map[desk.Kind][]string{desk.KindTicket: {"subject", "status"}, desk.KindMessage: {"text", "at", "files"}, desk.KindFile: {"name"}}
	h := newHop(t, src, mem.Spec().Reads, renamer{new(mem.Desk)}, writes)
	h.run(t)
	if len(h.losses) != 1 || h.losses[0].Loss.Field != "file.name" || h.losses[0].ID != "a" {
		t.Errorf("told %+v", h.losses)
	}
}
