//go:build integration && linux

package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// voice is one message as it lies at a target, seen without our code.
type voice struct {
	ticket, subject string
	text            string
	note            bool
	files           []string
	at              time.Time // zero where the target has no time of its own for messages
	solved          string    // "yes", "no"; "" where it is not seen
}

// truth is what was said in the source, ticket by ticket: by those who wrote it there,
// and not by any reader.
type truth struct {
	said   map[string][]string
	solved map[string]bool // where people work
}

func newTruth() *truth { return &truth{map[string][]string{}, map[string]bool{}} }

// people's numbers are above those of mails.
const firstOfPeople = 100_000

// mails notes what appendMails writes.
func (w *truth) mails(from, to int) {
	for i := from; i <= to; i++ {
		said := fmt.Sprint(i)
		if i%7 == 0 {
			said += fmt.Sprintf(" [%d.csv]", i)
		}
		w.add(fmt.Sprintf("Case %d", i/5), said)
	}
}

func (w *truth) add(subject, said string) { w.said[subject] = append(w.said[subject], said) }

// line is a message in the words of the truth; "" if it has no number: what deskhaul
// itself says.
func (v *voice) line() string {
	m := numbered.FindStringSubmatch(v.text)
	if m == nil {
		return ""
	}
	said := m[1]
	if v.note {
		said += " (note)"
	}
	for _, f := range v.files {
		said += " [" + f + "]"
	}
	var n int
	if _, err := fmt.Sscan(m[1], &n); err == nil && n < firstOfPeople && !v.at.IsZero() {
		if want := time.Date(2024, 1, 1, 8, n, 0, 0, time.UTC); !v.at.Equal(want) {
			said += fmt.Sprintf(" dated %s, not %s", v.at, want)
		}
	}
	return said
}

// against compares what lies at a target with the truth, and says what is wrong.
func (w *truth) against(voices []voice) (wrong []string) {
	is, subjects, solved := map[string][]string{}, map[string][]string{}, map[string]string{}
	for _, v := range voices {
		if said := v.line(); said != "" {
			is[v.ticket] = append(is[v.ticket], said)
		}
		if !slices.Contains(subjects[v.subject], v.ticket) {
			subjects[v.subject] = append(subjects[v.subject], v.ticket)
		}
		solved[v.subject] = v.solved
	}
	for subject, want := range w.said {
		ids := subjects[subject]
		switch {
		case len(ids) == 0:
			wrong = append(wrong, fmt.Sprintf("%q is not there", subject))
		case len(ids) > 1:
			wrong = append(wrong, fmt.Sprintf("%q is there %d times: %q", subject, len(ids), ids))
		case !slices.Equal(want, is[ids[0]]):
			wrong = append(wrong, fmt.Sprintf("%q holds %s, not %s", subject, strings.Join(is[ids[0]], ", "), strings.Join(want, ", ")))
		}
		if s, known := w.solved[subject]; known && solved[subject] != "" && s != (solved[subject] == "yes") {
			wrong = append(wrong, fmt.Sprintf("%q is solved: %s, and in the source: %v", subject, solved[subject], s))
		}
	}
	for subject, ids := range subjects {
		if w.said[subject] == nil {
			wrong = append(wrong, fmt.Sprintf("%q (%q) is in no source", subject, ids))
		}
	}
	slices.Sort(wrong)
	return wrong
}
