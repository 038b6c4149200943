package mem_test

import (
	"errors"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

func contact(id, mark string) *desk.Contact {
	return &desk.Contact{Meta: desk.Meta{ID: desk.ID(id), Mark: mark}, Name: "Ольга", Emails: []string{id + "@example.com"}}
}

func TestFailBeforeMakesNothingAndAfterMakesIt(t *testing.T) {
	var before, after error
	d := &mem.Desk{Fail: func(string, any) (error, error) { return before, after }}
	before = connectors.ErrBusy
	if _, err := d.Create(t.Context(), contact("1", "m")); !errors.Is(err, connectors.ErrBusy) || d.CountOf(desk.KindContact) != 0 {
		t.Errorf("before: %v, %d made", err, d.CountOf(desk.KindContact))
	}
	before, after = nil, connectors.ErrUnsure
	if _, err := d.Create(t.Context(), contact("1", "m")); !errors.Is(err, connectors.ErrUnsure) || d.CountOf(desk.KindContact) != 1 {
		t.Errorf("after: %v, %d made", err, d.CountOf(desk.KindContact))
	}
}

// Two desks that hold the same dump the same, though their ids differ.
func TestDumpDoesNotTellTheOrderOfWrites(t *testing.T) {
	var dumps []string
	for _, order := range [][]string{{"1", "2"}, {"2", "1"}} {
		d := new(mem.Desk)
		for _, id := range order {
			who, err := d.Create(t.Context(), contact(id, "m"+id))
			if err != nil {
				t.Fatal(err)
			}
			ticket := &desk.Ticket{Meta: desk.Meta{Mark: "t" + id}, Requester: desk.Ref{Kind: desk.KindContact, Target: who.ID}}
			ticket.Messages = []desk.Message{{Mark: "x" + id, Text: id}}
			if _, err := d.Create(t.Context(), ticket); err != nil {
				t.Fatal(err)
			}
		}
		dumps = append(dumps, d.Dump())
	}
	if dumps[0] != dumps[1] || len(dumps[0]) < 100 {
		t.Errorf("%s\n%s", dumps[0], dumps[1])
	}
}

func TestSearchLagsBehindWrites(t *testing.T) {
	now := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	d := &mem.Desk{Knobs: mem.Knobs{SearchLag: time.Minute}, Clock: func() time.Time { return now }}
	got, err := d.Create(t.Context(), contact("1", "m"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Find(t.Context(), contact("1", "m")); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("at once: %v, want ErrNotFound", err)
	}
	now = now.Add(d.Lag())
	if id, err := d.Find(t.Context(), contact("1", "m")); id != got.ID || err != nil {
		t.Errorf("after the lag: %q, %v", id, err)
	}
}

func TestSeedReplacesWhatHasTheSameID(t *testing.T) {
	d := new(mem.Desk)
	d.Seed(contact("1", ""), contact("2", ""))
	d.Seed(&desk.Contact{Meta: desk.Meta{ID: "1"}, Name: "新しい"})
	r, err := d.Fetch(t.Context(), desk.KindContact, "1")
	if err != nil || r.(*desk.Contact).Name != "新しい" || d.CountOf(desk.KindContact) != 2 {
		t.Errorf("got %+v, %v", r, err)
	}
}
