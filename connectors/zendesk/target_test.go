package zendesk

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

func target(t *testing.T, c *Config, a *zendesktest.Account) *Target {
	t.Helper()
	d, err := newTarget(c, env(t, a.Line()))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// peopled makes an account with the sample's people, and gives the references of a
// ticket of theirs.
func peopled(t *testing.T, d *Target) (contact, agent desk.Ref) {
	t.Helper()
	for _, r := range conntest.Sample(desk.KindGroup, desk.KindAgent, desk.KindContact) {
		r.About().Fields = nil
		if c, is := r.(*desk.Contact); is {
			c.Org = desk.Ref{}
		}
		if a, is := r.(*desk.Agent); is {
			a.Groups, a.Disabled = nil, false
		}
		got, err := d.Create(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		switch r.Kind() {
		case desk.KindContact:
			contact = desk.Ref{Kind: desk.KindContact, Target: got.ID}
		case desk.KindAgent:
			agent = desk.Ref{Kind: desk.KindAgent, Target: got.ID}
		default:
		}
	}
	return contact, agent
}

func plainTicket(id desk.ID, from desk.Ref, texts ...string) *desk.Ticket {
	at := time.Date(2012, 1, 2, 3, 4, 5, 0, time.UTC)
	tk := &desk.Ticket{Meta: desk.Meta{ID: id, Mark: "mark-" + string(id), Created: at}, Subject: "About " + string(id), Status: desk.StatusOpen, Requester: from}
	for i, text := range texts {
		tk.Messages = append(tk.Messages, desk.Message{ID: desk.ID(fmt.Sprint(id, "-", i)), Mark: fmt.Sprint("mark-", id, "-", i), Author: from, At: at.Add(time.Duration(i) * time.Hour), Text: text})
	}
	return tk
}

// A comment that was added later is told by its mark, and keeps its time.
func TestAppendedCommentIsKnown(t *testing.T) {
	a := zendesktest.New(fast())
	a.Quiet()
	c := config()
	c.Quiet = "triggers-off"
	d := target(t, c, a)
	from, _ := peopled(t, d)
	got, err := d.Create(t.Context(), plainTicket("1", from, "hello"))
	if err != nil {
		t.Fatal(err)
	}
	late := plainTicket("2", from, "late").Messages[0]
	one, err := d.Append(t.Context(), got.ID, &late)
	if err != nil || len(one.Losses) != 1 || one.Losses[0].Field != "message.at" {
		t.Fatalf("%+v, %v", one, err)
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range back.(*desk.Ticket).Messages {
		if m.ID == one.ID && m.Mark == late.Mark && m.At.Equal(late.At) {
			return
		}
	}
	t.Errorf("the comment is not among %+v", back.(*desk.Ticket).Messages)
}

// A message that is there already is not added again, whatever Zendesk has made of its
// layout; one that only looks alike is.
func TestAppendLooksFirst(t *testing.T) {
	a := zendesktest.New(fast())
	c := config()
	d := target(t, c, a)
	from, agent := peopled(t, d)
	tk := plainTicket("1", from, "hello", "* item one\n* item two")
	tk.Messages[1].HTML = `<ul><li>item <b>one</b></li><li>item two</li></ul><img src="cid:logo@x">`
	tk.Messages[1].Files = []desk.File{conntest.Bytes("logo.png", "image/png", []byte("PNG"))}
	tk.Messages[1].Files[0].CID = "logo@x"
	got, err := d.Create(t.Context(), tk)
	if err != nil {
		t.Fatal(err)
	}
	for i := range tk.Messages { // it needs no promise of silence
		if one, err := d.Append(t.Context(), got.ID, &tk.Messages[i]); err != nil || one.ID == "" {
			t.Errorf("message %d: %+v, %v", i, one, err)
		}
	}
	a.Quiet()
	c.Quiet = "triggers-off"
	for name, change := range map[string]func(*desk.Message){
		"another text": func(m *desk.Message) { m.Text = "bye" }, "another second": func(m *desk.Message) { m.At = m.At.Add(time.Second) },
		"another author": func(m *desk.Message) { m.Author = agent }, "a note": func(m *desk.Message) { m.Note = true },
	} {
		m := tk.Messages[0]
		m.Mark = name
		change(&m)
		for range 2 { // the second finds the first by its mark
			if _, err := d.Append(t.Context(), got.ID, &m); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	id, _ := idNumber(got.ID).(int64)
	if _, comments := a.Ticket(id); len(comments) != 6 {
		t.Errorf("there are %d comments, want 6", len(comments))
	}
}

// An address that is somebody else's is a loss, and no reason to refuse a person.
func TestAddressOfSomebodyElse(t *testing.T) {
	a := zendesktest.New(fast())
	a.Set("users", given{"name": "Olga", "email": "office@x.test"})
	d := target(t, config(), a)
	c := &desk.Contact{Meta: desk.Meta{Mark: "m"}, Name: "Igor", Emails: []string{"igor@x.test", "office@x.test", "igor@home.test"}, Phones: []string{"+1", "+2"}}
	got, err := d.Create(t.Context(), c)
	if err != nil || len(got.Losses) != 1 || got.Losses[0].Field != "emails" || !strings.Contains(got.Losses[0].Detail, "office@x.test") {
		t.Fatalf("%+v, %v", got, err)
	}
	back, err := d.Fetch(t.Context(), desk.KindContact, got.ID)
	if err != nil || cmp.Diff([]string{"igor@x.test", "igor@home.test"}, back.(*desk.Contact).Emails) != "" || len(back.(*desk.Contact).Phones) != 2 || len(a.Outbox()) > 0 {
		t.Errorf("%+v, %v; sent %v", back, err, a.Outbox())
	}
}

// So it is where the address is added later.
func TestAddressOfSomebodyElseLater(t *testing.T) {
	a := zendesktest.New(fast())
	a.Set("users", given{"name": "Olga", "email": "office@x.test"})
	d := target(t, config(), a)
	c := &desk.Contact{Meta: desk.Meta{Mark: "m"}, Name: "Igor", Emails: []string{"igor@x.test"}}
	got, err := d.Create(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	c.Emails = []string{"igor@new.test", "office@x.test"}
	got, err = d.Update(t.Context(), got.ID, c, []string{"emails"})
	if err != nil || len(got.Losses) != 1 || got.Losses[0].Field != "emails" {
		t.Fatalf("%+v, %v", got, err)
	}
	back, err := d.Fetch(t.Context(), desk.KindContact, got.ID)
	if err != nil || cmp.Diff([]string{"igor@new.test"}, back.(*desk.Contact).Emails) != "" || len(a.Outbox()) > 0 {
		t.Errorf("%+v, %v; sent %v", back, err, a.Outbox())
	}
}

// A closed ticket stays as it is, and what was to be changed says what can be done.
func TestClosedTicket(t *testing.T) {
	a := zendesktest.New(fast())
	a.Quiet()
	c := config()
	c.Quiet = "triggers-off"
	d := target(t, c, a)
	from, _ := peopled(t, d)
	tk := plainTicket("1", from, "hello")
	tk.Status = desk.StatusClosed
	got, err := d.Create(t.Context(), tk)
	if err != nil {
		t.Fatal(err)
	}
	_, err1 := d.Append(t.Context(), got.ID, &plainTicket("2", from, "late").Messages[0])
	tk.Subject = "renamed"
	_, err2 := d.Update(t.Context(), got.ID, tk, []string{"subject"})
	for _, err := range []error{err1, err2} {
		if connectors.ReasonOf(err) != connectors.ReasonRefused || !strings.Contains(err.Error(), "follow-up") {
			t.Errorf("changing a closed ticket: %v", err)
		}
	}
}

// A text that says what its page does, more or less, is no loss; another is.
func TestTwoBodies(t *testing.T) {
	const page = `<p>It is, from <b>July</b> on:</p><img src="cid:x"><p>Luc Moreau, Nordlicht Instruments</p>`
	for text, want := range map[string]bool{
		"It is, from July on:\n\n[image: x.png]\n\n-- \nLuc Moreau, Nordlicht Instruments": false,
		"This mail needs a program that shows HTML.":                                       true, "": false,
	} {
		if got := saysElse(text, page); got != want {
			t.Errorf("%q says something else: %v", text, got)
		}
	}
}

// What Zendesk has no room for is told with the ticket that lost it.
func TestLosses(t *testing.T) {
	a := zendesktest.New(fast())
	a.Set("ticket_fields", given{"title": "Plan", "type": "tagger", "custom_field_options": []given{{"name": "Gold", "value": "plan_gold"}}})
	d := target(t, config(), a)
	from, _ := peopled(t, d)
	tk := plainTicket("1", from, "")
	tk.Type, tk.Tags = "billing", []string{"two words", "fine"}
	tk.Created = time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC)
	tk.Messages[0].At = time.Now().Add(time.Hour)
	tk.Fields = map[string]any{"plan": "Silver", "mood": "cross"}
	got, err := d.Create(t.Context(), tk)
	if err != nil {
		t.Fatal(err)
	}
	lost := map[string]bool{}
	for _, l := range got.Losses {
		lost[l.Field] = true
	}
	for _, f := range []string{"type", "tags", "created", "message.at", "fields.plan", "fields.mood"} {
		if !lost[f] {
			t.Errorf("nothing is said of %s: %v", f, got.Losses)
		}
	}
	if len(lost) != 6 {
		t.Errorf("lost %v", got.Losses)
	}
}

// Who stands there already as one who asks is not made an agent, which costs a seat.
func TestAgentsAreNotPromoted(t *testing.T) {
	a := zendesktest.New(fast())
	a.Set("users", given{"name": "Olga", "email": "olga@x.test"})
	d := target(t, config(), a)
	olga := &desk.Agent{Meta: desk.Meta{Mark: "m"}, Name: "Olga", Email: "olga@x.test"}
	if _, err := d.Find(t.Context(), olga); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("found: %v", err)
	}
	if _, err := d.Create(t.Context(), olga); !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), "already being used") {
		t.Errorf("made: %v", err)
	}
	// As one who asks she is found, by any of her addresses.
	if id, err := d.Find(t.Context(), &desk.Contact{Emails: []string{"OLGA@x.test"}}); err != nil || id == "" {
		t.Errorf("found %q, %v", id, err)
	}
}

// Who has tickets in Zendesk that are nobody's to delete stays, and they with him.
func TestUserWithTicketsStays(t *testing.T) {
	a := zendesktest.New(zendesktest.Options{Rate: -1})
	x := target(t, config(), a)
	got, err := x.Create(t.Context(), &desk.Contact{Meta: desk.Meta{Mark: "m1"}, Name: "Ann", Emails: []string{"ann@customer.test"}})
	if err != nil {
		t.Fatal(err)
	}
	who, err := strconv.ParseInt(string(got.ID), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	own := a.SetTicket(map[string]any{"subject": "hers", "requester_id": who}, map[string]any{"author_id": who, "body": "hello", "public": true})
	if err := x.Delete(t.Context(), desk.KindContact, got.ID); !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), "has 1 tickets in Zendesk") {
		t.Errorf("with a ticket: %v", err)
	}
	a.Delete("tickets", own)
	if err := x.Delete(t.Context(), desk.KindContact, got.ID); err != nil {
		t.Errorf("without: %v", err)
	}
	if err := x.Delete(t.Context(), desk.KindContact, got.ID); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("again: %v", err)
	}
}
