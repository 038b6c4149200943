package mail

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/desk"
)

func headerOf(t *testing.T, fields string) rfc5322.Header {
	t.Helper()
	h, _, err := rfc5322.ReadHeader(rfc5322.Bytes([]byte(strings.ReplaceAll(fields, "|", "\n") + "\n\n")))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAuthor(t *testing.T) {
	for name, c := range map[string]struct{ fields, id, person string }{
		"plain":            {"From: Jo Ann <Jo@Example.test>", "jo@example.test", "Jo Ann"},
		"munged by a list": {"From: Jo via Pumps <pumps@lists.test>|Reply-To: Jo <jo@example.test>|List-Id: <pumps.lists.test>", "jo@example.test", "Jo"},
		"munged, answers to the list too": {
			"From: Jo via Pumps <pumps@lists.test>|Reply-To: Pumps <pumps@lists.test>, jo@example.test|List-Post: <mailto:pumps@lists.test>",
			"jo@example.test", "Jo",
		},
		"munged without a trace": {"From: Jo via Pumps <pumps@lists.test>|List-Id: <pumps.lists.test>", "pumps@lists.test/jo", "Jo"},
		"X-Original-From": {
			"From: \"'Jo' via Help\" <help@example.com>|X-Original-From: Jo <jo@example.test>|List-Id: <help.example.com>", "jo@example.test", "Jo",
		},
		"Reply-To is no author otherwise": {"From: Jo <jo@example.test>|Reply-To: Office <office@example.test>", "jo@example.test", "Jo"},
		"no From":                         {"Sender: s@example.test", "s@example.test", ""},
		"no address":                      {"From: jo at example.test (Jo)", "jo at example.test", "Jo"},
	} {
		if p, _ := authorAt(headerOf(t, c.fields)); p.id != c.id || p.name != c.person {
			t.Errorf("%s: got %q %q, want %q %q", name, p.id, p.name, c.id, c.person)
		}
	}
	if p, _ := authorAt(repairAt(headerOf(t, "From: jo at example.test (Jo)"))); p.email != "jo@example.test" {
		t.Errorf("repaired: %q", p.email)
	}
}

func TestPeopleOfATicket(t *testing.T) {
	p := &pile{mails: []string{
		letterOf("Message-ID: <a@x.test>|From: Ann <ann@example.com>|To: Jo <jo@x.test>, help@example.com|Cc: Bo <bo@x.test>|Subject: Offer|Date: Mon, 3 Jun 2019 10:00:00 +0000"),
		letterOf("Message-ID: <b@x.test>|In-Reply-To: <a@x.test>|From: Jo Doe <jo@x.test>|To: help@example.com|Subject: Re: Offer|Date: Mon, 3 Jun 2019 11:00:00 +0000"),
	}}
	s := pileSource(t, p, newPutLog(nil), Options{Agents: Agents{Domains: []string{"example.com"}}, Aliases: map[string]string{"help@example.com": "Help"}})
	tickets, _, _ := readAll(t, s, "")
	ticket := tickets[0]
	if ticket.Requester.ID != "jo@x.test" || len(ticket.Participants) != 1 || ticket.Participants[0].ID != "bo@x.test" {
		t.Errorf("requester %v, participants %v", ticket.Requester, ticket.Participants)
	}
	if ticket.Messages[0].Author != desk.To(desk.KindAgent, "ann@example.com") || ticket.Status != desk.StatusOpen || ticket.Category.ID != "Help" {
		t.Errorf("author %v, status %s, category %v", ticket.Messages[0].Author, ticket.Status, ticket.Category)
	}
	names := map[desk.ID]string{}
	for _, kind := range []desk.Kind{desk.KindContact, desk.KindAgent, desk.KindCategory} {
		for item, err := range s.Read(t.Context(), kind, "") {
			if err != nil {
				t.Fatal(err)
			}
			names[item.Record.About().ID] = string(kind) + " " + called(item.Record)
			if got, err := s.Fetch(t.Context(), kind, item.Record.About().ID); err != nil || called(got) != called(item.Record) {
				t.Errorf("fetch %s: %v", item.Record.About().ID, err)
			}
		}
	}
	if len(names) != 4 || names["jo@x.test"] != "contact Jo Doe" || names["ann@example.com"] != "agent Ann" || names["Help"] != "category Help" {
		t.Errorf("got %q", names)
	}
	if got, err := s.Fetch(t.Context(), desk.KindTicket, ticket.ID); err != nil || len(got.(*desk.Ticket).Messages) != 2 {
		t.Errorf("fetch: %v", err)
	}
}

func authorAt(h rfc5322.Header) (person, desk.Address) { return authorOf(h, listOf(h)) }

// called is what people call a record.
func called(r desk.Record) string {
	switch r := r.(type) {
	case *desk.Agent:
		return r.Name
	case *desk.Contact:
		return r.Name
	case *desk.Category:
		return r.Name
	}
	return ""
}
