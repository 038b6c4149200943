package mail

import (
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

func headerOf(t *testing.T, fields string) Header {
	t.Helper()
	h, _, err := ReadHeader(Bytes([]byte(strings.ReplaceAll(fields, "|", "\n") + "\n\n")))
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
		if p, _ := authorOf(headerOf(t, c.fields)); p.id != c.id || p.name != c.person {
			t.Errorf("%s: got %q %q, want %q %q", name, p.id, p.name, c.id, c.person)
		}
	}
	if p, _ := authorOf(repairAt(headerOf(t, "From: jo at example.test (Jo)"))); p.email != "jo@example.test" {
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
			names[item.Record.About().ID] = string(kind) + " " + nameOf(item.Record)
			if got, err := s.Fetch(t.Context(), kind, item.Record.About().ID); err != nil || nameOf(got) != nameOf(item.Record) {
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

func TestDateRepair(t *testing.T) {
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	box := time.Date(2002, 3, 4, 5, 6, 7, 0, time.UTC)
	for name, c := range map[string]struct {
		fields string
		box    time.Time
		year   int
		repair bool
	}{
		"true":                    {"Date: Mon, 3 Jun 2019 10:00:00 +0000", time.Time{}, 2019, false},
		"1979, received":          {"Received: by x; Mon, 4 Mar 2002 05:06:07 +0000|Date: Mon, 1 Jan 1979 10:00:00 +0000", time.Time{}, 2002, true},
		"1979, mailbox":           {"Date: Mon, 1 Jan 1979 10:00:00 +0000", box, 2002, true},
		"after its arrival":       {"Date: Mon, 1 Jan 2007 10:00:00 +0000", box, 2002, true},
		"in the future":           {"Date: Mon, 1 Jan 2080 10:00:00 +0000", box, 2002, true},
		"nobody knows":            {"Date: Mon, 1 Jan 1979 10:00:00 +0000", time.Time{}, 1, true},
		"no date but the mailbox": {"Subject: x", box, 2002, false},
	} {
		at, repaired := dateOf(headerOf(t, c.fields), Received{At: c.box}, now)
		if at.Year() != c.year || repaired != c.repair {
			t.Errorf("%s: %v, %v", name, at, repaired)
		}
	}
}

func TestPlainSubject(t *testing.T) {
	rules, err := newTokenRules(nil)
	if err != nil {
		t.Fatal(err)
	}
	for subject, want := range map[string]string{
		"Re: AW: Pump": "pump+", "RE[2]: Pump": "pump+", "Fwd: Pump": "pump", "Отв: Насос": "насос+", "回复：泵": "泵+",
		"[Pumps] Re: [Pumps] Pump": "pump+", "Re: [#4711] Pump": "pump+", "SV:  Pump  2 ": "pump 2+", "Regarding: Pump": "regarding: pump",
		"[PATCH 1/2] pump": "[patch 1/2] pump", "Re:": "+", "": "", "Note: x": "note: x",
	} {
		got, reply := plainSubject(subject, rules)
		if reply {
			got += "+"
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", subject, got, want)
		}
	}
}

func TestClassify(t *testing.T) {
	for fields, want := range map[string]string{
		"From: j@x.test|Subject: Pump":                                                        "",
		"Auto-Submitted: auto-replied|From: j@x.test":                                         "auto-reply",
		"Auto-Submitted: no|From: j@x.test":                                                   "",
		"Precedence: auto_reply|From: j@x.test":                                               "auto-reply",
		"X-Autoreply: yes|From: j@x.test":                                                     "auto-reply",
		"Subject: Abwesenheitsnotiz: Pump|Return-Path: <>|From: j@x.test":                     "auto-reply",
		"Content-Type: multipart/report; report-type=delivery-status|From: m@x.test":          "bounce",
		"X-Failed-Recipients: j@x.test|From: Mail Delivery System <Mailer-Daemon@x.test>":     "bounce",
		"From: MAILER-DAEMON@x.test|Subject: failure notice":                                  "bounce",
		"Content-Type: multipart/report; report-type=disposition-notification|From: j@x.test": "auto-reply",
		"List-Id: <pumps.lists.test>|From: j@x.test":                                          "mailing-list",
		"Precedence: bulk|List-Unsubscribe: <mailto:u@x.test>|From: j@x.test":                 "mailing-list",
		"X-Spam-Flag: YES|From: j@x.test":                                                     "spam",
	} {
		if got := strings.Join(Classify(headerOf(t, fields)), " "); got != want {
			t.Errorf("%s: got %q, want %q", fields, got, want)
		}
	}
}
