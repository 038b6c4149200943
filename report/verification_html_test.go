package report_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// hostile are texts of people who mean no good, and of people who do not write from left
// to right.
var hostile = []string{
	`<script>document.title="ran"</script>`, `"><img src=http://evil.test/x onerror=alert(1)>`, `</style><script src=//evil.test/x.js></script>`,
	`{{.Body}}`, `مرحبا، لا يمكنني تسجيل الدخول`, "請求書が届きません。至急ご確認ください", "שלום\u202eevil", strings.Repeat("long ", 60), "=HYPERLINK(\"http://evil.test\")",
}

// proof is a verification that found something of everything.
func proof() *report.Verification {
	h := report.VerifiedHop{
		From: "archive", To: `zendesk <b>"acme"</b>`,
		Kinds: map[desk.Kind]report.Verified{
			desk.KindTicket: {Expected: 12431, There: 12429, LeftOut: 88}, desk.KindMessage: {Expected: 58902, There: 58900},
			desk.KindFile: {Expected: 4711, There: 4711}, desk.KindContact: {Expected: 3004, There: 3004}, desk.KindAgent: {Expected: 12, There: 12},
		},
		Figures: []report.Figure{
			report.TimesFigure(report.FirstResponse, report.Times{Count: 9000, Mean: 3 * time.Hour, Median: 40 * time.Minute}, report.Times{Count: 9000, Mean: 3 * time.Hour, Median: 40 * time.Minute}),
			report.TimesFigure(report.Resolution, report.Times{Count: 12000, Mean: 50 * time.Hour, Median: 20 * time.Hour}, report.Times{Count: 11990, Mean: 49 * time.Hour, Median: 20 * time.Hour}),
			report.ShareFigure(report.Reopened, 80, 1200, 0, 1200),
			report.ShareFigure(report.Satisfied, 310, 340, 310, 340),
			report.TotalFigure("status", "open", 431, 430), report.TotalFigure("status", "closed", 12000, 12000),
			report.TotalFigure("month", "2024-01", 6000, 6000), report.TotalFigure("month", "2024-02", 6431, 6430),
			report.TotalFigure("category", hostile[4], 10, 10), report.TotalFigure("category", hostile[0], 12421, 12420),
			report.TotalFigure("agent", "Zoë Müller", 12000, 12000), report.TotalFigure("agent", "none", 431, 430),
		},
	}
	h.Figures[2].Note = "the target does not keep history"
	for i, class := range report.Classes {
		f := report.Found{Class: class.Class, Kind: desk.KindTicket, Field: []string{"", "subject"}[i%2], Count: 3}
		if class.Class == "lost" {
			f.Count = 100_000
		}
		for n := range 3 {
			f.First = append(f.First, report.Example{
				ID: fmt.Sprint(1000+n, hostile[n]), Target: fmt.Sprint(77_000 + n), Want: hostile[(i+n)%len(hostile)], Got: hostile[(i+n+1)%len(hostile)],
				Detail: "it was changed there after it was written", Old: "https://old.example/tickets/1", New: "javascript:alert(1)",
			})
		}
		m := report.Found{Class: class.Class, Kind: desk.KindMessage, Field: "text", Count: 1, First: []report.Example{{ID: "m1", Ticket: "1000", Target: "77", Detail: hostile[5]}}}
		h.Found = append(h.Found, f, m)
	}
	v := &report.Verification{Project: hostile[0] + " Acme", Began: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), Seconds: 4000, Requests: 20_000, Resumed: true, Hops: []report.VerifiedHop{h}, CSV: "reports/all.csv"}
	v.Problems = []string{"the source changed its address"}
	v.Complete()
	return v
}

func tongue(t *testing.T, name string) report.Tongue {
	t.Helper()
	tongue, err := report.TongueOf(name)
	if err != nil {
		t.Fatal(err)
	}
	return tongue
}

// A page says all of it, loads nothing, runs nothing, and each number leads to its list.
func TestVerificationPage(t *testing.T) {
	v := proof()
	var b bytes.Buffer
	if err := v.HTMLPage(&b, tongue(t, "en")); err != nil {
		t.Fatal(err)
	}
	text := said(t, b.String(), 2*len(report.Classes))
	for _, want := range append([]string{
		v.Line, "The first 3 of 100,000.", "12,431", "the target does not keep history", "−1", "Zoë Müller", "2024-02", "20,000 requests",
	}, hostile[0], hostile[1], hostile[3], hostile[4], hostile[5]) {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q", want)
		}
	}
}

// What could not be looked at is never told as right.
func TestVerificationNeverPromisesWhatItDidNotSee(t *testing.T) {
	v := report.Verification{Hops: []report.VerifiedHop{{
		From: "a", To: "b", Kinds: map[desk.Kind]report.Verified{desk.KindTicket: {Expected: 10, There: 9}},
		Found: []report.Found{{Class: "unseen", Kind: desk.KindTicket, Count: 1, First: []report.Example{{ID: "7", Detail: "it could not be read back: busy"}}}},
	}}}
	v.Complete()
	if want := "9 of 10 tickets, 0 differences in what could be looked at, 1 could not be"; v.Line != want {
		t.Errorf("%q, want %q", v.Line, want)
	}
	var text, page bytes.Buffer
	if err := errors.Join(v.Text(&text), v.HTMLPage(&page, tongue(t, "en"))); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Could not be looked at", "it could not be read back: busy"} {
		if !strings.Contains(text.String(), want) || !strings.Contains(page.String(), want) {
			t.Errorf("it is not said: %q", want)
		}
	}
	if !strings.Contains(page.String(), `class="verdict doubt"`) {
		t.Error("the page looks as if all were well")
	}
}

// It is the same in Russian, to the figures.
func TestVerificationPageInRussian(t *testing.T) {
	v := proof()
	v.Quick, v.Then = true, []report.Step{{Command: "deskhaul sync acme", Why: report.WhySync}}
	v.Hops[0].Sample = &report.Sampled{Of: report.Random, Looked: 400, All: 12431, Differing: 2, Seed: 7}
	v.Hops[0].Sample.Conclude()
	var b bytes.Buffer
	if err := v.HTMLPage(&b, tongue(t, "ru")); err != nil {
		t.Fatal(err)
	}
	text := said(t, b.String(), 2*len(report.Classes))
	for _, want := range []string{
		"12 429 из 12 431 заявки", "Прочитано обратно за 1 ч 6 мин", "только по размеру", "расхождения в 2 из 400 просмотренных заявок", "приёмник не хранит: история статусов",
		"3 ч 0 мин, 40 мин 0 с", "Что делать дальше", "Отсутствует", "Первые 3 из 100 000", "Все – в файле all.csv",
	} {
		if !strings.Contains(strings.ReplaceAll(text, "\u00a0", " "), want) {
			t.Errorf("it does not say %q in %.3000s", want, text)
		}
	}
}
