package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/report"
)

// sampleOf is a sample that has something of everything, with values that would break a
// page.
func sampleOf() (out []report.SampledTicket) {
	differs, none := int64(3), int64(0)
	why := []report.Trait{
		{Trait: "messages", N: 41}, {Trait: "largest file", N: 5e9}, {Trait: "private notes"}, {Trait: "category", Value: hostile[0]}, {Trait: "deleted agent"}, {Trait: "ordinary"},
	}
	long := strings.Repeat("a long line of words that says nothing at all\n", 40) + hostile[1]
	side := func(text string, note bool) *report.MessageSide {
		return &report.MessageSide{ID: "1", Author: hostile[0], At: "2026-01-01 10:00:00 UTC", To: hostile[1], CC: hostile[2], Subject: hostile[3], Note: note, Text: text, Page: 12_000, Cut: 70_000}
	}
	file := func(name, sum string) *report.FileSide {
		return &report.FileSide{Name: name, Size: 1234, SHA256: strings.Repeat(sum, 64), Inline: true}
	}
	beside := &report.Beside{
		More: 1200, Remarks: []report.Remark{{Class: "lost", Field: "url", Detail: hostile[4]}},
		Cover: []report.CoverRow{
			{Field: "subject", Source: hostile[0], Mapped: hostile[0], There: hostile[1], Remarks: []report.Remark{{Class: "differs"}}},
			{Field: "priority", Source: hostile[2], Mapped: "high", Remarks: []report.Remark{{Class: "lost", Detail: hostile[3]}}},
			{Field: "fields." + hostile[1], Source: strings.Repeat("x", 400), Mapped: strings.Repeat("x", 400), There: strings.Repeat("x", 400)},
			{Field: "created", Source: "2026-01-01 10:00:00 UTC", Mapped: "2026-01-01 10:00:00 UTC", There: "2026-01-02 10:00:00 UTC"},
		},
		Messages: []report.MessageRow{
			{Source: side(long, false), There: side(long, false), Files: []report.FileRow{{Source: file("a.png", "a"), There: file("a.png", "a")}, {Source: file(hostile[0], "b"), There: file(hostile[0], "c"), Remarks: []report.Remark{{Class: "differs", Field: "bytes"}}}}},
			{Source: side(hostile[0], true), There: side(hostile[1], false), Remarks: []report.Remark{{Class: "differs", Field: "note", Detail: "a private note is public"}}},
			{Source: side("plain", false), There: side("plain", false), Files: []report.FileRow{{Source: &report.FileSide{Name: "b", Size: -1}, There: &report.FileSide{Name: "b", Size: 2}}}},
			{Source: side("lost", false), Remarks: []report.Remark{{Class: "missing", Detail: "the message is not in the ticket"}}, Files: []report.FileRow{{Source: &report.FileSide{Name: "b", Size: -1}}}},
			{There: side("ours", true), Ours: true},
			{There: side("theirs", false), Remarks: []report.Remark{{Class: "added"}}},
			{Source: &report.MessageSide{Author: "a", HTML: hostile[0]}, There: &report.MessageSide{}},
		},
	}
	for i, s := range []report.SampledTicket{
		{Differences: &differs, Beside: beside, New: "javascript:alert(1)"}, {Differences: &none, Beside: &report.Beside{Cover: beside.Cover[:1]}}, {Differences: &none, Unread: hostile[5]}, {Unread: hostile[4]},
	} {
		s.From, s.To, s.ID, s.Target, s.Subject, s.Why, s.Old = "archive", hostile[0], fmt.Sprint(i, hostile[1]), fmt.Sprint("t", i), hostile[i], why, "https://old.example/tickets/1"
		out = append(out, s)
	}
	return out
}

// A sample is shown side by side, in each tongue: what differs, what is lost, what is
// private, and what could not be compared.
func TestSampleOnThePage(t *testing.T) {
	for lang, want := range map[string][]string{
		"en": {
			"many messages (41)", "a large file (5.0 GB)", "an agent who is deleted or disabled", "3 differences", "differences in the sample", "no difference", "not compared: ", "not wholly compared: ", "private note",
			"the same bytes", "other bytes", "bytes not compared", "a private note is public", "A note of deskhaul's", "Written there by others", "1,200 more messages are not shown", "It does not stand there.",
		},
		"ru": {"много сообщений (41)", "3 расхождения", "различий нет", "внутренняя заметка", "байты те же", "байты другие", "Ещё 1"},
	} {
		text := said(t, runPage(t, lang), 0)
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: it does not say %q", lang, w)
			}
		}
	}
	if text := said(t, planPage(t, "en"), 0); !strings.Contains(text, "many messages (41)") || strings.Contains(text, "Compared") {
		t.Error("a plan has the sample, and no other side")
	}
}

// A terminal is told in a line a ticket.
func TestSampleInWords(t *testing.T) {
	r := done()
	r.Page = "run.html"
	var b bytes.Buffer
	if err := r.Text(&b); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.Contains(got, "Sample of 4 tickets, each beside its copy in run.html:\n") || strings.Count(got, "; 3 differences\n") != 1 || strings.Count(got, "\n  ticket ") < 4 {
		t.Errorf("%s", got)
	}
}
