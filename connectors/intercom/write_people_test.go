package intercom

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

// A contact whose first writing arrived unseen is not made again, one of the same address is
// taken as they are, also in capitals and before the search knows them; one whom a rollback
// archived comes back, somebody else's archived one does not.
func TestContactThatStands(t *testing.T) {
	now := time.Now()
	s := intercomtest.New()
	s.Lag, s.Clock = 5*time.Minute, func() time.Time { return now }
	d, olga := targetOf(t, s, func(*Config) {})
	person := func(id desk.ID, name, email string) *desk.Contact {
		return &desk.Contact{Meta: desk.Meta{ID: id, Mark: weather.Marks(desk.KindContact, "", id)}, Name: name, Emails: []string{email}}
	}
	first, err := d.Create(t.Context(), person("1", "B", "b@a.test"))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := d.Create(t.Context(), person("1", "B", "b@a.test")); err != nil || again.ID != first.ID || again.Adopted {
		t.Errorf("made again as %+v (%v), first %q", again, err, first.ID)
	}
	if got, err := d.Create(t.Context(), person("2", "O", "OLGA@a.test")); err != nil || got.ID != olga.Target || !got.Adopted {
		t.Errorf("somebody of that address: %+v (%v)", got, err)
	}
	if c := s.Contacts()[string(olga.Target)]; c.Name != "Olga" {
		t.Errorf("who stood there was written over: %+v", c)
	}
	for _, id := range []string{string(first.ID), string(olga.Target)} {
		s.ChangeContact(id, func(c *intercomtest.Contact) { c.Archived = true })
	}
	if back, err := d.Create(t.Context(), person("1", "B the Great", "b@a.test")); err != nil || back.ID != first.ID || s.Contacts()[string(first.ID)].Name != "B the Great" {
		t.Errorf("ours, archived: %+v (%v)", back, err)
	}
	if _, err := d.Create(t.Context(), person("3", "O", "olga@a.test")); connectors.ReasonOf(err) != connectors.ReasonConflict {
		t.Errorf("somebody else's, archived: %v", err)
	}
	if n := s.Counts()["contacts"]; n != 1 {
		t.Errorf("%d contacts", n)
	}
}

// The teammates and teams are the workspace's own: they are found, or somebody stands for
// them, and a line names who wrote.
func TestTeammatesAreNeverMade(t *testing.T) {
	s := intercomtest.New()
	team := s.AddTeam("First line")
	d, who := targetOf(t, s, func(*Config) {})
	gone := &desk.Agent{Meta: desk.Meta{ID: "a9"}, Name: "Gone, Long", Email: "gone@old.test"}
	lost := &desk.Group{Meta: desk.Meta{ID: "g9"}, Name: "Second line"}
	for _, r := range []desk.Record{gone, lost} {
		if _, err := d.Create(t.Context(), r); !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), "stand_in") {
			t.Errorf("without a stand-in: %v", err)
		}
	}
	d.config.StandIn, d.config.StandTeam = "owner@acme.test", "first LINE"
	got, err := d.Create(t.Context(), gone)
	if err != nil || !got.Adopted {
		t.Fatalf("%+v (%v)", got, err)
	}
	loses(t, got, "email")
	if other, err := d.Create(t.Context(), lost); err != nil || other.ID != idOf(team) || !other.Adopted {
		t.Errorf("%+v (%v)", other, err)
	}
	made, err := d.Create(t.Context(), asked(who, "1", "hello"))
	if err != nil {
		t.Fatal(err)
	}
	m := desk.Message{ID: "x", Mark: "mx", Author: desk.Ref{Kind: desk.KindAgent, ID: "a9", Target: got.ID}, Text: "an answer"}
	if _, err := d.Append(t.Context(), made.ID, &m); err != nil {
		t.Fatal(err)
	}
	if from := fetched(t, d, made.ID).Messages[1].From; from != (desk.Address{Name: "Gone, Long", Email: "gone@old.test"}) {
		t.Errorf("the message names %+v", from)
	}
	if n := s.Counts(); n["admins"] != 1 || n["teams"] != 1 || len(s.Outbox()) > 0 {
		t.Errorf("%v, sent %q", n, s.Outbox())
	}
}

// A message of who is not the ticket's contact stands in the owner's name, which is told;
// where it is to stand in their own and Intercom refuses it, so it is too.
func TestMessagesOfOthers(t *testing.T) {
	for name, others := range map[string]string{"owner": "", "themselves": othersThemselves} {
		for _, only := range []bool{false, true} {
			s := intercomtest.New()
			s.OnlyAsker = only
			d, who := targetOf(t, s, func(c *Config) { c.Others = others })
			cc := desk.Ref{Kind: desk.KindContact, Target: desk.ID(s.AddContact(intercomtest.Contact{Name: "Boss", Email: "boss@a.test"}))}
			made, err := d.Create(t.Context(), asked(who, "1", "hello"))
			if err != nil {
				t.Fatal(err)
			}
			m := desk.Message{ID: "x", Mark: "mx", Author: cc, From: desk.Address{Email: "boss@a.test"}, Text: "and"}
			got, err := d.Append(t.Context(), made.ID, &m)
			if err != nil {
				t.Fatal(err)
			}
			back := fetched(t, d, made.ID).Messages[1]
			theirs := others != "" && !only
			if told := len(got.Losses) > 0; told == theirs || (back.Author.ID == cc.Target) != theirs || back.From.Email != "boss@a.test" {
				t.Errorf("%s, refused %t: by %+v, lost %+v", name, only, back.Author, got.Losses)
			}
			// Had the answer been lost, this would tell.
			foreseen, err := d.Foresee(t.Context(), connectors.Write{Record: asked(who, "1"), Message: &m})
			if diff := cmp.Diff(got.Losses, foreseen); err != nil || diff != "" {
				t.Errorf("%s, refused %t: told and foreseen afterwards (-+):\n%s%v", name, only, diff, err)
			}
		}
	}
}

// A ticket of a teammate, or of nobody, is that of who stands for them.
func TestTicketOfNoContact(t *testing.T) {
	s := intercomtest.New()
	d, olga := targetOf(t, s, func(c *Config) { c.StandAsker = "OLGA@a.test" })
	r := asked(desk.Ref{Kind: desk.KindAgent, Target: "4400001"}, "1", "hello")
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	loses(t, got, "requester")
	if back := fetched(t, d, got.ID); back.Requester.ID != olga.Target || back.Messages[0].Author != desk.To(desk.KindAgent, "4400001") {
		t.Errorf("%+v", back)
	}
	d, _ = targetOf(t, intercomtest.New(), func(c *Config) { c.StandAsker = "nobody@a.test" })
	if _, err := d.Describe(t.Context()); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "stand_in_contact") {
		t.Errorf("it said %v", err)
	}
}

// A contact who has tickets that are not ours is not deleted; those that the search finds
// though they are gone do not count.
func TestContactsWithTicketsAreNotDeleted(t *testing.T) {
	now := time.Now()
	s := intercomtest.New()
	s.Clock = func() time.Time { return now }
	d, olga := targetOf(t, s, func(*Config) {})
	talk := s.AddTalk(intercomtest.Talk{Contacts: []string{string(olga.Target)}, HTML: "<p>theirs</p>"})
	if err := d.Delete(t.Context(), desk.KindContact, olga.Target); !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), fmt.Sprint(talk)) {
		t.Errorf("it said %v", err)
	}
	s.Delete(talk)
	if err := d.Delete(t.Context(), desk.KindContact, olga.Target); err != nil {
		t.Error(err)
	}
	if err := d.Delete(t.Context(), desk.KindContact, olga.Target); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("again: %v", err)
	}
}
