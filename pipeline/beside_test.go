package pipeline_test

import (
	"context"
	"sync"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// shown are the tickets that a verification of those of a selection showed.
func (h *hop) shown(t *testing.T, name string, only ...desk.ID) map[desk.ID]*pipeline.Beside {
	t.Helper()
	v := h.verification(name)
	narrow := *v.Pipeline
	narrow.Select = pipeline.Selection{Kinds: []desk.Kind{desk.KindTicket}, Tickets: map[desk.ID]bool{}}
	for _, id := range only {
		narrow.Select.Tickets[id] = true
	}
	var mu sync.Mutex
	out := map[desk.ID]*pipeline.Beside{}
	v.Pipeline, v.Show = &narrow, func(_ context.Context, b *pipeline.Beside) error {
		mu.Lock()
		defer mu.Unlock()
		out[b.Source.ID] = b
		return nil
	}
	if err := v.Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out
}

// A ticket is shown as it was, as it should stand and as it stands, with what became of
// each message and each file; what stands there is read from the target.
func TestTicketBesideItsCopy(t *testing.T) {
	t.Parallel()
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		ticket, ok := r.(*desk.Ticket)
		if ok {
			ticket.Subject += ", mapped"
		}
		if ok && ticket.ID == "4" {
			return pipeline.Verdict{Rule: "no fours"}, nil
		}
		return pipeline.Verdict{Keep: true}, nil
	}
	h.run(t)
	all := h.shown(t, "before", "2")
	there, err := dst.Fetch(t.Context(), desk.KindTicket, all["2"].Target)
	if err != nil || all["2"].Got.Subject != "subject 2, mapped" {
		t.Fatal(err)
	}
	changed := there.(*desk.Ticket)
	changed.Subject = "changed there"
	changed.Messages[0].Files = []desk.File{conntest.Bytes("a.txt", "text/plain", []byte("abd"))}
	changed.Messages = append(changed.Messages, desk.Message{ID: "theirs", Text: "hello"})
	dst.Seed(changed)
	all = h.shown(t, "some", "1", "2", "4")
	if len(all) != 3 {
		t.Fatalf("%d tickets", len(all))
	}
	b := all["2"]
	if b.Source.Subject != "subject 2" || b.Want.Subject != "subject 2, mapped" || b.Got.Subject != "changed there" || b.Target == "" || len(differences(b.Findings)) != 2 {
		t.Errorf("%+v", b)
	}
	if at := b.At["2-2"]; at == nil || !at.Note || b.At["2-1"] == nil || len(b.Got.Messages) != 3 {
		t.Errorf("%+v", b.At)
	}
	if f := b.Files["2-1"]; len(f) != 1 || f[0].There == nil || f[0].SHA256 == f[0].SHA256There || len(f[0].SHA256) != 64 {
		t.Errorf("%+v", f)
	}
	if f := all["1"].Files["1-1"]; len(f) != 1 || f[0].SHA256 != f[0].SHA256There || f[0].SHA256 == "" {
		t.Errorf("%+v", f)
	}
	if b := all["4"]; b.LeftOut != "no fours" || b.Want != nil || b.Got != nil {
		t.Errorf("%+v", b)
	}
	if err := dst.Delete(t.Context(), desk.KindTicket, changed.ID); err != nil {
		t.Fatal(err)
	}
	if b := h.shown(t, "gone", "2")["2"]; b.Want == nil || b.Got != nil || len(differences(b.Findings)) != 1 {
		t.Errorf("%+v", b)
	}
}

// One that no run has written is shown without another side.
func TestTicketThatDidNotArrive(t *testing.T) {
	t.Parallel()
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, refusing{dst}, mem.Spec().Writes)
	h.run(t)
	b := h.shown(t, "refused", "3")["3"]
	if b == nil || b.Got != nil || len(b.Findings) != 1 || b.Findings[0].Class != pipeline.Aside {
		t.Errorf("%+v", b)
	}
}

// refusing is a target that takes no ticket.
type refusing struct{ *mem.Desk }

func (d refusing) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	if r.Kind() == desk.KindTicket {
		return connectors.Receipt{}, connectors.ErrRefused
	}
	return d.Desk.Create(ctx, r)
}
