package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/imap"
	"github.com/deskhaul/deskhaul/connectors/imap/gmailtest"
)

// The example of tickets as labels of a shared Gmail does what it says. The server is
// made after Gmail's documentation; no Gmail was asked.
func TestTicketsAsLabelsOfGmail(t *testing.T) {
	mail := func(id, from, subject, more string) string {
		return "Message-ID: <" + id + "@x.test>\nFrom: " + from + "\nTo: support@acme.example\nDate: Mon, 3 Jun 2019 10:0" + id[1:] + ":00 +0000\nSubject: " + subject + "\n" + more + "\ntext\n"
	}
	s := gmailtest.New(t,
		gmailtest.Mail{Raw: mail("a1", "j@x.test", "Invoice", ""), Thread: 1, Labels: []string{`\Inbox`, "Status/Waiting", "Assignee/Ann", "Team/Billing", "VIP"}},
		gmailtest.Mail{Raw: mail("a2", "Ann <ann@acme.example>", "Re: Invoice", ""), Thread: 1, Labels: []string{`\Sent`, "Status/Waiting", "Assignee/Ann", "Team/Billing"}},
		gmailtest.Mail{Raw: mail("b3", "k@x.test", "Hose", ""), Thread: 2, Labels: []string{`\Starred`, "Status/Done", "Team/Sales"}},
		gmailtest.Mail{Raw: mail("c4", "l@x.test", "Valve", ""), Thread: 3},
		gmailtest.Mail{Raw: mail("c5", "l@home.test", "Valve", ""), Thread: 3, Labels: []string{"Status/Unknown", "Team/Sales"}},
	)
	dir := t.TempDir()
	examples := imap.Spec().Guide.Examples
	yaml := strings.Replace(examples[0].YAML, "preset: gmail\n", fmt.Sprintf("preset: gmail\n    host: %s\n    port: %d\n    security: none\n", s.Host, s.Port), 1)
	yaml = strings.Replace(yaml, "support@acme.example", gmailtest.User, 1)
	if err := os.WriteFile(filepath.Join(dir, "deskhaul.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GMAIL_PASSWORD", gmailtest.Password)
	run := func() {
		t.Helper()
		mustRun(t, "migrate", "--quiet", dir)
	}
	run()
	want := []string{
		"Hose: solved, , Team/Sales, [flagged], 1 messages",
		"Invoice: pending, ann@acme.example, Team/Billing, [VIP], 2 messages",
		"Valve: open, , Team/Sales, [], 2 messages",
	}
	if d := cmp.Diff(want, gmailTickets(t, filepath.Join(dir, "tickets.jsonl"))); d != "" {
		t.Fatal(d)
	}
	for n := 1; n <= 2; n++ {
		s.Label(n, `\Inbox`, "Status/Done", "Assignee/Ann", "Team/Sales")
	}
	s.Label(3)
	run()
	want = []string{
		"Hose: open, , , [], 1 messages",
		"Invoice: solved, ann@acme.example, Team/Sales, [], 2 messages",
		"Valve: open, , Team/Sales, [], 2 messages",
	}
	if d := cmp.Diff(want, gmailTickets(t, filepath.Join(dir, "tickets.jsonl"))); d != "" {
		t.Error(d)
	}
}

// gmailTickets are the tickets as they came last, one a line.
func gmailTickets(t *testing.T, path string) (out []string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	last := map[string]string{}
	for line := range strings.Lines(string(b)) {
		var x struct {
			Kind, ID, Subject, Status string
			Assignee, Category        struct{ ID string }
			Tags                      []string
			Messages                  []any
		}
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if x.Kind == "ticket" {
			last[x.ID] = fmt.Sprintf("%s: %s, %s, %s, %v, %d messages", x.Subject, x.Status, tail(x.Assignee.ID), tail(x.Category.ID), x.Tags, len(x.Messages))
		}
	}
	for _, l := range last {
		out = append(out, l)
	}
	slices.Sort(out)
	return out
}

// tail is an id without the name of its source.
func tail(id string) string { return strings.TrimPrefix(id, "gmail/") }
