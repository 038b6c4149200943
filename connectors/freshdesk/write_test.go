package freshdesk

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// targetOf is a target over a stand-in, and a contact there who asks.
func targetOf(t *testing.T, s *freshdesktest.Server, change func(*Config)) (*Target, desk.Ref) {
	t.Helper()
	c := configOf(s)
	change(c)
	d, err := newTarget(c, envOf(t, s.Transport()))
	if err != nil {
		t.Fatal(err)
	}
	id := s.AddContact(freshdesktest.Contact{Name: "Olga", Email: "olga@a.test"})
	return d, desk.Ref{Kind: desk.KindContact, Target: idOf(id)}
}

func asked(who desk.Ref, id desk.ID, texts ...string) *desk.Ticket {
	r := &desk.Ticket{Meta: desk.Meta{ID: id, Mark: weather.Marks(desk.KindTicket, "", id)}, Subject: "About " + string(id), Status: desk.StatusOpen, Requester: who}
	for i, text := range texts {
		mid := desk.ID(fmt.Sprint(id, "-", i))
		r.Messages = append(r.Messages, desk.Message{ID: mid, Mark: weather.Marks(desk.KindMessage, id, mid), Author: who, Text: text, At: time.Date(2015, 1, 1, i, 0, 0, 0, time.UTC)})
	}
	return r
}

func loses(t *testing.T, got connectors.Receipt, field string) {
	t.Helper()
	if !slices.ContainsFunc(got.Losses, func(l connectors.Loss) bool { return l.Field == field }) {
		t.Errorf("no loss of %q is told: %+v", field, got.Losses)
	}
}

// Nothing is written, and no promise given, while nobody declares that the account
// mails nobody.
func TestUndeclaredAccountIsRefused(t *testing.T) {
	s := freshdesktest.New()
	c := configOf(s)
	c.Quiet = ""
	if _, err := newTarget(c, envOf(t, s.Transport())); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "quiet") {
		t.Errorf("it said %v", err)
	}
	if _, writes := Spec().CapsOf(c); writes.Silent {
		t.Error("silence is promised")
	}
}

// An account whose admin declared what is not so does mail: the stand-in is no
// witness that cannot be contradicted.
func TestLoudAccountMails(t *testing.T) {
	s := freshdesktest.New()
	s.Loud = true
	d, who := targetOf(t, s, func(*Config) {})
	if _, err := d.Create(t.Context(), asked(who, "1", "hello")); err != nil || len(s.Outbox()) != 1 {
		t.Errorf("%v, sent %q", err, s.Outbox())
	}
}

func TestTicketIsFoundByItsMark(t *testing.T) {
	for name, change := range map[string]func(*Config){"tag": func(*Config) {}, "field": func(c *Config) { c.MarkField = "cf_deskhaul" }} {
		t.Run(name, func(t *testing.T) {
			now := time.Now()
			s := account()
			s.Lag, s.Clock = 5*time.Minute, func() time.Time { return now }
			d, who := targetOf(t, s, change)
			d.env.Now = s.Clock
			got, err := d.Create(t.Context(), asked(who, "1", "hello"))
			if err != nil {
				t.Fatal(err)
			}
			for _, age := range []time.Duration{0, time.Hour, 60 * 24 * time.Hour} { // by the list, by both, by the search
				now = now.Add(age)
				if id, err := d.Find(t.Context(), asked(who, "1")); id != got.ID || err != nil {
					t.Errorf("%s later it is found as %q (%v)", age, id, err)
				}
			}
			if id, err := d.Find(t.Context(), asked(who, "other")); !errors.Is(err, connectors.ErrNotFound) {
				t.Errorf("another mark finds %q (%v)", id, err)
			}
		})
	}
}

// A search whose total lies is not believed: what it lists is looked at.
func TestLyingTotals(t *testing.T) {
	s := account()
	d, who := targetOf(t, s, func(*Config) {})
	got, err := d.Create(t.Context(), asked(who, "1", "hello"))
	if err != nil {
		t.Fatal(err)
	}
	for _, lie := range []string{`"total":0`, `"total":4000`} {
		s.Fault = func(r *http.Request) freshdesktest.Fault {
			if !strings.HasPrefix(r.URL.Path, "/api/v2/search/") {
				return freshdesktest.Fault{}
			}
			return freshdesktest.Fault{Lie: func(b []byte) []byte { return []byte(strings.Replace(string(b), `"total":1`, lie, 1)) }}
		}
		if id, err := d.Find(t.Context(), asked(who, "1")); id != got.ID || err != nil {
			t.Errorf("with %s it is found as %q (%v)", lie, id, err)
		}
	}
}

// A contact whose first writing arrived unseen is not made again, one of the same address
// is taken for them, also in capitals, and whose further address somebody else has goes
// aside; nobody is written over.
func TestContactThatStands(t *testing.T) {
	s := freshdesktest.New()
	d, olga := targetOf(t, s, func(*Config) {})
	ours := &desk.Contact{Meta: desk.Meta{ID: "1", Mark: weather.Marks(desk.KindContact, "", "1")}, Name: "B", Emails: []string{"b@a.test"}}
	first, err := d.Create(t.Context(), ours)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := d.Create(t.Context(), ours); err != nil || again.ID != first.ID {
		t.Errorf("made again as %q (%v), first %q", again.ID, err, first.ID)
	}
	theirs := &desk.Contact{Meta: desk.Meta{ID: "2", Mark: weather.Marks(desk.KindContact, "", "2")}, Name: "O", Emails: []string{"olga@a.test"}}
	if got, err := d.Create(t.Context(), theirs); err != nil || got.ID != olga.Target || !got.Adopted {
		t.Errorf("somebody of that address, %s, whom the search may not know yet: %+v (%v)", olga.Target, got, err)
	}
	capitals := s.AddContact(freshdesktest.Contact{Name: "Семён", Email: "S.Gromov@a.test"})
	small := &desk.Contact{Meta: desk.Meta{ID: "4", Mark: weather.Marks(desk.KindContact, "", "4")}, Name: "S", Emails: []string{"s.gromov@a.test"}}
	if got, err := d.Create(t.Context(), small); err != nil || got.ID != idOf(capitals) || !got.Adopted {
		t.Errorf("the same address in capitals, %d: %+v (%v)", capitals, got, err)
	}
	if c, err := d.Fetch(t.Context(), desk.KindContact, idOf(capitals)); err != nil || c.(*desk.Contact).Name != "Семён" {
		t.Errorf("who stood there was written over: %+v (%v)", c, err)
	}
	mixed := &desk.Contact{Meta: desk.Meta{ID: "3", Mark: weather.Marks(desk.KindContact, "", "3")}, Name: "M", Emails: []string{"m@a.test", "olga@a.test"}}
	if _, err := d.Create(t.Context(), mixed); connectors.ReasonOf(err) != connectors.ReasonConflict {
		t.Errorf("a second address that is another's: %v", err)
	}
	if id, err := d.Find(t.Context(), &desk.Contact{Emails: []string{"OWNER@acme.test"}}); err != nil || id != "80000000001" {
		t.Errorf("an agent who asks is found as %q (%v)", id, err)
	}
	if n := s.Counts()["contacts"]; n != 3 {
		t.Errorf("%d contacts", n)
	}
}

func TestAgentsAreNeverInvited(t *testing.T) {
	s := freshdesktest.New()
	d, who := targetOf(t, s, func(*Config) {})
	gone := &desk.Agent{Meta: desk.Meta{ID: "a9"}, Name: "Gone, Long", Email: "gone@old.test"}
	if _, err := d.Create(t.Context(), gone); !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), "stand_in") {
		t.Errorf("without a stand-in: %v", err)
	}
	d.config.StandIn = "owner@acme.test"
	got, err := d.Create(t.Context(), gone)
	if err != nil || got.ID != "80000000001" {
		t.Fatalf("%q (%v)", got.ID, err)
	}
	loses(t, got, "email")
	made, err := d.Create(t.Context(), asked(who, "1", "hello"))
	if err != nil {
		t.Fatal(err)
	}
	m := desk.Message{ID: "x", Mark: "mx", Author: desk.Ref{Kind: desk.KindAgent, ID: "a9", Target: got.ID}, Text: "an answer"}
	if _, err := d.Append(t.Context(), made.ID, &m); err != nil {
		t.Fatal(err)
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	if from := back.(*desk.Ticket).Messages[1].From; from != (desk.Address{Name: "Gone, Long", Email: "gone@old.test"}) {
		t.Errorf("the message names %+v", from)
	}
	if n := s.Counts()["agents"]; n != 1 || len(s.Outbox()) > 0 {
		t.Errorf("%d agents, sent %q", n, s.Outbox())
	}
}

// A ticket that opens with a private note never shows it to its requester.
func TestFirstNoteStaysPrivate(t *testing.T) {
	s := freshdesktest.New()
	d, who := targetOf(t, s, func(*Config) {})
	r := asked(who, "1", "she is cross")
	r.Messages[0].Note = true
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	ms := back.(*desk.Ticket).Messages
	if len(ms) != 1 || !ms[0].Note || ms[0].Text != "she is cross" || ms[0].Mark != r.Messages[0].Mark || got.Messages[r.Messages[0].ID] != ms[0].ID {
		t.Errorf("%+v, receipt %+v", ms, got)
	}
	s.Fault = func(q *http.Request) freshdesktest.Fault {
		if strings.HasSuffix(q.URL.Path, "/notes") {
			return freshdesktest.Fault{Status: 500}
		}
		return freshdesktest.Fault{}
	}
	two := asked(who, "2", "again")
	two.Messages[0].Note = true
	if _, err := d.Create(t.Context(), two); !errors.Is(err, connectors.ErrUnsure) {
		t.Errorf("the ticket was made and its note not: %v", err)
	}
}

func TestFilesThatDoNotFit(t *testing.T) {
	s := freshdesktest.New()
	s.MaxUpload = 1000
	d, who := targetOf(t, s, func(*Config) {})
	r := asked(who, "1", "see files")
	r.Messages[0].Files = []desk.File{conntest.Bytes("small", "text/plain", make([]byte, 100)), conntest.Bytes("large", "text/plain", make([]byte, 950))}
	got, err := d.Create(t.Context(), r)
	if err != nil || len(got.Files) != 1 || got.Files[0].Name != "small" {
		t.Fatalf("%+v (%v)", got, err)
	}
	loses(t, got, "file")
	m := desk.Message{ID: "x", Mark: "mx", Author: who, Text: "one more", Files: []desk.File{conntest.Bytes("more", "text/plain", make([]byte, 950))}}
	late, err := d.Append(t.Context(), got.ID, &m)
	if err != nil || len(late.Files) != 0 || s.Counts()["conversations"] != 1 {
		t.Fatalf("%+v (%v)", late, err)
	}
	loses(t, late, "file")
}

// What the account does not take is told, and the rest is written.
func TestWhatTheAccountDoesNotTake(t *testing.T) {
	s := freshdesktest.New()
	s.NoContactNotes, s.MaxTag = true, 32
	s.AddField(ticketFields, freshdesktest.Field{Name: "cf_size", Type: "custom_number"})
	d, who := targetOf(t, s, func(*Config) {})
	r := asked(who, "1", "hello")
	r.Type, r.Channel, r.Status = "complaint", "carrier pigeon", desk.StatusNew
	r.Tags = []string{strings.Repeat("long ", 10)}
	r.Fields = map[string]any{"cf_size": "a few", "unknown": "x"}
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"type", "channel", "status", "tags", "fields.cf_size", "fields.unknown"} {
		loses(t, got, field)
	}
	m := desk.Message{ID: "x", Mark: "mx", Author: who, Text: "and"}
	late, err := d.Append(t.Context(), got.ID, &m)
	if err != nil {
		t.Fatal(err)
	}
	loses(t, late, "message.author")
	s.AddField(ticketFields, freshdesktest.Field{Name: "cf_why", Label: "Why", Type: "custom_text", Required: true})
	if _, err := d.Create(t.Context(), asked(who, "2", "hello")); !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), "cf_why") {
		t.Errorf("a field that must be filled: %v", err)
	}
	schema, err := d.Describe(t.Context())
	if err != nil || !slices.ContainsFunc(schema.Notes, func(n connectors.Note) bool { return n.Level == "warning" }) {
		t.Errorf("%+v (%v)", schema.Notes, err)
	}
}

// The private note with what a cover cannot hold is written once, whatever happens.
func TestLeftoversAreWrittenOnce(t *testing.T) {
	s := freshdesktest.New()
	d, who := targetOf(t, s, func(c *Config) { c.Leftovers = leftNote })
	r := asked(who, "1", "hello")
	r.Created, r.Number, r.Rating = time.Date(2015, 1, 2, 3, 4, 5, 0, time.UTC), "10432", &desk.Rating{Score: "good", Comment: "<3"}
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := d.Update(t.Context(), got.ID, r, []string{"subject"}); err != nil {
			t.Fatal(err)
		}
	}
	shape, err := d.fetchShape(t.Context(), 1)
	if err != nil || len(shape.Talks) != 1 || !shape.Talks[0].Private {
		t.Fatalf("%+v (%v)", shape.Talks, err)
	}
	for _, part := range []string{"10432", "2015-01-02 03:04:05 UTC", "good &lt;3"} {
		if !strings.Contains(shape.Talks[0].Body, part) {
			t.Errorf("%q is not in %s", part, shape.Talks[0].Body)
		}
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, got.ID)
	if err != nil || len(back.(*desk.Ticket).Messages) != 1 {
		t.Errorf("the note is read as a message: %+v (%v)", back, err)
	}
}

// A contact that was taken back lies in the trash with its address and its mark, where it
// keeps another from being made: it is the one that is made anew. Somebody else's stays
// there.
func TestContactsComeBackFromTheTrash(t *testing.T) {
	s := freshdesktest.New()
	d, olga := targetOf(t, s, func(*Config) {})
	make1 := func(id desk.ID, name, email string) (desk.ID, error) {
		got, err := d.Create(t.Context(), &desk.Contact{Meta: desk.Meta{ID: id, Mark: weather.Marks(desk.KindContact, "", id)}, Name: name, Emails: []string{email}})
		return got.ID, err
	}
	first, err := make1("1", "Ivan", "ivan@a.test")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []desk.ID{first, olga.Target} {
		if err := d.Delete(t.Context(), desk.KindContact, id); err != nil {
			t.Fatal(err)
		}
	}
	again, err := make1("1", "Ivan the Great", "ivan@a.test")
	if err != nil || again != first {
		t.Errorf("it was made as %s, before as %s: %v", again, first, err)
	}
	if c, err := d.Fetch(t.Context(), desk.KindContact, first); err != nil || c.(*desk.Contact).Name != "Ivan the Great" {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := make1("2", "Olga", "olga@a.test"); connectors.ReasonOf(err) != connectors.ReasonConflict {
		t.Errorf("somebody else's address: %v", err)
	}
	if _, err := d.Fetch(t.Context(), desk.KindContact, olga.Target); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("somebody else was brought back: %v", err)
	}
}

// Freshdesk takes what somebody in the trash writes for spam: who has a ticket there that
// is not ours, however old, stays out of it.
func TestContactsWithTicketsAreNotDeleted(t *testing.T) {
	s := freshdesktest.New()
	d, olga := targetOf(t, s, func(*Config) {})
	n, _ := numberOf(olga.Target)
	ticket := s.AddTicket(freshdesktest.Ticket{Subject: "theirs", HTML: "<div>x</div>", Requester: n, At: time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err := d.Delete(t.Context(), desk.KindContact, olga.Target); !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), fmt.Sprint(ticket)) {
		t.Errorf("it said %v", err)
	}
	if _, err := d.Fetch(t.Context(), desk.KindContact, olga.Target); err != nil {
		t.Error(err)
	}
	s.ChangeTicket(ticket, func(k *freshdesktest.Ticket) { k.Deleted = true })
	if err := d.Delete(t.Context(), desk.KindContact, olga.Target); err != nil {
		t.Error(err)
	}
}
