package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s: %s", name, d)
	}
}

func run(state checkpoints.RunState) *report.Run {
	r := &report.Run{
		ID: 7, Verb: "migrate", State: state, Seconds: 90, Requests: 12,
		Hops: []report.Hop{
			{From: "mailbox", To: "archive", Seconds: 60, Kinds: checkpoints.Counts{
				desk.KindTicket:  {Read: 12431, Created: 12000, Unchanged: 431},
				desk.KindMessage: {Read: 58902, Created: 58899, Skipped: 2, Failed: 1},
			}},
			{From: "archive", To: "out", Last: true, Seconds: 30, Kinds: checkpoints.Counts{desk.KindTicket: {Read: 1, Adopted: 1}}},
		},
	}
	switch state {
	case checkpoints.RunPartial:
		r.Quarantine = 1
		r.Losses = []report.Loss{{Hop: "archive → out", Kind: desk.KindTicket, Field: "rating", Count: 3, Example: "ratings cannot be written", ID: "1"}}
		r.Next = []report.Step{{Command: "deskhaul quarantine --from 'a&b' acme", Why: "what is aside, and why"}}
	case checkpoints.RunFailed:
		r.Error = "the disk is full"
	default:
	}
	r.Complete()
	return r
}

// What people read at the end of a run, in each way it can end.
func TestRunText(t *testing.T) {
	for _, state := range []checkpoints.RunState{
		checkpoints.RunDone, checkpoints.RunPartial, checkpoints.RunInterrupted, checkpoints.RunFailed,
	} {
		var b bytes.Buffer
		if err := run(state).Text(&b); err != nil {
			t.Fatal(err)
		}
		golden(t, string(state)+".txt", b.Bytes())
	}
}

// Records that wait are not in quarantine, and it is not said that none of them is.
func TestRecordsThatWait(t *testing.T) {
	r := run(checkpoints.RunPartial)
	r.Quarantine, r.Waiting = 0, 2
	var b bytes.Buffer
	if err := r.Text(&b); err != nil {
		t.Fatal(err)
	}
	if out := b.String(); !strings.Contains(out, "but not all of it: 2 records wait; nothing is in quarantine.") || strings.Contains(out, "0 records") {
		t.Errorf("%s", out)
	}
}

// What could not be saved is not said to be.
func TestUnsavedIsNotSaved(t *testing.T) {
	r := run(checkpoints.RunFailed)
	r.Unsaved = true
	var b bytes.Buffer
	if err := r.Text(&b); err != nil || strings.Contains(b.String(), "All that was done is saved") || !strings.Contains(b.String(), "could not be saved") {
		t.Errorf("%v: %s", err, &b)
	}
}

// What the source does not have, and what the mapping took out, is not laid at the target's
// door; and what no setting saves is named once.
func TestLossesAreLaidWhereTheyBelong(t *testing.T) {
	p := &report.Plan{Losses: []report.Loss{
		{Kind: desk.KindTicket, Field: "priority", Why: connectors.WhyValue, Count: 3, Example: "high"},
		{Kind: desk.KindTicket, Field: "reference to contact", Why: connectors.WhyReference, Count: 2, Example: "gone"},
		{Kind: desk.KindMessage, Field: "message.at", Why: connectors.WhyNoRoom, Count: 2, Example: "time"},
		{Kind: desk.KindTicket, Field: "priority", Why: connectors.WhyNoRoom, Count: 1, Example: "no room"},
		{Kind: desk.KindTicket, Field: "subject", Why: connectors.WhyRedacted, Count: 1, Example: "redacted"},
	}}
	p.Complete()
	var b bytes.Buffer
	if err := p.Text(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"The target cannot keep:\n  3 × priority", "It refers to what does not come:\n  2 × reference", "Taken out by the mapping:\n  1 × subject",
		"No setting saves: priority of tickets, at of messages, reference to contact of tickets, subject of tickets.",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, &b)
		}
	}
}

// A loss says whom it befell: a message by its ticket too.
func TestLossesSayWhere(t *testing.T) {
	for _, c := range []struct {
		loss report.Loss
		want string
	}{
		{report.Loss{Kind: desk.KindMessage, Field: "file", Count: 1, Example: `file "12.png" of message m12 is too large`, ID: "m12", Ticket: "2"}, "is too large (ticket 2)"},
		{report.Loss{Kind: desk.KindMessage, Field: "file", Count: 2, Example: "a file is gone", ID: "m12", Ticket: "2"}, "a file is gone (the first: message m12 of ticket 2)"},
		{report.Loss{Kind: desk.KindMessage, Field: "message.text", Count: 1, Example: "ticket 2, message m12: shortened", ID: "m12", Ticket: "2"}, "message m12: shortened\n"},
		{report.Loss{Kind: desk.KindTicket, Field: "file", Count: 1, Example: "message m1: a file is gone", ID: "2"}, "is gone (ticket 2)"},
		{report.Loss{Kind: desk.KindTicket, Field: "tags", Count: 5, Example: "ticket 2: a tag is gone", ID: "2"}, "is gone (the first)"},
		{report.Loss{Kind: desk.KindContact, Field: "phones", Count: 1, Example: "contact 2-1 has too many", ID: "2"}, "too many (contact 2)"},
	} {
		r := report.Run{Losses: []report.Loss{c.loss}}
		var b bytes.Buffer
		if err := r.Text(&b); err != nil || !strings.Contains(b.String(), c.want) {
			t.Errorf("%v: %s", err, &b)
		}
	}
}

// What scripts read: every kind is there, the outer kinds are the last hop's.
func TestRunJSON(t *testing.T) {
	var b bytes.Buffer
	if err := report.JSON(&b, run(checkpoints.RunPartial)); err != nil {
		t.Fatal(err)
	}
	golden(t, "partial.json", b.Bytes())
}

func TestPlan(t *testing.T) {
	p := &report.Plan{
		Command: "deskhaul migrate acme",
		Seconds: 2, Losses: []report.Loss{}, Problems: []string{"the source is gone; planned from what the archive has"},
		Refused: []report.Refusal{{Hop: "archive → out", Kind: desk.KindTicket, ID: "9", Reason: "mapping", Detail: "table \"status\" does not list \"odd\""}},
		Hops: []report.PlannedHop{{From: "archive", To: "out", Last: true, Drops: []desk.Kind{desk.KindGroup}, Kinds: report.PlannedOf(
			checkpoints.Counts{desk.KindTicket: {Read: 3, Created: 1, Updated: 1, Failed: 1}, desk.KindMessage: {Read: 9, Created: 5, Unchanged: 4}},
			2, map[desk.Kind]int64{desk.KindTicket: 1})}},
	}
	p.Causes.Add("archive → out", desk.KindTicket, "", "9", "mapping", p.Refused[0].Detail)
	p.Complete()
	var text, doc bytes.Buffer
	if err := p.Text(&text); err != nil {
		t.Fatal(err)
	}
	golden(t, "plan.txt", text.Bytes())
	if err := report.JSON(&doc, p); err != nil {
		t.Fatal(err)
	}
	golden(t, "plan.json", doc.Bytes())
	p.First = []string{"out: no canary has shown that nobody is mailed"}
	want := "nothing will be until this is settled:\n  out: no canary has shown that nobody is mailed\nThen this does it:\n  deskhaul migrate acme\n"
	if said := text.String(); strings.Contains(said, "until") {
		t.Error(said)
	}
	text.Reset()
	if err := p.Text(&text); err != nil || !strings.HasSuffix(text.String(), want) {
		t.Errorf("%v %s", err, &text)
	}
}
