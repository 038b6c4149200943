package intercom

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
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
		string(conntest.BytesOf(t, first.Files[0])) != "hello" || string(conntest.BytesOf(t, first.Files[1])) != "picture" || !strings.Contains(first.HTML, `src="cid:`+first.Files[1].CID+`"`) {
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
