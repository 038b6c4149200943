package intercom

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

func idOf(n int64) desk.ID { return desk.ID(strconv.FormatInt(n, 10)) }

// What stands in a conversation, of every sort of part and author.
func TestConversation(t *testing.T) {
	s := intercomtest.New()
	team := s.AddTeam("First line")
	ann := s.AddAdmin("Ann", "ann@desk.test", team)
	who, boss := s.AddContact(intercomtest.Contact{Role: "lead", Name: "Olga", Email: "olga@a.test"}), s.AddContact(intercomtest.Contact{Name: "Boss", Email: "boss@a.test"})
	image := s.AddImage(intercomtest.File{Name: "p.png", Type: "image/png", Bytes: []byte("picture")})
	at := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	by := strconv.FormatInt(ann, 10)
	ticket := s.AddTalk(intercomtest.Talk{Contacts: []string{who}, Ticket: true})
	id := s.AddTalk(intercomtest.Talk{
		Contacts: []string{boss, who}, By: who, HTML: `<p>The lamp is <b>broken</b></p><img src="` + image + `">`, Subject: "<p>Lamp &amp; more</p>", Source: "email", At: at,
		Recipients: map[string]string{"help@desk.test": "to", "cc@a.test": "cc"}, Priority: "urgent", Rating: 5, Remark: "вот спасибо", Tags: []int64{s.AddTag("vip")},
		Custom: map[string]any{"Plan": "gold"}, Admin: ann, Team: team, Linked: []int64{ticket}, Files: []intercomtest.File{{Name: "a.txt", Type: "text/plain", Bytes: []byte("hello")}},
	})
	for i, k := range []intercomtest.Part{
		{HTML: "<p>We look</p>", By: by},
		{Kind: "note", HTML: "<p>she is cross</p>", By: by},
		{Kind: "assignment", By: by},
		{Kind: "assignment", HTML: "<p>Bob will help</p>", By: by},
		{HTML: "<p>Hi, I am Fin</p>", Author: intercomtest.Author{Type: "bot", ID: "991267999", Name: "Fin", Email: "operator+x@intercom.io"}},
		{HTML: "<p>from who left</p>", Author: intercomtest.Author{Type: "admin", ID: "77", Name: "Gone", Email: "gone@desk.test"}},
		{Kind: "a_type_of_tomorrow", HTML: "<p>whom is it for?</p>", By: by},
		{HTML: "<p>&nbsp;</p>", By: by},
		{Kind: "close", HTML: "<p>Bye</p>", By: by},
	} {
		k.At = at.Add(time.Duration(i+1) * time.Minute)
		s.AddPart(id, k)
	}
	got := ticketsOf(t, sourceOf(t, configOf(s), envOf(t, s.Transport())))[idOf(id)]
	if got == nil {
		t.Fatal("it was not read")
	}
	if got.Subject != "Lamp & more" || got.Status != desk.StatusClosed || got.Priority != desk.PriorityUrgent || got.Channel != "email" || got.Requester.ID != desk.ID(who) ||
		!slices.Equal(got.Participants, []desk.Ref{desk.To(desk.KindContact, desk.ID(boss))}) || got.Assignee.ID != idOf(ann) || got.Group.ID != idOf(team) || !slices.Equal(got.Tags, []string{"vip"}) ||
		got.Rating == nil || got.Rating.Score != "5" || got.Rating.Comment != "вот спасибо" || got.Fields["Plan"] != "gold" || !cmp.Equal(got.Fields["linked"], []any{"ticket " + string(idOf(ticket)) + " Customer"}) {
		t.Errorf("the cover: %+v %+v", got, got.Rating)
	}
	if !got.Created.Equal(at) || !got.Closed.Equal(at.Add(9*time.Minute)) || len(got.History) != 1 || got.History[0].By.ID != idOf(ann) {
		t.Errorf("times: %v, %v, %+v", got.Created, got.Closed, got.History)
	}
	var rows []string
	for _, m := range got.Messages {
		rows = append(rows, fmt.Sprintf("%s %s/%s %s %v %v", strings.TrimSpace(m.Text), m.Author.Kind, m.Author.ID, m.From.Name, m.Note, m.Fields["part_type"]))
	}
	want := []string{
		"The lamp is broken contact/" + who + " Olga false <nil>", "We look agent/" + by + " Ann false <nil>", "she is cross agent/" + by + " Ann true <nil>",
		"Bob will help agent/" + by + " Ann false assignment", "Hi, I am Fin / Fin false <nil>", "from who left / Gone false <nil>",
		"whom is it for? agent/" + by + " Ann true a_type_of_tomorrow", "Bye agent/" + by + " Ann false close",
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
	first := got.Messages[0]
	if !slices.Equal(first.To, []desk.Address{{Email: "help@desk.test"}}) || !slices.Equal(first.CC, []desk.Address{{Email: "cc@a.test"}}) || len(first.Files) != 2 ||
		string(bytesOf(t, first.Files[0])) != "hello" || string(bytesOf(t, first.Files[1])) != "picture" || !strings.Contains(first.HTML, `src="cid:`+first.Files[1].CID+`"`) {
		t.Errorf("the first message: %+v", first)
	}
	if spilt := s.CredentialsSpilt(); len(spilt) > 0 {
		t.Errorf("credentials went to the files' host: %q", spilt)
	}
}

// A ticket of a form has its description as its first message, and attributes as fields.
func TestTicket(t *testing.T) {
	s := intercomtest.New()
	s.AddAttribute("Urgency", "list", "Now", "Later")
	who := s.AddContact(intercomtest.Contact{Name: "Olga", Email: "olga@a.test"})
	id := s.AddTalk(intercomtest.Talk{
		Contacts: []string{who}, Ticket: true, Attributes: map[string]any{titleAttribute: "Broken", descriptionAttribute: "The lamp <1>\n\nis out", "Urgency": "Now"}, StateOf: "waiting_on_customer",
	})
	s.AddPart(id, intercomtest.Part{HTML: "<p>thanks</p>", By: who})
	got := ticketsOf(t, sourceOf(t, configOf(s), envOf(t, s.Transport())))[idOf(id)]
	if got == nil || got.Subject != "Broken" || got.Status != desk.StatusPending || got.Type != "Request" || got.Fields["Urgency"] != "Now" || got.Number != "1" || got.Requester.ID != desk.ID(who) {
		t.Fatalf("%+v", got)
	}
	if len(got.Messages) != 2 || got.Messages[0].Text != "The lamp <1>\n\nis out" && strings.Join(strings.Fields(got.Messages[0].Text), " ") != "The lamp <1> is out" || got.Messages[0].Author.ID != desk.ID(who) {
		t.Errorf("%+v", got.Messages)
	}
}

// Of a conversation with more parts than are given, the rest is told.
func TestTooManyParts(t *testing.T) {
	s := intercomtest.New()
	s.MostParts = 5
	who := s.AddContact(intercomtest.Contact{Name: "A", Email: "a@a.test"})
	id := s.AddTalk(intercomtest.Talk{Contacts: []string{who}, HTML: "<p>begins</p>"})
	for i := range 8 {
		s.AddPart(id, intercomtest.Part{HTML: fmt.Sprintf("<p>%d</p>", i), By: who})
	}
	records, asides, _ := readAll(t, sourceOf(t, configOf(s), envOf(t, s.Transport())), desk.KindTicket, "")
	if len(records) != 1 || len(records[0].(*desk.Ticket).Messages) != 6 || len(asides) != 1 || asides[0].Parent != idOf(id) || asides[0].Kind != desk.KindMessage ||
		!strings.Contains(asides[0].Detail, "3 oldest parts") || asides[0].Reason != connectors.ReasonTooLarge {
		t.Errorf("%d records, asides %+v", len(records), asides)
	}
}

// A conversation that is made a ticket is one thing, with the messages that it had; so is a
// ticket that is listed as a conversation too.
func TestConvertedConversationIsReadOnce(t *testing.T) {
	for name, listed := range map[string]bool{"conversations alone": false, "every ticket is listed as a conversation": true} {
		t.Run(name, func(t *testing.T) {
			now := time.Now()
			s := intercomtest.New()
			s.ListsTickets, s.Clock = listed, func() time.Time { return now }
			who := s.AddContact(intercomtest.Contact{Name: "A", Email: "a@a.test"})
			talk := s.AddTalk(intercomtest.Talk{Contacts: []string{who}, HTML: "<p>begins</p>"})
			early := s.AddTalk(intercomtest.Talk{Contacts: []string{who}, HTML: "<p>early</p>"})
			s.Convert(early, nil)
			form := s.AddTalk(intercomtest.Talk{Contacts: []string{who}, Ticket: true, Attributes: map[string]any{descriptionAttribute: "a form"}})
			s.AddPart(talk, intercomtest.Part{HTML: "<p>and</p>", By: who})
			src := sourceOf(t, configOf(s), envOf(t, s.Transport()))
			first, asides, end := readAll(t, src, desk.KindTicket, "")
			said := texts(t, first)
			if d := cmp.Diff(map[desk.ID][]string{idOf(talk): {"source begins", "and"}, idOf(early): {"source early"}, idOf(form): {"source a form"}}, said); d != "" || len(asides) > 0 {
				t.Errorf("at first: %s %v", d, asides)
			}
			now = now.Add(time.Hour)
			s.Convert(talk, map[string]any{titleAttribute: "A ticket now"})
			s.AddPart(talk, intercomtest.Part{HTML: "<p>late</p>", By: who})
			delta, asides, _ := readAll(t, src, desk.KindTicket, end)
			if d := cmp.Diff([]string{"source begins", "and", "late"}, texts(t, delta)[idOf(talk)]); d != "" || len(asides) > 0 {
				t.Errorf("then: %s %v", d, asides)
			}
			if r, err := src.Fetch(t.Context(), desk.KindTicket, idOf(talk)); err != nil || r.(*desk.Ticket).Subject != "A ticket now" || len(r.(*desk.Ticket).Messages) != 3 {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

// texts are what tickets say, the last time that each was read; the first message of each
// with its id.
func texts(t *testing.T, records []desk.Record) map[desk.ID][]string {
	t.Helper()
	out := map[desk.ID][]string{}
	for _, r := range records {
		var rows []string
		for _, m := range r.(*desk.Ticket).Messages {
			row := strings.TrimSpace(m.Text)
			if m.ID == opening {
				row = opening + " " + row
			}
			rows = append(rows, row)
		}
		out[r.About().ID] = rows
	}
	return out
}

// A ticket and a conversation of one number that began at two times are two things, of which
// one goes aside.
func TestTwoThingsOfOneNumber(t *testing.T) {
	s := intercomtest.New()
	who := s.AddContact(intercomtest.Contact{Name: "A", Email: "a@a.test"})
	id := s.AddTalk(intercomtest.Talk{Contacts: []string{who}, HTML: "<p>x</p>"})
	env := envOf(t, s.Transport())
	if err := env.State.Put(t.Context(), listKey(onlyTickets, word(idOf(id))), []byte("12345")); err != nil {
		t.Fatal(err)
	}
	records, asides, _ := readAll(t, sourceOf(t, configOf(s), env), desk.KindTicket, "")
	if len(records) > 0 || len(asides) != 1 || asides[0].Reason != connectors.ReasonAmbiguous {
		t.Errorf("%d records, %+v", len(records), asides)
	}
}

// A delta brings what changed, what was deleted, and what the search learned late, whether it
// compares seconds or days.
func TestDelta(t *testing.T) {
	for name, set := range map[string]func(*intercomtest.Server){
		"seconds": func(*intercomtest.Server) {}, "days": func(s *intercomtest.Server) { s.Days = true },
		"days of another zone": func(s *intercomtest.Server) { s.Days, s.Zone = true, -11*time.Hour }, "without the list of the deleted": func(s *intercomtest.Server) { s.NoDeleted = true },
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)
			s := intercomtest.New()
			s.Clock, s.Lag = func() time.Time { return now }, 5*time.Minute
			set(s)
			env := envOf(t, s.Transport())
			env.Now = s.Clock
			who := s.AddContact(intercomtest.Contact{Name: "A", Email: "a@a.test"})
			for range 8 {
				s.AddTalk(intercomtest.Talk{Contacts: []string{who}, HTML: "<p>x</p>"})
			}
			s.AddTalk(intercomtest.Talk{Contacts: []string{who}, Ticket: true})
			s.Delete(101) // before anybody looked
			now = now.Add(50 * time.Minute)
			s.AddTalk(intercomtest.Talk{Contacts: []string{who}, HTML: "<p>the last one</p>"}) // up to which it is read
			now = now.Add(10 * time.Minute)
			src := sourceOf(t, configOf(s), env)
			s.AddPart(102, intercomtest.Part{HTML: "<p>not known to the search yet</p>", By: who})
			now = now.Add(time.Minute)
			first, _, end := readAll(t, src, desk.KindTicket, "")
			if len(texts(t, first)) != 9 {
				t.Fatalf("%d at first, want 9", len(texts(t, first)))
			}
			now = now.Add(20 * time.Minute)
			s.Delete(103)
			s.ChangeTalk(104, func(k *intercomtest.Talk) { k.State = "snoozed" })
			s.ChangeTicket(109, func(k *intercomtest.Standing) { k.State = "resolved" })
			now = now.Add(6 * time.Minute)
			delta, _, _ := readAll(t, src, desk.KindTicket, end)
			got := map[desk.ID]*desk.Ticket{}
			for _, r := range delta {
				got[r.About().ID] = r.(*desk.Ticket)
			}
			if got["102"] == nil || len(got["102"].Messages) != 2 || got["104"] == nil || got["104"].Status != desk.StatusPending || got["109"] == nil || got["109"].Status != desk.StatusSolved {
				t.Errorf("the delta has %v", got)
			}
			if gone := got["103"] != nil && got["103"].Deleted; gone == s.NoDeleted || got["101"] != nil {
				t.Errorf("deleted ones: %+v, %+v", got["103"], got["101"])
			}
			if len(got) > 6 {
				t.Errorf("%d were read again", len(got))
			}
		})
	}
}

// A reading that is stopped goes on where it was, whether the search keeps to the order that
// it is asked for or gives the newest first.
func TestReadingGoesOn(t *testing.T) {
	for _, unsorted := range []bool{false, true} {
		s := intercomtest.New()
		s.NoSort = unsorted
		who := s.AddContact(intercomtest.Contact{Name: "A", Email: "a@a.test"})
		for i := range 9 {
			s.AddTalk(intercomtest.Talk{Contacts: []string{who}, HTML: "<p>x</p>", At: time.Now().Add(time.Duration(i-20) * time.Hour)})
		}
		src := sourceOf(t, configOf(s), envOf(t, s.Transport()))
		got, cursor := map[desk.ID]bool{}, connectors.Cursor("")
		for stops := 0; stops < 30 && len(got) < 9; stops++ {
			n := 0
			for it, err := range src.Read(t.Context(), desk.KindTicket, cursor) {
				if err != nil {
					t.Fatal(err)
				}
				got[it.Record.About().ID] = true
				if n++; n == 4+stops/3 {
					cursor = it.Cursor
					break
				}
			}
		}
		if len(got) != 9 {
			t.Errorf("unsorted %t: %d were read of 9", unsorted, len(got))
		}
		_, _, end := readAll(t, src, desk.KindTicket, "")
		if again, _, _ := readAll(t, src, desk.KindTicket, end); len(again) > 1 {
			t.Errorf("unsorted %t: after the end %d come again", unsorted, len(again))
		}
	}
}

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

// A link to a file expires while a run is busy with others; it is asked for anew. So is the
// address of an image inside a text.
func TestLinksThatExpire(t *testing.T) {
	now := time.Now()
	s := intercomtest.New()
	s.Clock = func() time.Time { return now }
	who := s.AddContact(intercomtest.Contact{Name: "A", Email: "a@a.test"})
	image := s.AddImage(intercomtest.File{Name: "p.png", Type: "image/png", Bytes: []byte("picture")})
	id := s.AddTalk(intercomtest.Talk{Contacts: []string{who}, HTML: "<p>x</p>", Files: []intercomtest.File{{Name: "first.txt", Bytes: []byte("first")}}})
	s.AddPart(id, intercomtest.Part{HTML: `<p>see <img src="` + image + `"></p>`, By: who, Files: []intercomtest.File{{Name: "b.txt", Bytes: []byte("second")}}})
	tk := s.AddTalk(intercomtest.Talk{Contacts: []string{who}, Ticket: true})
	s.AddPart(tk, intercomtest.Part{HTML: "<p>y</p>", By: who, Files: []intercomtest.File{{Name: "c.txt", Bytes: []byte("third")}}})
	env := envOf(t, s.Transport())
	env.Now = s.Clock
	got := ticketsOf(t, sourceOf(t, configOf(s), env))
	now = now.Add(2 * time.Hour)
	s.Relink(id, image, s.Fresh(image))
	said := got[idOf(id)].Messages
	for want, f := range map[string]desk.File{"first": said[0].Files[0], "second": said[1].Files[0], "picture": said[1].Files[1], "third": got[idOf(tk)].Messages[0].Files[0]} {
		if b := bytesOf(t, f); string(b) != want {
			t.Errorf("%q came as %q", want, b)
		}
	}
}

// What a call that failed means to a run.
func TestErrors(t *testing.T) {
	body := func(code, said string) string {
		return `{"type":"error.list","request_id":"x","errors":[{"code":"` + code + `","message":"` + said + `"}]}`
	}
	for _, c := range []struct {
		status int
		body   string
		want   error
		says   string
	}{
		{401, body("unauthorized", "Access Token Invalid"), connectors.ErrDenied, "Access Token Invalid"},
		{402, body("api_plan_restricted", "Active subscription needed."), connectors.ErrUnsupported, "Active subscription needed"},
		{403, body("forbidden", "no"), connectors.ErrDenied, "no"},
		{404, body("not_found", "Resource Not Found"), connectors.ErrNotFound, "Resource Not Found"},
		{409, body("conflict", "A contact matching those details already exists with id=5"), connectors.ErrRefused, "already exists with id=5"},
		{422, body("unprocessable_entity", "bad"), connectors.ErrRefused, "unprocessable_entity: bad"},
		{429, body("rate_limit_exceeded", "Exceeded rate limit of 167 in 10_seconds"), connectors.ErrBusy, "Exceeded rate limit"},
		{500, body("server_error", "oops"), connectors.ErrBusy, "oops"},
		{400, `not json`, connectors.ErrRefused, "not json"},
	} {
		s := intercomtest.New()
		s.Fault = func(r *http.Request) intercomtest.Fault {
			if strings.HasPrefix(r.URL.Path, "/companies/") {
				return intercomtest.Fault{Status: c.status, Body: c.body}
			}
			return intercomtest.Fault{}
		}
		_, err := sourceOf(t, configOf(s), envOf(t, s.Transport())).Fetch(t.Context(), desk.KindOrganization, "1")
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%d is %v, want %v", c.status, err, c.want)
		}
	}
}

// The token of another workspace is not taken for this one's.
func TestAnotherWorkspace(t *testing.T) {
	s := intercomtest.New()
	c := configOf(s)
	c.Workspace = "other"
	_, err := sourceOf(t, c, envOf(t, s.Transport())).Describe(t.Context())
	if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "acme1") {
		t.Errorf("it said %v", err)
	}
}
