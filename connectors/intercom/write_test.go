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

// targetOf is a target over a stand-in, and a contact there who asks.
func targetOf(t *testing.T, s *intercomtest.Server, change func(*Config)) (*Target, desk.Ref) {
	t.Helper()
	c := configOf(s)
	change(c)
	d, err := newTarget(c, envOf(t, s.Transport()))
	if err != nil {
		t.Fatal(err)
	}
	return d, desk.Ref{Kind: desk.KindContact, Target: desk.ID(s.AddContact(intercomtest.Contact{Name: "Olga", Email: "olga@a.test"}))}
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

func fetched(t *testing.T, d *Target, id desk.ID) *desk.Ticket {
	t.Helper()
	r, err := d.Fetch(t.Context(), desk.KindTicket, id)
	if err != nil {
		t.Fatal(err)
	}
	return r.(*desk.Ticket)
}

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
		}
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

// Who asks, and when it began, stays as it was made.
func TestFixedFields(t *testing.T) {
	s := intercomtest.New()
	d, who := targetOf(t, s, func(*Config) {})
	r := asked(who, "1", "hello")
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	r.Requester.Target = desk.ID(s.AddContact(intercomtest.Contact{Email: "other@a.test"}))
	now, err := d.Update(t.Context(), got.ID, r, []string{"requester"})
	if err != nil || fetched(t, d, got.ID).Requester.ID != who.Target {
		t.Errorf("%+v, %v", now, err)
	}
	loses(t, now, "requester")
}

// A teammate and a team are given and taken away each by itself, and nobody else's work is
// undone by it.
func TestAssignment(t *testing.T) {
	s := intercomtest.New()
	team := idOf(s.AddTeam("First line"))
	ann := idOf(s.AddAdmin("Ann", "ann@desk.test"))
	d, who := targetOf(t, s, func(*Config) {})
	r := asked(who, "1", "hello")
	r.Assignee, r.Group = desk.Ref{Kind: desk.KindAgent, Target: ann}, desk.Ref{Kind: desk.KindGroup, Target: team}
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		fields       []string
		admin, group desk.ID
	}{{nil, ann, team}, {[]string{"assignee"}, "", team}, {[]string{"group"}, "", ""}} {
		bare := asked(who, "1")
		if _, err := d.Update(t.Context(), got.ID, bare, step.fields); err != nil {
			t.Fatal(err)
		}
		if back := fetched(t, d, got.ID); back.Assignee.ID != step.admin || back.Group.ID != step.group {
			t.Errorf("%v: it has %+v and %+v", step.fields, back.Assignee, back.Group)
		}
	}
	if _, err := d.Update(t.Context(), got.ID, r, []string{"assignee"}); err != nil || fetched(t, d, got.ID).Assignee.ID != ann {
		t.Error(err)
	}
	if len(s.Outbox()) > 0 {
		t.Errorf("sent %q", s.Outbox())
	}
}

// A ticket that is over stays so when a message is added, also if the answer to the reply is
// lost and only the next look puts it back; but not where a teammate decided otherwise.
func TestTicketStaysOver(t *testing.T) {
	s := intercomtest.New()
	d, who := targetOf(t, s, func(*Config) {})
	r := asked(who, "1", "hello")
	r.Status = desk.StatusSolved
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	say := func(id desk.ID) (connectors.Receipt, error) {
		return d.Append(t.Context(), got.ID, &desk.Message{ID: id, Mark: weather.Marks(desk.KindMessage, "1", id), Author: who, Text: "and " + string(id)})
	}
	state := func() string { return s.Standing()[0].State }
	if _, err := say("a"); err != nil || state() != "resolved" {
		t.Errorf("it is %s (%v)", state(), err)
	}
	broken := false
	s.Fault = func(r *http.Request) intercomtest.Fault {
		if broken && r.Method == http.MethodPut {
			return intercomtest.Fault{Status: 500}
		}
		return intercomtest.Fault{}
	}
	broken = true
	if _, err := say("b"); !errors.Is(err, connectors.ErrUnsure) || state() != "in_progress" {
		t.Fatalf("it is %s (%v)", state(), err)
	}
	broken = false
	if back := fetched(t, d, got.ID); back.Status != desk.StatusSolved || state() != "resolved" || len(back.Messages) != 3 {
		t.Errorf("after a look it is %s, as we see it %s", state(), back.Status)
	}
	s.ChangeTicket(number(got.ID), func(k *intercomtest.Standing) { k.Attributes[descriptionAttribute] = "what they found" })
	if _, err := say("c"); err != nil || s.Standing()[0].Attributes[descriptionAttribute] != "what they found" {
		t.Errorf("the description that a teammate wrote is %v (%v)", s.Standing()[0].Attributes[descriptionAttribute], err)
	}
	s.AddAdmin("Ann", "ann@desk.test")
	s.ChangeTicket(number(got.ID), func(k *intercomtest.Standing) { k.State = "in_progress" })
	if back := fetched(t, d, got.ID); back.Status != desk.StatusOpen {
		t.Errorf("what a teammate decided is undone: %s", back.Status)
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
		if want := fmt.Sprint("bytes ", i); f.Name != fmt.Sprintf("%d.txt", i) || string(bytesOf(t, f)) != want {
			t.Errorf("file %d is %q", i, f.Name)
		}
	}
	large := desk.Message{ID: "y", Mark: "my", Author: who, Text: "large", Files: []desk.File{conntest.Bytes("large", "text/plain", make([]byte, 2000))}}
	d.config.MaxFile = 1000
	if _, err := d.Append(t.Context(), made.ID, &large); connectors.ReasonOf(err) != connectors.ReasonTooLarge {
		t.Errorf("a file that is too large: %v", err)
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
