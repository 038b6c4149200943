package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// make fills a desk; references are by the ids that the desk gave.
func fill(t *testing.T, d *mem.Desk, rs ...desk.Record) (ids []desk.ID) {
	t.Helper()
	for i, r := range rs {
		r.About().Mark = fmt.Sprintf("fill%d%s%p", i, r.Kind(), d)
		got, err := d.Create(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, got.ID)
	}
	return ids
}

func by(id desk.ID) desk.Ref { return desk.Ref{Kind: desk.KindContact, Target: id} }

func simpleTicket(subject string, who desk.ID) *desk.Ticket {
	return &desk.Ticket{
		Subject: subject, Status: desk.StatusOpen, Requester: by(who),
		Messages: []desk.Message{{ID: desk.ID("m" + subject), Mark: "m" + subject, Text: subject, At: time.Unix(1e9, 0).UTC(), Author: by(who)}},
	}
}

// People come with the tickets that pass; a customer list comes anyway.
func TestPeopleComeWithTickets(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	org := fill(t, src, &desk.Organization{Name: "Acme"})[0]
	ids := fill(t, src,
		&desk.Contact{Name: "Asks", Emails: []string{"asks@a.test"}, Org: desk.Ref{Kind: desk.KindOrganization, Target: org}},
		&desk.Contact{Name: "Silent", Emails: []string{"silent@a.test"}},
		&desk.Contact{Name: "Listed", Emails: []string{"listed@a.test"}},
		&desk.Contact{Name: "Of a dropped ticket", Emails: []string{"dropped@a.test"}})
	fill(t, src, simpleTicket("keep", ids[0]), simpleTicket("drop", ids[3]))

	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.PeopleWithTickets = true
	h.Anyway = func(r desk.Record) bool { return r.About().ID == ids[2] }
	h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		tk, ok := r.(*desk.Ticket)
		return pipeline.Verdict{Keep: !ok || tk.Subject == "keep", Rule: "tickets.drop.test"}, nil
	}
	got := h.run(t)
	want := pipeline.Counts{
		desk.KindOrganization: {Read: 1, Created: 1},
		desk.KindContact:      {Read: 4, Created: 2, Skipped: 2},
		desk.KindTicket:       {Read: 2, Created: 1, Skipped: 1},
		desk.KindMessage:      {Read: 2, Created: 1, Skipped: 1},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatal(d)
	}
	if n := dst.CountOf(desk.KindContact); n != 2 {
		t.Fatalf("%d contacts arrived, want 2", n)
	}
	if again := h.run(t); len(h.steps) != 0 {
		t.Fatalf("a second run made %d steps: %v", len(h.steps), again)
	}
	// A new ticket of the silent one brings them too.
	fill(t, src, simpleTicket("keep", ids[1]))
	if got := h.run(t); got[desk.KindContact].Created != 1 || got[desk.KindTicket].Created != 1 {
		t.Fatalf("delta: %+v", got)
	}
}

// Two source records with one address are one record at the target, however many
// workers meet them at once; what stands there already is adopted as it is.
func TestJoin(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	var rs []desk.Record
	for i := range 20 {
		rs = append(rs, &desk.Contact{Name: fmt.Sprint("Twin ", i), Emails: []string{"Twin@a.test"}})
	}
	rs = append(rs, &desk.Contact{Name: "New name", Emails: []string{"known@a.test"}})
	fill(t, src, rs...)
	fill(t, dst, &desk.Contact{Name: "Known", Emails: []string{"known@a.test"}})
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Join = true
	got := h.run(t)
	if d := cmp.Diff(pipeline.Count{Read: 21, Created: 1, Adopted: 20}, got[desk.KindContact]); d != "" {
		t.Fatal(d)
	}
	if n := dst.CountOf(desk.KindContact); n != 2 {
		t.Fatalf("%d contacts, want 2", n)
	}
	for it, err := range dst.Read(t.Context(), desk.KindContact, "") {
		if err != nil {
			t.Fatal(err)
		}
		if c := it.Record.(*desk.Contact); c.Emails[0] == "known@a.test" && c.Name != "Known" {
			t.Errorf("the adopted contact was overwritten: %q", c.Name)
		}
	}
	if again := h.run(t); len(h.steps) != 0 {
		t.Fatalf("a second run made %d steps: %v", len(h.steps), again)
	}
}

// A refused message goes to quarantine alone; the rest of its ticket, and all other
// tickets, go on; retry takes it up, and nothing else.
func TestQuarantineAndRetry(t *testing.T) {
	src, dst := seed(t, 10), new(mem.Desk)
	refuse := true
	dst.Fail = func(_ string, r any) (error, error) {
		m, ok := r.(*desk.Message)
		if ok && refuse && m.Text == "turn 2 of 4" {
			return connectors.Refuse(connectors.ReasonTooLarge, "make it smaller", "message %s is too large", m.ID), nil
		}
		return nil, nil
	}
	writes := mem.Spec().Writes
	writes.AtOnce = 1
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	got := h.run(t)
	if c := got[desk.KindMessage]; c.Failed != 1 || c.Read != 30 || c.Created != 29 {
		t.Fatalf("messages %+v", c)
	}
	if len(h.fails) != 1 || h.fails[0].Reason != connectors.ReasonTooLarge || h.fails[0].Kind != desk.KindMessage {
		t.Fatalf("told %+v", h.fails)
	}
	if again := h.run(t); len(h.steps) != 0 {
		t.Fatalf("an ordinary run took quarantine up: %v", again)
	}
	refuse = false
	h.RetryOnly = true
	if got := h.run(t); got[desk.KindMessage].Created != 1 || len(h.steps) != 1 {
		t.Fatalf("retry: %+v, %d steps", got, len(h.steps))
	}
	sameSet(t, src, dst)
}

// A mapping that fails puts the record aside with its reason.
func TestMappingFails(t *testing.T) {
	src, dst := seed(t, 5), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		if tk, ok := r.(*desk.Ticket); ok && tk.Subject == "No. 3" {
			return pipeline.Verdict{}, errors.New("table status does not list \"odd\"")
		}
		return pipeline.Verdict{Keep: true}, nil
	}
	got := h.run(t)
	if c := got[desk.KindTicket]; c.Failed != 1 || c.Created != 4 {
		t.Fatalf("tickets %+v", c)
	}
	if len(h.fails) != 1 || h.fails[0].Reason != connectors.ReasonMapping {
		t.Fatalf("told %+v", h.fails)
	}
}

// Messages that a rule takes out of a ticket are counted and written down by that
// rule; the ticket comes without them.
func TestDroppedMessages(t *testing.T) {
	src, dst := seed(t, 5), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		v := pipeline.Verdict{Keep: true}
		if tk, ok := r.(*desk.Ticket); ok && tk.Subject == "No. 4" {
			v.Dropped = map[desk.ID]string{tk.Messages[1].ID: "messages.drop.second"}
			tk.Messages = slices.Delete(tk.Messages, 1, 2)
		}
		return v, nil
	}
	got := h.run(t)
	if d := cmp.Diff(pipeline.Count{Read: 15, Created: 14, Skipped: 1}, got[desk.KindMessage]); d != "" {
		t.Fatal(d)
	}
	rules := map[string]int{}
	for row, err := range h.Ledger.Rows(t.Context(), checkpoints.Query{Kinds: []desk.Kind{desk.KindMessage}, States: []checkpoints.State{checkpoints.Skipped}}) {
		if err != nil {
			t.Fatal(err)
		}
		rules[row.Detail]++
	}
	if d := cmp.Diff(map[string]int{"messages.drop.second": 1}, rules); d != "" {
		t.Fatal(d)
	}
	if h.run(t); len(h.steps) != 0 {
		t.Fatalf("a second run made %d steps", len(h.steps))
	}
}

// What comes in any case is met twice in a run, before the tickets and after them.
// It counts once, and its losses are told once, also when a selection has all
// records read again.
func TestListedPeopleCountOnce(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	ids := fill(t, src,
		&desk.Contact{Name: "Listed", Emails: []string{"listed@a.test"}},
		&desk.Contact{Name: "Left out", Emails: []string{"out@a.test"}},
		&desk.Contact{Name: "Refused", Emails: []string{"refused@a.test"}})
	fill(t, src, simpleTicket("keep", ids[0]))
	dst.Fail = func(_ string, r any) (error, error) {
		if c, ok := r.(*desk.Contact); ok && c.Name == "Refused" {
			return connectors.Refuse(connectors.ReasonTooLarge, "make it smaller", "contact %s is too large", c.ID), nil
		}
		return nil, nil
	}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.PeopleWithTickets = true
	h.Anyway = func(r desk.Record) bool { return r.Kind() == desk.KindContact }
	h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		v := pipeline.Verdict{Keep: r.About().ID != ids[1], Rule: "contacts.drop.test"}
		if v.Keep && r.Kind() == desk.KindContact {
			v.Losses = []connectors.Loss{{Field: "phone", Detail: "it has no place"}}
		}
		return v, nil
	}
	check := func(when string, want pipeline.Count) {
		t.Helper()
		h.losses = nil
		got := h.run(t)
		if d := cmp.Diff(want, got[desk.KindContact]); d != "" {
			t.Errorf("%s: %s", when, d)
		}
		if len(h.losses) != 1 {
			t.Errorf("%s: %d losses told, want that of the contact that is written", when, len(h.losses))
		}
	}
	check("first", pipeline.Count{Read: 3, Created: 1, Skipped: 1, Failed: 1})
	h.Run++
	h.Select.Tickets = map[desk.ID]bool{}
	check("selected", pipeline.Count{Read: 3, Unchanged: 1, Skipped: 1, Failed: 1})
}

// A ticket whose requester another worker is just making, or a kill left open, waits
// for them; it is not put aside.
func TestRequestersUnderWay(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	who := fill(t, src, &desk.Contact{Name: "Asks", Emails: []string{"asks@a.test"}})[0]
	for i := range 8 {
		fill(t, src, simpleTicket(fmt.Sprint("No. ", i), who))
	}
	dst.Fail = func(verb string, r any) (error, error) {
		if _, ok := r.(*desk.Contact); ok && verb == "create" {
			time.Sleep(50 * time.Millisecond) // so that the others meet them
		}
		return nil, nil
	}
	writes := mem.Spec().Writes
	writes.Parallel, writes.Idempotent = 8, false
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	h.PeopleWithTickets, h.Workers = true, 8
	got := h.run(t)
	if len(h.fails) > 0 || got[desk.KindTicket].Created != 8 || got[desk.KindContact].Created != 1 {
		t.Errorf("%+v, put aside: %+v", got, h.fails)
	}
}
