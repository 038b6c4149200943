package persons

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// shelf is a source of whatever lies on it, in order.
type shelf []desk.Record

func (s shelf) Read(_ context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		for i, r := range s {
			at := connectors.Cursor(fmt.Sprintf("%03d", i))
			if r.Kind() == kind && at > after && !yield(connectors.Item{Record: desk.Clone(r), Cursor: at}, nil) {
				return
			}
		}
	}
}

func (s shelf) Fetch(_ context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	for _, r := range s {
		if r.Kind() == kind && r.About().ID == id {
			return desk.Clone(r), nil
		}
	}
	return nil, connectors.ErrNotFound
}

func contact(id, name string, emails ...string) *desk.Contact {
	return &desk.Contact{Meta: desk.Meta{ID: desk.ID(id)}, Name: name, Emails: emails}
}

// over is a shelf whose contacts are persons by their addresses; of some is known what
// stands for them.
func over(t testing.TB, s shelf, stand map[desk.ID]desk.ID) *Source {
	t.Helper()
	rank := map[byte]int{'u': 0, 'm': 1}
	one, err := Over(t.Context(), s, Rules{
		Keys:   func(_ context.Context, c *desk.Contact) ([]string, error) { return c.Emails, nil },
		Rank:   func(id desk.ID) int { return rank[id[0]] },
		Stands: func(_ context.Context, id desk.ID) (desk.ID, error) { return stand[id], nil },
	}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := one.Close(); err != nil {
			t.Error(err)
		}
	})
	return one
}

func read(t testing.TB, s *Source, kind desk.Kind, after connectors.Cursor) (out []desk.Record) {
	t.Helper()
	for item, err := range s.Read(t.Context(), kind, after) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, item.Record)
	}
	return out
}

func ids(rs []desk.Record) (out []string) {
	for _, r := range rs {
		out = append(out, string(r.About().ID))
	}
	return out
}

// Jane is two contacts here and one there, over an address that only one of them has.
func janes() shelf {
	return shelf{
		contact("m/1", "Jane Doe", "jane@home.test", "jane@shop.test"),
		contact("u/7", "J. Doe", "jane@shop.test"),
		contact("u/8", "Bob", "bob@shop.test"),
		contact("m/9", "", "jane@home.test"),
		&desk.Ticket{
			Meta: desk.Meta{ID: "m/100"}, Requester: desk.To(desk.KindContact, "m/9"),
			Participants: []desk.Ref{desk.To(desk.KindContact, "u/7"), desk.To(desk.KindContact, "u/8"), desk.To(desk.KindContact, "m/1")},
			Messages:     []desk.Message{{ID: "1", Author: desk.To(desk.KindContact, "m/1")}},
		},
	}
}

func TestOnePersonIsOneContact(t *testing.T) {
	s := over(t, janes(), nil)
	got := read(t, s, desk.KindContact, "")
	want := []desk.Record{
		contact("u/7", "J. Doe", "jane@shop.test", "jane@home.test"),
		contact("u/8", "Bob", "bob@shop.test"),
	}
	want[0].About().Version = "- - -"
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("contacts (-want +got):\n%s", d)
	}
	ticket := read(t, s, desk.KindTicket, "")[0].(*desk.Ticket)
	if jane := desk.To(desk.KindContact, "u/7"); ticket.Requester != jane || ticket.Messages[0].Author != jane ||
		!slices.Equal(ticket.Participants, []desk.Ref{jane, desk.To(desk.KindContact, "u/8")}) {
		t.Errorf("the ticket names %v, %v, %v", ticket.Requester, ticket.Messages[0].Author, ticket.Participants)
	}
	for _, id := range []desk.ID{"m/1", "m/9", "u/7"} {
		if r, err := s.Fetch(t.Context(), desk.KindContact, id); err != nil || r.About().ID != "u/7" {
			t.Errorf("%s is %v, %v", id, r, err)
		}
	}
	p, err := s.Person(t.Context(), "m/9")
	if err != nil || !slices.Equal(p.By, []string{"jane@shop.test", "jane@home.test"}) ||
		!slices.Equal(p.Differences, []Difference{{Field: "name", Kept: "J. Doe", Other: "Jane Doe", Of: "m/1"}}) {
		t.Errorf("told: %+v, %v", p, err)
	}
	n := 0
	for _, err := range s.Persons(t.Context()) {
		if n++; err != nil {
			t.Fatal(err)
		}
	}
	if n != 1 {
		t.Errorf("%d persons are several contacts, want one", n)
	}
}

// A change of any of its contacts brings a person, under the id that it always had.
func TestAChangeBringsThePerson(t *testing.T) {
	s := over(t, janes(), map[desk.ID]desk.ID{"m/1": "T1"})
	if got := ids(read(t, s, desk.KindContact, "")); !slices.Equal(got, []string{"m/1", "u/8"}) {
		t.Errorf("who has arrived does not stand for the others: %v", got)
	}
	if got := ids(read(t, s, desk.KindContact, "002")); !slices.Equal(got, []string{"m/1"}) {
		t.Errorf("after the cursor there is %v", got)
	}
}

// Who has arrived as two stays two: what refers to them does not move about. Who is new
// goes with the first.
func TestThoseWhoArrivedApartStayApart(t *testing.T) {
	s := over(t, janes(), map[desk.ID]desk.ID{"m/1": "T1", "u/7": "T2"})
	if got := ids(read(t, s, desk.KindContact, "")); !slices.Equal(got, []string{"m/1", "u/7", "u/8"}) {
		t.Errorf("contacts: %v", got)
	}
	if r, err := s.Fetch(t.Context(), desk.KindContact, "m/9"); err != nil || r.About().ID != "u/7" {
		t.Errorf("the third is %v, %v", r, err)
	}
	same := over(t, janes(), map[desk.ID]desk.ID{"m/1": "T1", "u/7": "T1"}) // one adopted what the other made
	if got := ids(read(t, same, desk.KindContact, "")); !slices.Equal(got, []string{"u/7", "u/8"}) {
		t.Errorf("contacts of one place: %v", got)
	}
}

// Who is one person is what a search over all that they share finds.
func TestPersonsAreWhatIsConnected(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var all shelf
		for i := range rapid.IntRange(0, 12).Draw(rt, "contacts") {
			keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h"}), 0, 3, rapid.ID).Draw(rt, "keys")
			all = append(all, contact(fmt.Sprintf("u/%02d", i), "", keys...))
		}
		s := over(t, all, nil)
		for _, r := range all {
			who, _, err := s.person(t.Context(), r.About().ID)
			if err != nil {
				rt.Fatal(err)
			}
			if want := connected(all, r.(*desk.Contact)); who != want {
				rt.Fatalf("%s is %s, want %s", r.About().ID, who, want)
			}
		}
	})
}

// connected is the least id of those who share something with c, over however many.
func connected(all shelf, c *desk.Contact) desk.ID {
	words, least := slices.Clone(c.Emails), c.ID
	for more := true; more; {
		more = false
		for _, r := range all {
			o := r.(*desk.Contact)
			if !slices.ContainsFunc(o.Emails, func(e string) bool { return slices.Contains(words, e) }) {
				continue
			}
			least = min(least, o.ID)
			for _, e := range o.Emails {
				if !slices.Contains(words, e) {
					words, more = append(words, e), true
				}
			}
		}
	}
	return least
}
