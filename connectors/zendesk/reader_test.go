package zendesk

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// env is what a connector is given in a test, over a line.
func env(t *testing.T, line http.RoundTripper) connectors.Env {
	return connectors.Env{
		HTTP: &http.Client{Transport: line}, Log: slog.New(slog.DiscardHandler), State: new(conntest.State), Temp: t.TempDir(), Now: time.Now, Name: "zendesk",
	}
}

func open(t *testing.T, c *Config, line http.RoundTripper) *Source {
	t.Helper()
	s, err := newSource(c, env(t, line))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// read is what a reading gives, and its last cursor.
func read(t *testing.T, s connectors.Source, kind desk.Kind, after connectors.Cursor) (out []desk.Record, end connectors.Cursor) {
	t.Helper()
	end = after
	for it, err := range s.Read(t.Context(), kind, after) {
		if err != nil {
			t.Fatalf("read %s: %v", kind, err)
		}
		if it.Aside != nil {
			t.Errorf("set aside: %+v", it.Aside)
			continue
		}
		out, end = append(out, it.Record), it.Cursor
	}
	return out, end
}

func fileText(t *testing.T, f *desk.File) string {
	t.Helper()
	rc, err := f.Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rc.Close() }()
	b, err := io.ReadAll(rc)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A ticket comes with all that an agent sees: fields by their labels, private notes,
// attachments, images in the text, who wrote from where.
func TestReadRichTicket(t *testing.T) {
	a := zendesktest.New(fast())
	plan := a.Set("ticket_fields", given{"title": "Tarif", "type": "tagger", "custom_field_options": []given{{"name": "Gold", "value": "tarif_gold"}}})
	seats := a.Set("ticket_fields", given{"title": "Seats", "type": "decimal"})
	box := a.Set("ticket_fields", given{"title": "VIP", "type": "checkbox"})
	many := a.Set("ticket_fields", given{"title": "Farben", "type": "multiselect", "custom_field_options": []given{{"name": "Rot", "value": "farbe_rot"}}})
	olga := a.Set("users", given{"name": "Ольга", "email": "olga@x.test", "identities": []given{{"type": "email", "value": "o@y.test"}, {"type": "phone_number", "value": "+49 1"}}})
	ann := a.Set("users", given{"name": "Ann", "email": "ann@desk.test", "role": "agent"})
	id := a.SetTicket(given{
		"subject": "Счёт", "status": "hold", "requester_id": olga, "assignee_id": ann, "follower_ids": []int64{ann}, "email_cc_ids": []int64{olga},
		"via": given{"channel": "email"}, "tags": []string{"vip"}, "satisfaction_rating": given{"score": "good", "comment": "danke"},
		"custom_fields": []given{{"id": plan, "value": "tarif_gold"}, {"id": seats, "value": "4.5"}, {"id": box, "value": true}, {"id": many, "value": []string{"farbe_rot", "farbe_x"}}},
		"created_at":    "2015-07-19T22:44:20Z",
	}, given{
		"body": "Hallo", "author_id": olga, "created_at": "2015-07-19T22:44:20Z",
		"via": given{"channel": "email", "source": given{
			"from": given{"address": "olga@x.test", "name": "Ольга", "original_recipients": []string{"support@desk.test", "boss@x.test"}},
			"to":   given{"address": "support@desk.test", "name": "Hilfe"},
		}},
		"metadata": given{"system": given{"message_id": "<7B80@mail.test>"}, "custom": given{}},
	})
	address := a.Attach(id, "logo.png", "image/png", []byte("PNG"), true)
	a.Attach(id, "Rechnung.pdf", "application/pdf", []byte("%PDF"), false)
	a.Say(id, given{"html_body": `<p>Danke <b>sehr</b></p><img src="` + address + `">`, "body": "Danke sehr", "author_id": ann, "created_at": "2015-07-20T00:00:00Z"})
	a.Attach(id, "logo2.png", "image/png", []byte("PNG2"), true)
	a.Say(id, given{"body": "intern", "public": false, "author_id": ann, "created_at": "2015-07-21T00:00:00Z"})

	s := open(t, config(), a.Line())
	got, _ := read(t, s, desk.KindTicket, "")
	if len(got) != 1 {
		t.Fatalf("%d tickets", len(got))
	}
	tk := got[0].(*desk.Ticket)
	if tk.Subject != "Счёт" || tk.Status != desk.StatusPending || tk.Channel != "email" || tk.Rating == nil || *tk.Rating != (desk.Rating{Score: "good", Comment: "danke"}) {
		t.Errorf("the cover is %+v, rated %+v", tk, tk.Rating)
	}
	want := given{"Tarif": "Gold", "Seats": 4.5, "VIP": true, "Farben": []any{"Rot", "farbe_x"}, "status": "hold"}
	if d := cmp.Diff(want, tk.Fields); d != "" {
		t.Error("fields: ", d)
	}
	if tk.Requester != desk.To(desk.KindContact, number(olga)) || tk.Assignee != desk.To(desk.KindAgent, number(ann)) || len(tk.Participants) != 0 {
		t.Errorf("people: %v, %v, %v", tk.Requester, tk.Assignee, tk.Participants)
	}
	if len(tk.Messages) != 3 {
		t.Fatalf("%d messages", len(tk.Messages))
	}
	m := tk.Messages[0]
	if m.MessageID != "7B80@mail.test" || m.From.Email != "olga@x.test" || m.To[0].Email != "support@desk.test" || len(m.CC) != 1 || m.CC[0].Email != "boss@x.test" || m.Note || m.HTML != "" {
		t.Errorf("the first message: %+v", m)
	}
	if len(m.Files) != 2 || !m.Files[0].Inline || fileText(t, &m.Files[0]) != "PNG" || m.Files[1].Name != "Rechnung.pdf" || fileText(t, &m.Files[1]) != "%PDF" {
		t.Errorf("its files: %+v", m.Files)
	}
	if m = tk.Messages[1]; !strings.Contains(m.HTML, "<b>sehr</b>") || m.Channel != "api" {
		t.Errorf("the second message: %+v", m)
	}
	// It shows the image of the first one, and an own one that it does not show.
	if len(m.Files) != 2 || m.Files[0].Name != "logo2.png" || fileText(t, &m.Files[1]) != "PNG" || m.Files[1].Name != "logo.png" || m.Files[1].CID == "" ||
		!strings.Contains(m.HTML, `src="cid:`+m.Files[1].CID+`"`) || strings.Contains(m.HTML, address) {
		t.Errorf("the image that is attached elsewhere: %q, %+v", m.HTML, m.Files)
	}
	if m = tk.Messages[2]; !m.Note || m.Author != desk.To(desk.KindAgent, number(ann)) {
		t.Errorf("the note: %+v", m)
	}
	people, _ := read(t, s, desk.KindContact, "")
	c := people[0].(*desk.Contact)
	if d := cmp.Diff([]string{"olga@x.test", "o@y.test"}, c.Emails); d != "" || len(c.Phones) != 1 {
		t.Errorf("addresses: %s, phones: %v", d, c.Phones)
	}
}

// An image that the text shows by its address is shown by its Content-ID instead.
func TestReadInlineImage(t *testing.T) {
	w := newWords("https://acme.zendesk.com")
	c := commentShape{
		ID: 7, Body: "see", HTML: `<p>see <img src="https://acme.zendesk.com/attachments/token/abc/?name=a.png"></p>`,
		Attachments: []attachmentShape{{ID: 5, Name: "a.png", URL: "https://acme.zendesk.com/attachments/token/abc/?name=a.png", Type: "image/png"}, {ID: 6, Name: "b.png", Deleted: true}},
	}
	m := w.message(&c, "")
	if m.HTML != `<p>see <img src="cid:attachment-5@zendesk"></p>` || len(m.Files) != 1 || m.Files[0].CID != "attachment-5@zendesk" || !m.Files[0].Inline {
		t.Errorf("%s with %+v", m.HTML, m.Files)
	}
}

// After a first reading only what changed is read: a new comment, a new ticket, who
// is gone.
func TestReadDelta(t *testing.T) {
	a := zendesktest.New(fast())
	s := &seeder{a: a, ids: map[desk.Ref]int64{}}
	s.put(conntest.Sample()...)
	kinds := []desk.Kind{desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindContact, desk.KindTicket}
	line := env(t, a.Line())
	source := func() *Source {
		src, err := newSource(config(), line)
		if err != nil {
			t.Fatal(err)
		}
		return src
	}
	ends := map[desk.Kind]connectors.Cursor{}
	for _, kind := range kinds {
		_, ends[kind] = read(t, source(), kind, "")
	}
	one := s.ids[desk.To(desk.KindTicket, "1")]
	two := a.SetTicket(given{"subject": "neu", "requester_id": s.ids[desk.To(desk.KindContact, "1")]}, given{"body": "neu"})
	a.Say(one, given{"body": "late"})
	for kind, list := range map[desk.Kind]string{desk.KindOrganization: "organizations", desk.KindGroup: "groups", desk.KindAgent: "users", desk.KindContact: "users"} {
		a.Delete(list, s.ids[desk.To(kind, "1")])
	}
	src := source()
	got, end := read(t, src, desk.KindTicket, ends[desk.KindTicket])
	if len(got) != 2 || got[0].About().ID != number(two) || got[1].About().ID != number(one) || len(got[1].(*desk.Ticket).Messages) != 4 {
		t.Errorf("read %d tickets: %+v", len(got), got)
	}
	a.Delete("tickets", two)
	a.Archive(one)
	got, _ = read(t, source(), desk.KindTicket, end)
	if len(got) != 2 || !got[0].About().Deleted || got[1].(*desk.Ticket).Status != desk.StatusClosed {
		t.Errorf("after a deletion and an archiving: %+v", got)
	}
	for _, kind := range kinds[:4] {
		got, _ := read(t, source(), kind, ends[kind])
		found := false
		for _, r := range got {
			found = found || r.About().Deleted && r.About().ID == number(s.ids[desk.To(kind, "1")])
		}
		if !found {
			t.Errorf("the %s that was deleted is not told: %+v", kind, got)
		}
	}
	// What they wrote is still there, and so are they.
	if c, err := src.Fetch(t.Context(), desk.KindContact, number(s.ids[desk.To(desk.KindAgent, "1")])); err != nil || c.(*desk.Contact).Name != "Aiko 田中" {
		t.Errorf("an agent who is gone: %+v, %v", c, err)
	}
}

// Where Zendesk sends no identities along, it is asked for those of each user.
func TestReadWithoutSideloads(t *testing.T) {
	o := fast()
	o.NoSideload = true
	a := zendesktest.New(o)
	a.Set("users", given{"name": "Olga", "email": "a@x.test", "identities": []given{{"type": "email", "value": "b@x.test"}}})
	got, _ := read(t, open(t, config(), a.Line()), desk.KindContact, "")
	if c := got[0].(*desk.Contact); len(c.Emails) != 2 {
		t.Errorf("addresses: %v", c.Emails)
	}
}

// Where it is wanted, the history of the status is read too.
func TestReadHistory(t *testing.T) {
	a := zendesktest.New(fast())
	olga := a.Set("users", given{"name": "Olga", "email": "olga@x.test"})
	id := a.SetTicket(given{"subject": "x", "requester_id": olga, "status": "new"}, given{"body": "1"})
	for _, to := range []string{"open", "hold", "pending", "solved", "open", "solved", "closed"} {
		a.Change("tickets", id, given{"status": to})
	}
	c := config()
	c.History = true
	s := open(t, c, witnessed(t, a.Line()))
	got, _ := read(t, s, desk.KindTicket, "")
	tk := got[0].(*desk.Ticket)
	said := ""
	for _, ch := range tk.History {
		said += fmt.Sprintf("%s→%s ", ch.From, ch.To)
		if ch.At.IsZero() || ch.By != desk.To(desk.KindContact, number(olga)) {
			t.Errorf("a change without time or name: %+v", ch)
		}
	}
	if want := "→new new→open open→pending pending→solved solved→open open→solved solved→closed "; said != want {
		t.Errorf("history: %s, want %s", said, want)
	}
	if tk.Solved.IsZero() || tk.Closed.IsZero() {
		t.Errorf("solved %v, closed %v", tk.Solved, tk.Closed)
	}
	back, err := s.Fetch(t.Context(), desk.KindTicket, tk.ID)
	if err != nil || len(back.(*desk.Ticket).History) != 7 {
		t.Errorf("fetched %+v, %v", back, err)
	}
}

// Lists that know no cursors are read to their ends all the same.
func TestReadWithoutCursors(t *testing.T) {
	o := fast()
	o.NoCursors = true
	a := zendesktest.New(o)
	for i := range 10 {
		a.Set("groups", given{"name": fmt.Sprint("Group ", i)})
	}
	a.SetTicket(given{"subject": "x"}, given{"body": "1"}, given{"body": "2"}, given{"body": "3"}, given{"body": "4"}, given{"body": "5"})
	s := open(t, config(), a.Line())
	groups, _ := read(t, s, desk.KindGroup, "")
	tickets, _ := read(t, s, desk.KindTicket, "")
	if len(groups) != 11 || len(tickets[0].(*desk.Ticket).Messages) != 5 {
		t.Errorf("%d groups and %d messages", len(groups), len(tickets[0].(*desk.Ticket).Messages))
	}
}

func TestReadMerge(t *testing.T) {
	a := zendesktest.New(fast())
	into := a.SetTicket(given{"subject": "kept"}, given{"body": "x"})
	from := a.SetTicket(given{"subject": "merged", "tags": []string{"a"}}, given{"body": "x"})
	a.Merge(from, into)
	got, _ := read(t, open(t, config(), a.Line()), desk.KindTicket, "")
	for _, r := range got {
		tk, want := r.(*desk.Ticket), desk.Ref{}
		if tk.ID == number(from) {
			want = desk.To(desk.KindTicket, number(into))
		}
		if tk.MergedInto != want || len(tk.Messages) != 2 {
			t.Errorf("ticket %s is merged into %v, want %v", tk.ID, tk.MergedInto, want)
		}
	}
}

// Wrong credentials are answered with 200 and nobody: Describe notices.
func TestDescribeNoticesNobody(t *testing.T) {
	c := config()
	c.Token = "wrong"
	_, err := open(t, c, zendesktest.New(fast()).Line()).Describe(t.Context())
	if err == nil || !strings.Contains(err.Error(), "credentials") {
		t.Errorf("described: %v", err)
	}
}
