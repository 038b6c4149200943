package report_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/assess"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// unkind is a text that would break a page: markup, and a word without a place to break it.
var unkind = `<script src="http://evil.test/x"></script>"' ` + strings.Repeat("wide", 80)

// found is an assessment with something in every part of it.
func found(t *testing.T) *assess.Assessment {
	t.Helper()
	now := time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	s, err := assess.New(assess.Options{Now: now, Temp: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // of a test
	records := []desk.Record{
		&desk.Organization{Meta: desk.Meta{ID: "o"}, Name: "ООО «Ромашка» " + unkind}, &desk.Group{Meta: desk.Meta{ID: "g"}, Name: "First line"},
		&desk.Category{Meta: desk.Meta{ID: "q"}, Name: unkind}, &desk.Agent{Meta: desk.Meta{ID: "a"}, Name: "田中 Aiko", Email: "aiko@acme.example"},
		&desk.Agent{Meta: desk.Meta{ID: "idle"}, Name: "Idle"},
		&desk.Contact{Meta: desk.Meta{ID: "c"}, Name: unkind, Emails: []string{"c@customer.example", "none"}, Phones: []string{"+7 495 1234567"}, Org: desk.To(desk.KindOrganization, "o")},
		&desk.Contact{Meta: desk.Meta{ID: "d"}, Name: "مرحبا", Emails: []string{"c@customer.example"}},
	}
	for i := range 30 {
		x := &desk.Ticket{
			Meta: desk.Meta{ID: desk.ID(fmt.Sprint("t", i)), URL: "https://desk.example/t/" + fmt.Sprint(i), Created: now.AddDate(-i%4, 0, -i)}, Subject: unkind, Status: desk.StatusSolved,
			Priority: desk.PriorityHigh, Type: "question", Channel: "email", Tags: []string{unkind, fmt.Sprint("tag", i)}, Requester: desk.To(desk.KindContact, "c"),
			Group: desk.To(desk.KindGroup, "g"), Category: desk.To(desk.KindCategory, "q"), Rating: &desk.Rating{Score: "good"},
		}
		x.Solved = x.Created.Add(50 * time.Hour)
		x.SetField("form", unkind)
		x.Messages = []desk.Message{
			{ID: "m0", At: x.Created, Author: x.Requester, From: desk.Address{Email: "noreply@shop.example"}, To: []desk.Address{{Email: "help@acme.example"}}, Text: "GrÃ¼ÃŸe"},
			{ID: "m1", At: x.Created.Add(time.Duration(i) * time.Hour), Author: desk.To(desk.KindAgent, "a"), From: desk.Address{Email: "aiko@acme.example"}, Text: "answer", Files: []desk.File{{Name: unkind, Size: 30 << 20}}},
			{ID: "m2", At: x.Created.Add(time.Duration(i) * 30 * time.Hour), Author: x.Requester, Text: "again"},
		}
		records = append(records, x)
	}
	for _, r := range records {
		if err := s.Add(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	s.Aside(connectors.Aside{Kind: desk.KindTicket, ID: "row 3", Reason: connectors.ReasonUnreadable, Detail: unkind})
	a, err := s.Result(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a.Sources = []string{"old"}
	return a
}

func assessed(t *testing.T, lang string) string {
	t.Helper()
	tongue, err := report.TongueOf(lang)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := report.AssessmentPage(&b, tongue, "acme", found(t)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The page and the summary say all parts, in both languages; nothing of the data becomes
// markup, and no sentence misses a word.
func TestAssessmentIsSaid(t *testing.T) {
	for lang, wants := range map[string][]string{
		"en": {"How much is there?", "Tickets by the year", "Contacts with an address that is none", "noreply@shop.example", "田中 Aiko", "30 tickets", "A last delta after", "Satisfaction"},
		"ru": {"Сколько всего?", "Заявки по году открытия", "Контакты с негодным адресом", "noreply@shop.example", "田中 Aiko", "30 заявок", "Последняя догрузка через", "Довольны"},
	} {
		page := assessed(t, lang)
		tongue, _ := report.TongueOf(lang)
		var text strings.Builder
		if err := report.AssessmentText(&text, tongue, found(t)); err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page does not say %q", lang, want)
			}
			if !strings.Contains(text.String(), want) && want != wants[1] {
				t.Errorf("%s: the summary does not say %q", lang, want)
			}
		}
		for _, bad := range []string{"<script", "%!", "<no value>", `src="http`} {
			if strings.Contains(page, bad) || bad == "%!" && strings.Contains(text.String(), bad) {
				t.Errorf("%s: it says %q", lang, bad)
			}
		}
		if !strings.Contains(page, `<html lang="`+lang+`">`) || !strings.Contains(page, `href="https://desk.example/t/`) {
			t.Errorf("%s: no language, or no way to a ticket", lang)
		}
	}
}
