package intercom

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
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

// Nothing is written while nobody declares that the workspace mails nobody, or no ticket type
// is named; and no promise given.
func TestUndeclaredWorkspaceIsRefused(t *testing.T) {
	s := intercomtest.New()
	for says, change := range map[string]func(*Config){"quiet": func(c *Config) { c.Quiet = "" }, "ticket_type": func(c *Config) { c.TicketType = "" }} {
		c := configOf(s)
		change(c)
		if _, err := newTarget(c, envOf(t, s.Transport())); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), says) {
			t.Errorf("it said %v, want something of %s", err, says)
		}
		if _, writes := Spec().CapsOf(c); writes.Silent != (c.Quiet != "") {
			t.Error("silence is promised")
		}
	}
}

// A workspace whose admin declared what is not so does mail: the stand-in is no witness that
// cannot be contradicted. Nor does it keep quiet where a call does not ask it to.
func TestLoudWorkspaceMails(t *testing.T) {
	s := intercomtest.New()
	s.Loud = true
	d, who := targetOf(t, s, func(*Config) {})
	if _, err := d.Create(t.Context(), asked(who, "1", "hello")); err != nil || len(s.Outbox()) == 0 {
		t.Errorf("%v, sent %q", err, s.Outbox())
	}
}

// check tells what is wrong with the ticket type.
func TestTicketType(t *testing.T) {
	for says, change := range map[string]func(*Config){
		`no ticket type "7"`: func(c *Config) { c.TicketType = "7" }, "category Tracker": func(c *Config) { c.TicketType = "2" },
		`no attribute "other"`: func(c *Config) { c.Mark = "other" }, "tags_attribute": func(c *Config) { c.Tags = "Tags" }, "stand_in": func(c *Config) { c.StandIn = "nobody@a.test" },
		"stand_in_team": func(c *Config) { c.StandTeam = "Nobody" },
	} {
		d, who := targetOf(t, intercomtest.New(), change)
		if _, err := d.Describe(t.Context()); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), says) {
			t.Errorf("it said %v, want something of %s", err, says)
		}
		if strings.HasPrefix(says, "stand") {
			continue
		}
		if _, err := d.Create(t.Context(), asked(who, "1", "x")); !errors.Is(err, connectors.ErrDenied) {
			t.Errorf("%s: a ticket was made, or refused otherwise: %v", says, err)
		}
	}
}

func TestTicketIsFoundByItsMark(t *testing.T) {
	now := time.Now()
	s := intercomtest.New()
	s.Lag, s.Clock = 5*time.Minute, func() time.Time { return now }
	d, who := targetOf(t, s, func(*Config) {})
	got, err := d.Create(t.Context(), asked(who, "1", "hello"))
	if err != nil {
		t.Fatal(err)
	}
	if id, err := d.Find(t.Context(), asked(who, "1")); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("before the search knows: %q, %v", id, err)
	}
	now = now.Add(d.Lag())
	if id, err := d.Find(t.Context(), asked(who, "1")); id != got.ID || err != nil {
		t.Errorf("it is found as %q (%v)", id, err)
	}
	if id, err := d.Find(t.Context(), asked(who, "other")); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("another mark finds %q (%v)", id, err)
	}
}

// Where a teammate's reply is taken for HTML, what is lost by it is told.
func TestReplyThatIsNotTakenAsItIs(t *testing.T) {
	s := intercomtest.New()
	s.HTMLReplies = true
	d, who := targetOf(t, s, func(*Config) {})
	r := asked(who, "1", "say <yes> & no")
	r.Messages[0].Author = desk.Ref{}
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	loses(t, got, "message.text")
}

// What has no room is told, and the rest is written.
func TestWhatHasNoRoom(t *testing.T) {
	s := intercomtest.New()
	s.AddAttribute("size", "integer")
	s.AddAttribute("Urgency", "list", "Now", "Later")
	s.AddAttribute("Tags", "string")
	d, who := targetOf(t, s, func(c *Config) { c.Tags = "Tags" })
	r := asked(who, "1", "hello")
	r.Status, r.Tags = desk.StatusClosed, []string{"a,b", "c"}
	r.Fields = map[string]any{"size": "a few", "unknown": "x", "Urgency": "never"}
	r.Created = time.Now().Add(1000 * time.Hour)
	r.Messages[0].HTML, r.Messages[0].At = "<p>other words</p>", r.Created
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"status", "tags", "fields.size", "fields.unknown", "fields.Urgency", "created", "message.html"} {
		loses(t, got, field)
	}
	back := fetched(t, d, got.ID)
	if back.Status != desk.StatusSolved || !slices.Equal(back.Tags, []string{"a", "b", "c"}) || !back.Messages[0].At.Equal(r.Created.Truncate(time.Second)) {
		t.Errorf("%+v", back)
	}
	r = asked(who, "2", "again")
	r.Fields = map[string]any{"Urgency": "now"}
	if got, err = d.Create(t.Context(), r); err != nil || len(got.Losses) != 1 || fetched(t, d, got.ID).Fields["Urgency"] != "Now" {
		t.Errorf("an item of a list: %+v, %v", got.Losses, err)
	}
	for says, r := range map[string]*desk.Ticket{"no requester": asked(desk.Ref{}, "3", "x"), "an agent's": asked(desk.Ref{Kind: desk.KindAgent, Target: "4400001"}, "4", "x"), "NUL": asked(who, "5", "a\x00b")} {
		if _, err := d.Create(t.Context(), r); !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	if n := s.Counts()["tickets"]; n != 2 {
		t.Errorf("%d tickets, want 2", n)
	}
}

// More files than a call takes, and those of a contact, go before the message, once, also if
// that breaks off in between; they are read as its own.
func TestManyFiles(t *testing.T) {
	s := intercomtest.New()
	d, who := targetOf(t, s, func(*Config) {})
	made, err := d.Create(t.Context(), asked(who, "1", "hello"))
	if err != nil {
		t.Fatal(err)
	}
	m := desk.Message{ID: "x", Mark: weather.Marks(desk.KindMessage, "1", "x"), Author: who, Text: "see files", At: time.Date(2015, 1, 2, 0, 0, 0, 0, time.UTC)}
	for i := range 23 {
		m.Files = append(m.Files, conntest.Bytes(fmt.Sprintf("%d.txt", i), "text/plain", []byte(fmt.Sprint("bytes ", i))))
	}
	replies := 0
	s.Fault = func(r *http.Request) intercomtest.Fault {
		if strings.HasSuffix(r.URL.Path, "/reply") {
			if replies++; replies == 3 {
				return intercomtest.Fault{Status: 500}
			}
		}
		return intercomtest.Fault{}
	}
	if _, err := d.Append(t.Context(), made.ID, &m); !errors.Is(err, connectors.ErrUnsure) {
		t.Fatalf("it broke off: %v", err)
	}
	got, err := d.Append(t.Context(), made.ID, &m)
	if err != nil || len(got.Files) != 23 {
		t.Fatalf("%+v, %v", got, err)
	}
	back := fetched(t, d, made.ID)
	if len(back.Messages) != 2 || len(back.Messages[1].Files) != 23 || replies != 5 {
		t.Fatalf("%d messages, %d replies", len(back.Messages), replies)
	}
	for i, f := range back.Messages[1].Files {
		if want := fmt.Sprint("bytes ", i); f.Name != fmt.Sprintf("%d.txt", i) || string(conntest.BytesOf(t, f)) != want {
			t.Errorf("file %d is %q", i, f.Name)
		}
	}
	large := desk.Message{ID: "y", Mark: "my", Author: who, Text: "large", Files: []desk.File{conntest.Bytes("large", "text/plain", make([]byte, 2000))}}
	d.config.MaxFile = 1000
	if _, err := d.Append(t.Context(), made.ID, &large); connectors.ReasonOf(err) != connectors.ReasonTooLarge {
		t.Errorf("a file that is too large: %v", err)
	}
}

// What is foreseen of a record is what becomes of it, and nothing is written for it.
func TestForesee(t *testing.T) {
	s := intercomtest.New()
	d, who := targetOf(t, s, func(*Config) {})
	r := asked(who, "1", "hello")
	r.Status, r.Fields = desk.StatusClosed, map[string]any{"Serial no": "7"}
	r.Messages[0].Files = []desk.File{{Name: "a.png", CID: "a", Inline: true, Open: conntest.Bytes("", "", []byte("x")).Open}}
	foreseen, err := d.Foresee(t.Context(), connectors.Write{Record: r})
	if err != nil || s.Counts()["tickets"] != 0 {
		t.Fatal(err)
	}
	got, err := d.Create(t.Context(), r)
	if err != nil || !slices.Equal(foreseen, got.Losses) || len(foreseen) != 3 {
		t.Errorf("foreseen %+v, lost %+v, %v", foreseen, got.Losses, err)
	}
	for _, r := range []desk.Record{&desk.Agent{Email: "x@a.test"}, &desk.Group{Name: "x"}, asked(desk.Ref{}, "2", "x")} {
		if _, err := d.Foresee(t.Context(), connectors.Write{Record: r}); !errors.Is(err, connectors.ErrRefused) {
			t.Errorf("%s: %v", r.Kind(), err)
		}
	}
	many := &desk.Contact{Emails: []string{"a@a.test", "b@a.test"}, Phones: []string{"1", "2"}}
	if lost, err := d.Foresee(t.Context(), connectors.Write{Record: many}); err != nil || len(lost) != 2 {
		t.Errorf("%+v, %v", lost, err)
	}
}

// A dry run writes nothing, also where a look would put a ticket back.
func TestDryRun(t *testing.T) {
	s := intercomtest.New()
	d, who := targetOf(t, s, func(*Config) {})
	d.env.DryRun = true
	if _, err := d.Create(t.Context(), asked(who, "1", "x")); !errors.Is(err, connectors.ErrDenied) || s.Counts()["tickets"] > 0 {
		t.Errorf("%v", err)
	}
}
