package intercom

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

// People: users and leads, with their companies, notes and tags; and one who is there no
// more, but whom a conversation names.
func TestContacts(t *testing.T) {
	s := intercomtest.New()
	s.AddData(intercomtest.Attribute{Model: "contact", Name: "plan", Type: "string"})
	acme, other := s.AddCompany("Acme", nil), s.AddCompany("Other", nil)
	olga := s.AddContact(intercomtest.Contact{
		Name: "Olga", Email: "Olga@A.test", Phone: "+49 30 1", Companies: []string{acme, other}, Note: "<p>rings back</p>", Tags: []int64{s.AddTag("vip")}, Custom: map[string]any{"plan": "gold"}, Language: "ru",
	})
	lead := s.AddContact(intercomtest.Contact{Role: "lead", Name: "Lead", Email: "lead@a.test"})
	talk := s.AddTalk(intercomtest.Talk{Contacts: []string{lead}, HTML: "<p>x</p>"})
	src := sourceOf(t, configOf(s), envOf(t, s.Transport()))
	records, _, _ := readAll(t, src, desk.KindContact, "")
	got := map[desk.ID]*desk.Contact{}
	for _, r := range records {
		got[r.About().ID] = r.(*desk.Contact)
	}
	o := got[desk.ID(olga)]
	if o == nil || !slices.Equal(o.Emails, []string{"olga@a.test"}) || o.Org.ID != desk.ID(acme) || !cmp.Equal(o.Fields["companies"], []any{other}) || o.Fields["plan"] != "gold" || o.Language != "ru" ||
		!strings.Contains(o.Note, "rings back") || !cmp.Equal(o.Fields["tags"], []any{"vip"}) || got[desk.ID(lead)].Fields["role"] != "lead" {
		t.Errorf("%+v, %+v", o, got[desk.ID(lead)])
	}
	ticketsOf(t, src)
	s.DeleteContact(lead)
	r, err := src.Fetch(t.Context(), desk.KindContact, desk.ID(lead))
	if err != nil || r.(*desk.Contact).Emails[0] != "lead@a.test" || r.(*desk.Contact).Name != "Lead" {
		t.Errorf("who was merged away: %+v, %v", r, err)
	}
	if _, err := src.Fetch(t.Context(), desk.KindContact, "63ea41aaeddb9b6200000000"); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	if tk := ticketsOf(t, src)[idOf(talk)]; tk.Requester.ID != desk.ID(lead) {
		t.Errorf("the conversation is nobody's: %+v", tk)
	}
}

// What a conversation names and is there no more, a team, a teammate, a contact who never
// wrote, holds nothing up: it is told in a field, or made of its number.
func TestNamesOfWhatIsGone(t *testing.T) {
	s := intercomtest.New()
	mute := s.AddContact(intercomtest.Contact{Name: "Mute", Email: "mute@a.test"})
	id := s.AddTalk(intercomtest.Talk{Contacts: []string{mute}, By: "4400001", HTML: "<p>x</p>", Team: 77, Admin: 78})
	s.DeleteContact(mute)
	src := sourceOf(t, configOf(s), envOf(t, s.Transport()))
	got := ticketsOf(t, src)[idOf(id)]
	if !got.Group.IsZero() || !got.Assignee.IsZero() || got.Fields["former_team"] != "77" || got.Fields["former_assignee"] != "78" || got.Requester.ID != desk.ID(mute) {
		t.Errorf("%+v", got)
	}
	if r, err := src.Fetch(t.Context(), desk.KindContact, desk.ID(mute)); err != nil || r.About().ID != desk.ID(mute) || r.About().Fields["state"] == nil {
		t.Errorf("%+v, %v", r, err)
	}
}

// The scroll of companies is begun again when it breaks, or somebody else's is open.
func TestCompanies(t *testing.T) {
	now := time.Now()
	s := intercomtest.New()
	s.ScrollRows, s.Clock = 2, func() time.Time { return now }
	for i := range 7 {
		id := s.AddCompany(fmt.Sprint("Company ", i), nil)
		if i != 3 { // no list has one without people
			s.AddContact(intercomtest.Contact{Name: "A", Email: fmt.Sprintf("a%d@a.test", i), Companies: []string{id}})
		}
	}
	n := 0
	s.Fault = func(r *http.Request) intercomtest.Fault {
		if !strings.HasSuffix(r.URL.Path, "/scroll") {
			return intercomtest.Fault{}
		}
		if n++; n == 2 {
			now = now.Add(2 * time.Minute) // it dies
		}
		return intercomtest.Fault{}
	}
	records, _, _ := readAll(t, sourceOf(t, configOf(s), envOf(t, s.Transport())), desk.KindOrganization, "")
	names := map[string]int{}
	for _, r := range records {
		names[r.(*desk.Organization).Name]++
	}
	if len(names) != 6 || len(records) != 6 {
		t.Errorf("read %v", names)
	}
}

// slow is a line on which each call takes a while.
type slow struct {
	http.RoundTripper
	by time.Duration
}

func (l slow) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(l.by)
	return l.RoundTripper.RoundTrip(r)
}

// Two readings at once do not break each other's scroll, however long one takes.
func TestCompaniesAreReadTwiceAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := intercomtest.New()
		s.ScrollRows = 1
		for i := range 12 {
			s.AddContact(intercomtest.Contact{Name: "A", Email: fmt.Sprintf("a%d@a.test", i), Companies: []string{s.AddCompany(fmt.Sprint("Company ", i), nil)}})
		}
		c := configOf(s)
		c.rest = 0
		from := sourceOf(t, c, envOf(t, slow{s.Transport(), 30 * time.Second}))
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				n := 0
				for _, err := range from.Read(t.Context(), desk.KindOrganization, "") {
					if n++; err != nil {
						t.Error(err)
					}
				}
				if n != 12 {
					t.Errorf("read %d companies", n)
				}
			})
		}
		both.Wait()
	})
}
