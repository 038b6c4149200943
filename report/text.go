package report

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dustin/go-humanize"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// plural is how people call more than one of a kind.
var plural = map[desk.Kind]string{
	desk.KindOrganization: "organisations", desk.KindGroup: "groups", desk.KindAgent: "agents", desk.KindCategory: "categories",
	desk.KindContact: "contacts", desk.KindTicket: "tickets", desk.KindMessage: "messages", desk.KindFile: "files",
}

// Plural is how people call more than one of a kind.
func Plural(k desk.Kind) string { return plural[k] }

// CountOf says how many there are of a kind: 1 group, 2 groups.
func CountOf(n int64, k desk.Kind) string { return count(n, one(k), plural[k]) }

// words says what each outcome means in a table's head.
var words = map[checkpoints.Outcome]string{
	checkpoints.OutcomeCreated: "new", checkpoints.OutcomeAdopted: "adopted", checkpoints.OutcomeUpdated: "updated",
	checkpoints.OutcomeUnchanged: "unchanged", checkpoints.OutcomeSkipped: "skipped", checkpoints.OutcomeHeld: "waiting",
	checkpoints.OutcomeFailed: "quarantined",
}

// Text writes the run for a person to read.
func (r *Run) Text(w io.Writer) error {
	var b strings.Builder
	for _, h := range r.Hops {
		if r.Error != "" && h.empty() {
			continue
		}
		fmt.Fprintf(&b, "\n%s → %s\n", h.From, h.To)
		table(&b, h.Kinds)
	}
	fmt.Fprintf(&b, "\n%s\n", r.sentenceIn(english()))
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "! %s\n", p)
	}
	for _, part := range split(r.Losses) {
		lines(&b, part.title("Not kept by the target"), part.losses)
	}
	lines(&b, "Conflicts, and what becomes of them", r.Conflicts)
	where := " (--html FILE shows each beside its copy)"
	if r.Page != "" {
		where = ", each beside its copy in " + r.Page
	}
	sampleText(&b, r.Sample, where)
	if len(r.Next) > 0 {
		fmt.Fprintf(&b, "\nNext:\n")
		for _, n := range r.Next {
			fmt.Fprintf(&b, "  %s\n      %s\n", n.Command, n.Why)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// line says what was lost, and of several the first that it befell.
func (l Loss) line() string {
	where := l.where()
	switch {
	case l.Count > 1 && where != "":
		where = " (the first: " + where + ")"
	case l.Count > 1:
		where = " (the first)"
	case where != "":
		where = " (" + where + ")"
	}
	return fmt.Sprintf("  %s × %s: %s%s\n", Number(l.Count), l.what(), l.Example, where)
}

// where is whom the example befell, as far as its words do not say it. A message is
// found through its ticket only.
func (l Loss) where() string {
	ticket := l.Ticket
	if l.Kind == desk.KindTicket {
		ticket = l.ID
	}
	var parts []string
	if l.ID != "" && l.Kind != desk.KindTicket && !names(l.Example, l.ID) {
		parts = append(parts, string(l.Kind)+" "+l.ID)
	}
	if ticket != "" && !names(l.Example, "ticket "+ticket) {
		parts = append(parts, "ticket "+ticket)
	}
	return strings.Join(parts, " of ")
}

// names tells whether a text has a word, or several, and not as part of another.
func names(text, word string) bool {
	within := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' }
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		last, _ := utf8.DecodeLastRuneInString(text[:at+i])
		next, _ := utf8.DecodeRuneInString(text[at+i+len(word):])
		if !within(last) && !within(next) {
			return true
		}
		at += i + len(word)
	}
}

// Empty tells whether no hop saw anything.
func (r *Run) Empty() bool {
	for _, h := range r.Hops {
		if !h.empty() {
			return false
		}
	}
	return true
}

// empty tells whether a hop saw nothing.
func (h Hop) empty() bool {
	for _, n := range h.Kinds {
		if n.Read != 0 {
			return false
		}
	}
	return true
}

// table writes the kinds that had anything, with the columns that are not empty.
func table(b *strings.Builder, kinds checkpoints.Counts) {
	var cols []checkpoints.Outcome
	for _, o := range checkpoints.Outcomes {
		for _, k := range all {
			if kinds[k].Of(o) != 0 {
				cols = append(cols, o)
				break
			}
		}
	}
	if len(cols) == 0 {
		b.WriteString("  nothing new\n")
		return
	}
	fmt.Fprintf(b, "  %-14s %10s", "", "read")
	for _, o := range cols {
		fmt.Fprintf(b, " %11s", words[o])
	}
	b.WriteByte('\n')
	for _, k := range all {
		if kinds[k].Read == 0 {
			continue
		}
		fmt.Fprintf(b, "  %-14s %10s", plural[k], Number(kinds[k].Read))
		for _, o := range cols {
			n := Number(kinds[k].Of(o))
			if n == "0" {
				n = "–"
			}
			fmt.Fprintf(b, " %11s", n)
		}
		b.WriteByte('\n')
	}
}

// sentenceIn sums the run up.
func (r *Run) sentenceIn(t Tongue) string {
	d := time.Duration(r.Seconds * float64(time.Second))
	took := Duration(d)
	if t.Name != "en" {
		took = t.Took(d)
	}
	switch r.State {
	case checkpoints.RunDone:
		return t.Say("Done in %s. Nothing is in quarantine, and nothing waits.", took)
	case checkpoints.RunPartial:
		if r.Quarantine == 0 { // after a kill, say, until it is clear what arrived
			return t.Say("Done in %s, but not all of it: %s; nothing is in quarantine.", took, t.Say("%d records wait", r.Waiting))
		}
		aside := t.Say("%d records are in quarantine", r.Quarantine)
		if r.Waiting > 0 {
			aside = t.Say("%s, and %s", aside, t.Say("%d wait", r.Waiting))
		}
		return t.Say("Done in %s, but %s; the rest was moved.", took, aside)
	case checkpoints.RunInterrupted:
		return t.Say("Interrupted after %s. All that was done is saved; the same command goes on from here.", took)
	case checkpoints.RunFailed:
		if r.Unsaved {
			return t.Say("Stopped after %s by an error. What was done last could not be saved and is not counted here: the same command does it again.", took)
		}
		return t.Say("Stopped after %s by an error. All that was done is saved.", took)
	case checkpoints.RunRunning:
	}
	return string(r.State)
}

func count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Number writes a number with separators.
func Number(n int64) string { return humanize.Comma(n) }

// Duration writes a time span as people say it.
func Duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		if d = d.Round(time.Second); d%time.Minute == 0 {
			return strings.TrimSuffix(d.String(), "0s")
		}
		return d.String()
	}
}
