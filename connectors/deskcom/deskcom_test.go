package deskcom

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

func (a *account) open(state connectors.State) *Source {
	a.t.Helper()
	env := connectors.Env{State: state, Log: slog.New(slog.DiscardHandler), Temp: a.t.TempDir(), Now: time.Now}
	s, err := Spec().Source(a.t.Context(), &Config{Path: a.folder, Site: "https://acme.desk.com/", Most: 10}, env)
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() {
		if err := s.(*Source).Close(); err != nil {
			a.t.Error(err)
		}
	})
	return s.(*Source)
}

func read(t *testing.T, s *Source, kind desk.Kind, after connectors.Cursor) (all []connectors.Item) {
	t.Helper()
	for it, err := range s.Read(t.Context(), kind, after) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, it)
	}
	return all
}

// aCase is a case as the API answers it, with its customer and agent.
func aCase(n int, more answer) answer {
	c := answer{
		"subject": "No light", "status": "resolved", "priority": 9, "type": "email", "labels": []string{"lamp", "lamp", ""}, "language": "en_us",
		"created_at": "2013-11-22T22:49:20Z", "updated_at": "2013-11-22T22:54:20Z", "resolved_at": "2013-11-22T22:54:00Z",
		"custom_fields": answer{"level": "vip", "count": "3", "urgent": "1", "none": nil},
		"_links":        at("case", fmt.Sprintf("cases/%d", n), "customer", "customers/7", "assigned_user", "users/2", "assigned_group", "groups/3"),
	}
	for k, v := range more {
		c[k] = v
	}
	return c
}

func aMessage(t *testing.T, path, body string, minute int, more answer, links ...any) answer {
	t.Helper()
	m := answer{"body": body, "direction": "in", "status": "received", "created_at": time.Date(2014, 1, 1, 0, minute, 0, 0, time.UTC).Format(time.RFC3339), "_links": at("email", path, links...)}
	for k, v := range more {
		m[k] = v
	}
	return m
}

// A case has its messages in order, whoever wrote them, wherever the answers lie.
func TestCase(t *testing.T) {
	a := newAccount(t)
	c := aCase(1, nil)
	c["_embedded"] = answer{
		"customer": answer{"first_name": "Ольга", "last_name": "Петрова", "emails": []answer{{"type": "home", "value": "Olga@X.test"}}, "_links": at("customer", "customers/7")},
		"message":  aMessage(t, "cases/1/message", "<p>It is <b>dark</b>.</p>", 0, answer{"from": `"Ольга" <olga@x.test>`, "to": "help@acme.test, two@acme.test"}, "customer", "customers/7"),
	}
	a.keep(
		page("cases/1/notes", aMessage(t, "cases/1/notes/5", "call her", 2, answer{"direction": ""}, "user", "users/2")),
		page("cases", c),
		page("cases/1/replies",
			aMessage(t, "cases/1/replies/12", "Sorry.", 3, answer{"direction": "out", "status": "sent", "subject": "Re: No light"}, "sent_by", "users/2"),
			aMessage(t, "cases/1/replies/13", "to be said", 4, answer{"direction": "out", "status": "draft"}, "entered_by", "users/2")),
		answer{"name": "level", "type": "ticket", "data": answer{"type": "list"}, "_links": at("custom_field", "custom_fields/1")},
		answer{"name": "count", "type": "ticket", "data": answer{"type": "number"}, "_links": at("custom_field", "custom_fields/2")},
		answer{"name": "urgent", "type": "ticket", "data": answer{"type": "boolean"}, "_links": at("custom_field", "custom_fields/3")},
	)
	got := read(t, a.open(new(conntest.State)), desk.KindTicket, "")
	if len(got) != 1 {
		t.Fatalf("%d cases", len(got))
	}
	ticket := got[0].Record.(*desk.Ticket)
	customer, agent := desk.To(desk.KindContact, "7"), desk.To(desk.KindAgent, "2")
	minute := func(n int) time.Time { return time.Date(2014, 1, 1, 0, n, 0, 0, time.UTC) }
	want := &desk.Ticket{
		Meta: desk.Meta{
			ID: "1", URL: "https://acme.desk.com/agent/case/1", Created: time.Date(2013, 11, 22, 22, 49, 20, 0, time.UTC), Updated: time.Date(2013, 11, 22, 22, 54, 20, 0, time.UTC),
			Fields: map[string]any{"status": "resolved", "priority": "9", "language": "en_us", "level": "vip", "count": 3.0, "urgent": true},
		},
		Number: "1", Subject: "No light", Status: desk.StatusSolved, Priority: desk.PriorityUrgent, Channel: "email", Requester: customer, Assignee: agent,
		Group: desk.To(desk.KindGroup, "3"), Tags: []string{"lamp"}, Solved: time.Date(2013, 11, 22, 22, 54, 0, 0, time.UTC),
		Messages: []desk.Message{
			{
				ID: "message", Author: customer, At: minute(0), From: desk.Address{Name: "Ольга", Email: "olga@x.test"},
				To: []desk.Address{{Email: "help@acme.test"}, {Email: "two@acme.test"}}, Text: "It is dark.", HTML: "<p>It is <b>dark</b>.</p>",
			},
			{ID: "notes/5", Author: agent, At: minute(2), Note: true, Text: "call her"},
			{ID: "replies/12", Author: agent, At: minute(3), Text: "Sorry.", Subject: "Re: No light"},
			{ID: "replies/13", Author: agent, At: minute(4), Note: true, Text: "to be said", Fields: map[string]any{"status": "draft"}},
		},
	}
	if d := cmp.Diff(want, ticket); d != "" {
		t.Error(d)
	}
	people := read(t, a.open(new(conntest.State)), desk.KindContact, "")
	if len(people) != 1 || people[0].Record.(*desk.Contact).Name != "Ольга Петрова" || people[0].Record.(*desk.Contact).Emails[0] != "olga@x.test" {
		t.Errorf("%+v", people)
	}
}

// What is new in the files comes with the next reading, and nothing else: a case with a
// new reply comes whole, one of which an older form turned up does not.
func TestDelta(t *testing.T) {
	a := newAccount(t)
	state := new(conntest.State)
	a.keep(page("cases", aCase(1, nil), aCase(2, nil)), aMessage(t, "cases/1/message", "one", 0, nil), aMessage(t, "cases/2/message", "two", 0, nil))
	first := read(t, a.open(state), desk.KindTicket, "")
	end := first[len(first)-1].Cursor
	if more := read(t, a.open(state), desk.KindTicket, end); len(more) > 0 {
		t.Errorf("nothing is new, and %d come", len(more))
	}
	a.keep(aMessage(t, "cases/1/replies/4", "more", 9, nil), aCase(2, answer{"subject": "older", "updated_at": "2012-01-01T00:00:00Z"}), aCase(3, nil))
	more := read(t, a.open(state), desk.KindTicket, end)
	var ids []string
	for _, it := range more {
		x := it.Record.(*desk.Ticket)
		ids = append(ids, fmt.Sprintf("%s %s %d", x.ID, x.Subject, len(x.Messages)))
	}
	if want := []string{"1 No light 2", "3 No light 0"}; !slices.Equal(ids, want) {
		t.Errorf("%q, want %q", ids, want)
	}
	// one that stopped halfway goes back to where it was sure
	half := read(t, a.open(state), desk.KindTicket, first[0].Cursor)
	if len(half) != 3 {
		t.Errorf("%d come", len(half))
	}
}

// What the files do not have is told: a customer of whom there is no record, a case that only
// messages tell of, torn files, attachments without their bytes.
func TestWhatIsLacking(t *testing.T) {
	a := newAccount(t)
	file := func(id int, name string) answer {
		return answer{"file_name": name, "content_type": "IMAGE/png", "size": "3", "_links": at("attachment", fmt.Sprintf("cases/1/attachments/%d", id))}
	}
	a.keep(aCase(1, nil), aMessage(t, "cases/1/message", "one", 0, answer{"from": "Kim Lee <kim@x.test>"}, "customer", "customers/7"),
		aMessage(t, "cases/9/message", "whose?", 0, nil), page("cases/1/attachments", file(41, "a.png"), file(42, "b.png"), file(43, "c.png"), file(44, "c.png")))
	a.put("torn.json", []byte(`{"subject": "cut o`))
	a.put("attachments/000041 - a.png", []byte("abc"))
	a.put("files/1/B.PNG", []byte("abc"))
	a.put("c.png", []byte("abc")) // of which of the two?
	s := a.open(new(conntest.State))
	var told []string
	for _, it := range read(t, s, desk.KindTicket, "") {
		if it.Aside != nil {
			told = append(told, string(it.Aside.ID)+" "+string(it.Aside.Reason))
			continue
		}
		m := it.Record.(*desk.Ticket).Messages[0]
		var files []string
		for _, f := range m.Files {
			files = append(files, f.Name+" "+f.Type)
		}
		if want := []string{"a.png image/png", "b.png image/png", "c.png image/png", "c.png image/png"}; !slices.Equal(files, want[:len(files)]) || len(files) < 2 {
			t.Errorf("%q", files)
		}
	}
	if want := []string{"9 unreadable", "torn.json@0 unreadable"}; len(told) != 2 || told[0] != want[0] || !strings.HasPrefix(told[1], "torn.json@") {
		t.Errorf("told %q", told)
	}
	people := read(t, s, desk.KindContact, "")
	if len(people) != 1 {
		t.Fatalf("%+v", people)
	}
	if c := people[0].Record.(*desk.Contact); c.ID != "7" || c.Name != "Kim Lee" || !slices.Equal(c.Emails, []string{"kim@x.test"}) {
		t.Errorf("%+v", c)
	}
	schema, err := s.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var notes []string
	for _, n := range schema.Notes {
		notes = append(notes, n.Text)
	}
	for _, want := range []string{"Cases that are not among the files, though messages of them are: 1.", "Customers who are known by their cases alone: 1.", "Places in the files that are no answers of Desk.com's API: 1."} {
		if !slices.ContainsFunc(notes, func(n string) bool { return strings.HasPrefix(n, want) }) {
			t.Errorf("nobody tells %q: %q", want, notes)
		}
	}
}

// A file that is not there is named in the text, as text and as page.
func TestMissingFile(t *testing.T) {
	a := newAccount(t)
	a.keep(aCase(1, nil), aMessage(t, "cases/1/message", "<p>see</p>", 0, nil),
		answer{"file_name": "<x>.png", "size": 500, "_links": at("attachment", "cases/1/attachments/41")},
		answer{"file_name": "gone.png", "erased_at": "2014-01-01T00:00:00Z", "_links": at("attachment", "cases/1/attachments/42")})
	m := read(t, a.open(new(conntest.State)), desk.KindTicket, "")[0].Record.(*desk.Ticket).Messages[0]
	if len(m.Files) > 0 || m.Text != "see\n\n[attachment, not among the saved files: <x>.png, 500 bytes]\n\n[attachment, erased: gone.png]" || !strings.Contains(m.HTML, "&lt;x&gt;.png") {
		t.Errorf("%q %q %+v", m.Text, m.HTML, m.Files)
	}
}

// The one message that an account gives twice, as the first of its case and as a reply, is one.
func TestFirstMessageTwice(t *testing.T) {
	a := newAccount(t)
	a.keep(aCase(1, nil), aMessage(t, "cases/1/message", "one", 0, nil), aMessage(t, "cases/1/replies/1", "one", 0, nil), aMessage(t, "cases/1/replies/2", "one", 5, nil))
	if ms := read(t, a.open(new(conntest.State)), desk.KindTicket, "")[0].Record.(*desk.Ticket).Messages; len(ms) != 2 || ms[0].ID != "message" || ms[1].ID != "replies/2" {
		t.Errorf("%+v", ms)
	}
}

func TestConfig(t *testing.T) {
	for want, c := range map[string]Config{
		"path": {Most: 10}, "site": {Path: "x", Site: "acme", Most: 10}, "most_urgent": {Path: "x", Most: 3},
	} {
		if err := c.Check(); err == nil || !strings.HasPrefix(err.Error(), want+":") {
			t.Errorf("%s: %v", want, err)
		}
	}
	for n, want := range map[string]desk.Priority{"1": desk.PriorityUrgent, "10": desk.PriorityLow, "5": desk.PriorityNormal, "": "", "11": ""} {
		if got := (&words{config: &Config{Most: 1}}).priority(n); got != want {
			t.Errorf("%s is %q", n, got)
		}
	}
	if _, err := json.Marshal(Spec().Guide); err != nil {
		t.Error(err)
	}
}
