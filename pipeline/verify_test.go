package pipeline_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// verified is what a verification of a hop found, begun anew.
func (h *hop) verified(t *testing.T) (*pipeline.Verified, []pipeline.Finding) {
	t.Helper()
	if err := h.Store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.proofs++
	v := h.verification(fmt.Sprint("test ", h.proofs))
	if err := v.Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	return seen(t, v.Journal)
}

func (h *hop) verification(name string) *pipeline.Verification {
	return &pipeline.Verification{Pipeline: h.Pipeline, Journal: pipeline.NewJournal(h.Store, name)}
}

// seen is all that a journal has.
func seen(t *testing.T, j *pipeline.Journal) (*pipeline.Verified, []pipeline.Finding) {
	t.Helper()
	sum, err := j.Sum(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var found []pipeline.Finding
	for f, err := range j.Findings(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, f)
	}
	return sum, found
}

func differences(found []pipeline.Finding) (out []pipeline.Finding) {
	for _, f := range found {
		if f.Class.Difference() {
			out = append(out, f)
		}
	}
	return out
}

// What was moved and not touched shows no difference, whatever holds it.
func TestVerifyFindsNothing(t *testing.T) {
	t.Parallel()
	for _, name := range endsOnDisk() {
		t.Run(name, func(t *testing.T) {
			d := new(mem.Desk)
			d.Seed(append(conntest.Sample(), awkward()...)...)
			from, to := endInMemory(d), endIn(t, name, t.TempDir())
			h := move(t, from, to)
			h.connect(t, from, to)
			defer h.disconnect(t)
			v, found := h.verified(t)
			for _, f := range found {
				t.Errorf("%+v", f)
			}
			counts := v.Counts
			tickets, messages := d.CountOf(desk.KindTicket), 0
			for _, r := range recordsOf(t, d, desk.KindTicket) {
				messages += len(r.(*desk.Ticket).Messages)
			}
			if c := counts[desk.KindTicket]; int(c.Expected) != tickets || int(c.There) != tickets {
				t.Errorf("%d tickets: %+v", tickets, c)
			}
			if c := counts[desk.KindMessage]; int(c.Expected) != messages || int(c.There) != messages || messages == 0 {
				t.Errorf("%d messages: %+v", messages, c)
			}
		})
	}
}

func recordsOf(t *testing.T, d *mem.Desk, kind desk.Kind) (out []desk.Record) {
	t.Helper()
	for item, err := range d.Read(t.Context(), kind, "") {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, item.Record)
	}
	return out
}

// Whatever is done to the copies is found, and said to be what it is.
func TestVerifyFinds(t *testing.T) {
	t.Parallel()
	first := func(edit func(*desk.Ticket)) func(*testing.T, *mem.Desk, *mem.Desk) {
		return func(t *testing.T, _, dst *mem.Desk) {
			ticket := recordsOf(t, dst, desk.KindTicket)[2].(*desk.Ticket)
			edit(ticket)
			dst.Seed(ticket)
		}
	}
	for name, c := range map[string]struct {
		do    func(t *testing.T, src, dst *mem.Desk)
		class pipeline.Class
		kind  desk.Kind
		field string
	}{
		"a field changed":      {first(func(x *desk.Ticket) { x.Subject = "other" }), pipeline.Differs, desk.KindTicket, "subject"},
		"a field emptied":      {first(func(x *desk.Ticket) { x.Requester = desk.Ref{} }), pipeline.Differs, desk.KindTicket, "requester"},
		"a field filled":       {first(func(x *desk.Ticket) { x.Due = x.Created }), pipeline.Differs, desk.KindTicket, "due"},
		"a text changed":       {first(func(x *desk.Ticket) { x.Messages[0].Text += " no" }), pipeline.Differs, desk.KindMessage, "text"},
		"another author":       {first(func(x *desk.Ticket) { x.Messages[0].Author = desk.To(desk.KindAgent, "x") }), pipeline.Differs, desk.KindMessage, "author"},
		"another time":         {first(func(x *desk.Ticket) { x.Messages[0].At = x.Messages[0].At.Add(1e9) }), pipeline.Differs, desk.KindMessage, "at"},
		"a message gone":       {first(func(x *desk.Ticket) { x.Messages = x.Messages[1:] }), pipeline.Gone, desk.KindMessage, ""},
		"two changed places":   {first(func(x *desk.Ticket) { slices.Reverse(x.Messages) }), pipeline.Differs, desk.KindMessage, "order"},
		"a message twice":      {first(func(x *desk.Ticket) { m := x.Messages[0]; m.ID = "again"; x.Messages = append(x.Messages, m) }), pipeline.Twice, desk.KindMessage, ""},
		"an agent answered":    {first(func(x *desk.Ticket) { x.Messages = append(x.Messages, desk.Message{ID: "theirs", Text: "hello"}) }), pipeline.Added, desk.KindMessage, ""},
		"a note became public": {first(func(x *desk.Ticket) { x.Messages[1].Note = false }), pipeline.Differs, desk.KindMessage, "note"},
		"a file lost":          {first(func(x *desk.Ticket) { x.Messages[0].Files = nil }), pipeline.Gone, desk.KindFile, ""},
		"a file longer": {first(func(x *desk.Ticket) {
			x.Messages[0].Files = []desk.File{conntest.Bytes("a.txt", "text/plain", []byte("abcd"))}
		}), pipeline.Differs, desk.KindFile, "size"},
		"a file's byte flipped": {first(func(x *desk.Ticket) {
			x.Messages[0].Files = []desk.File{conntest.Bytes("a.txt", "text/plain", []byte("abd"))}
		}), pipeline.Differs, desk.KindFile, "bytes"},
		"a ticket gone": {func(t *testing.T, _, dst *mem.Desk) {
			if err := dst.Delete(t.Context(), desk.KindTicket, recordsOf(t, dst, desk.KindTicket)[2].About().ID); err != nil {
				t.Fatal(err)
			}
		}, pipeline.Gone, desk.KindTicket, ""},
		"a new ticket in the source": {func(_ *testing.T, src, _ *mem.Desk) { src.Seed(&desk.Ticket{Subject: "new"}) }, pipeline.Waiting, desk.KindTicket, ""},
		"a change in the source": {func(t *testing.T, src, _ *mem.Desk) {
			x := recordsOf(t, src, desk.KindTicket)[2].(*desk.Ticket)
			x.Subject = "now so"
			src.Seed(x)
		}, pipeline.Waiting, desk.KindTicket, "subject"},
	} {
		t.Run(name, func(t *testing.T) {
			src, dst := verifiable(), new(mem.Desk)
			h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
			h.run(t)
			if _, found := h.verified(t); len(found) > 0 {
				t.Fatalf("before: %+v", found)
			}
			c.do(t, src, dst)
			_, found := h.verified(t)
			if len(found) != 1 || found[0].Class != c.class || found[0].Kind != c.kind || found[0].Field != c.field {
				t.Errorf("%+v", found)
			}
		})
	}
}

// verifiable is a desk of four tickets of two messages, the first with a file and the
// second private.
func verifiable() *mem.Desk {
	d := new(mem.Desk)
	who := desk.To(desk.KindContact, "c1")
	d.Seed(&desk.Contact{Meta: desk.Meta{ID: "c1"}, Name: "Ann", Emails: []string{"ann@example.test"}})
	for _, id := range []desk.ID{"1", "2", "3", "4"} {
		at := conntest.Sample()[0].About().Created.AddDate(0, 0, len(id))
		d.Seed(&desk.Ticket{
			Meta: desk.Meta{ID: id, Created: at}, Subject: "subject " + string(id), Status: desk.StatusOpen, Requester: who,
			Messages: []desk.Message{
				{ID: id + "-1", Author: who, At: at, Text: "question " + string(id), Files: []desk.File{conntest.Bytes("a.txt", "text/plain", []byte("abc"))}},
				{ID: id + "-2", Author: who, At: at.AddDate(0, 0, 1), Text: "note " + string(id), Note: true},
			},
		})
	}
	return d
}

// What the run told that it could not keep is no difference; and it is, once it was
// written and kept.
func TestVerifyKnowsLosses(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, losing{dst}, mem.Spec().Writes)
	h.run(t)
	_, found := h.verified(t)
	if len(found) != 4 || found[0].Class != pipeline.Lost || found[0].Field != "subject" || found[0].Detail != "no room" {
		t.Errorf("%+v", found)
	}
	h.Target = dst
	for _, r := range recordsOf(t, src, desk.KindTicket) {
		r.(*desk.Ticket).Subject += " changed"
		src.Seed(r)
	}
	h.run(t)
	if _, found := h.verified(t); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	ticket := recordsOf(t, dst, desk.KindTicket)[0].(*desk.Ticket)
	ticket.Subject = ""
	dst.Seed(ticket)
	if _, found := h.verified(t); len(differences(found)) != 1 {
		t.Errorf("%+v", found)
	}
}

// losing is a target that keeps no subjects, and says so when it makes a ticket.
type losing struct{ *mem.Desk }

func (d losing) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	t, ok := r.(*desk.Ticket)
	if !ok {
		return d.Desk.Create(ctx, r)
	}
	c := *t
	c.Subject = ""
	got, err := d.Desk.Create(ctx, &c)
	got.Losses = append(got.Losses, connectors.Loss{Field: "subject", Detail: "no room"})
	return got, err
}

// A verification writes nothing: neither there nor into the ledger.
func TestVerifyWritesNothing(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	src.Seed(&desk.Ticket{Subject: "new"})
	before, rows := dst.Dump(), h.dump(t)
	h.verified(t)
	if dst.Dump() != before || !bytes.Equal(h.dump(t), rows) {
		t.Error("it changed something")
	}
}

// dump is all lines of the ledger.
func (h *hop) dump(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	for r, err := range h.Ledger.Rows(t.Context(), checkpoints.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%+v\n", r)
	}
	return b.Bytes()
}
