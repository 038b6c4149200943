package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Verification is what reading the target back has shown, as --json prints it.
type Verification struct {
	Project  string        `json:"-"`
	Began    time.Time     `json:"began"`
	Resumed  bool          `json:"resumed"` // it went on where one before was broken off
	Quick    bool          `json:"quick"`   // files by their sizes alone
	Seconds  float64       `json:"seconds"` // of all its parts
	Requests int64         `json:"requests"`
	Hops     []VerifiedHop `json:"hops"`
	Sample   *Sampled      `json:"sample,omitempty"` // of the first hop
	Problems []string      `json:"problems,omitempty"`
	// HTML and CSV are the files that it was written to.
	HTML string `json:"html,omitempty"`
	CSV  string `json:"csv,omitempty"`
	// Differences, Unseen, Lost, Kept, Waiting, Aside, Added, Past and Settled are how many
	// findings of all hops are differences, not to be looked at, planned losses, such as a
	// private note holds, not written yet, in quarantine, written by others, gone from the
	// source, and settled.
	Differences int64  `json:"differences"`
	Unseen      int64  `json:"unseen"`
	Lost        int64  `json:"lost"`
	Kept        int64  `json:"kept"` // what the target could not keep, and a private note holds
	Waiting     int64  `json:"waiting"`
	Aside       int64  `json:"aside"`
	Added       int64  `json:"added"`
	Past        int64  `json:"past"`
	Settled     int64  `json:"settled"`
	Line        string `json:"line"` // all of it in one sentence
	Next        []Step `json:"next,omitempty"`
	// Then are commands that the page tells of.
	Then []Step `json:"-"`
}

// VerifiedHop is one leg.
type VerifiedHop struct {
	From    string                 `json:"from"`
	To      string                 `json:"to"`
	Kinds   map[desk.Kind]Verified `json:"kinds"`
	Found   []Found                `json:"found"`
	Figures []Figure               `json:"figures"`
	Sample  *Sampled               `json:"sample,omitempty"`
}

// Verified are the things of one kind.
type Verified struct {
	Expected int64 `json:"expected"` // should stand at the target, those in quarantine included
	There    int64 `json:"there"`
	LeftOut  int64 `json:"left_out"` // by a rule
}

// Found are the findings of one class about one field of one kind.
type Found struct {
	Class string    `json:"class"` // one of Classes
	Kind  desk.Kind `json:"kind"`
	Field string    `json:"field,omitempty"` // "" the whole; of those aside, the reason
	Count int64     `json:"count"`
	First []Example `json:"first"` // the first ones
	// Why and Cause are, on the page of a plan or run, what sort of loss it is, and for what
	// it was put aside or left out.
	Why   connectors.Why `json:"-"`
	Cause string         `json:"-"`
	Alike bool           `json:"-"` // the cause says of each record all that is said of it
}

// Example is one finding.
type Example struct {
	ID     string `json:"id"`               // in the source; of what was added, at the target
	Ticket string `json:"ticket,omitempty"` // of a message or file, in the source
	Target string `json:"target,omitempty"` // of the record, or the ticket, at the target
	Want   string `json:"want,omitempty"`
	Got    string `json:"got,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Old and New are where people open the record, or its ticket.
	Old string `json:"old,omitempty"`
	New string `json:"new,omitempty"`
	// Name is what people call the record, or its ticket; N how many it stands for, 0 one.
	Name string `json:"-"`
	N    int64  `json:"-"`
}

// Complete fills the sums and the line that follow from the hops.
func (v *Verification) Complete() {
	for _, h := range v.Hops {
		if v.Sample == nil {
			v.Sample = h.Sample
		}
		for _, f := range h.Found {
			*v.of(f.Class) += f.Count
		}
	}
	v.Line = v.lineIn(english())
}

// Sum is what all hops have of a kind.
func (v *Verification) Sum(kind desk.Kind) (sum Verified) {
	for _, h := range v.Hops {
		n := h.Kinds[kind]
		sum = Verified{sum.Expected + n.Expected, sum.There + n.There, sum.LeftOut + n.LeftOut}
	}
	return sum
}

// lineIn is all of it in one sentence.
func (v *Verification) lineIn(t Tongue) string {
	parts := []string{t.Say("%d of %d tickets", v.Sum(desk.KindTicket).There, v.Sum(desk.KindTicket).Expected)}
	if n := v.Sum(desk.KindMessage); n.Expected > 0 {
		parts = append(parts, t.Say("%d of %d messages", n.There, n.Expected))
	}
	if n := v.Sum(desk.KindFile); n.Expected > 0 {
		parts = append(parts, t.Say("%d of %d files", n.There, n.Expected))
	}
	differ := t.Say("%d differences", v.Differences)
	if v.Unseen > 0 {
		differ = t.Say("%s in what could be looked at, %d could not be", differ, v.Unseen)
	}
	parts = append(parts, differ)
	add := func(n int64, said string) {
		if n > 0 {
			parts = append(parts, said)
		}
	}
	add(v.Lost, t.Say("%d listed losses as planned", v.Lost))
	add(v.Kept, t.Say("%d kept in private notes", v.Kept))
	add(v.Aside, t.Say("%d in quarantine or waiting", v.Aside))
	add(v.Waiting, t.Say("%d not written yet", v.Waiting))
	out := strings.Join(parts, ", ")
	for _, h := range v.Hops {
		if s := h.Sample; s != nil && s.Most+s.Looked > 0 && s.Of == Random {
			out += "; "
			if len(v.Hops) > 1 {
				out += h.From + " → " + h.To + ": "
			}
			out += s.sentence(t)
		}
	}
	return out
}

// Random is what a sample is of that was drawn at random.
const Random = "random"

func (v *Verification) of(class string) *int64 {
	switch class {
	case "unseen":
		return &v.Unseen
	case "lost":
		return &v.Lost
	case "kept":
		return &v.Kept
	case "waiting":
		return &v.Waiting
	case "aside":
		return &v.Aside
	case "added":
		return &v.Added
	case "past":
		return &v.Past
	case "settled":
		return &v.Settled
	}
	return &v.Differences
}

// Classes are the classes in the order in which they matter.
var Classes = []ClassOf{
	{"missing", "Not there", "It was written, and does not stand at the target any more. A difference."},
	{"twice", "There more than once", "One thing of the source stands at the target several times. A difference."},
	{"differs", "Different", "It stands there and says something else than the source and the mapping. A difference."},
	{"unseen", "Could not be looked at", "Nobody knows whether it is right: the same command looks at it again."},
	{"aside", "In quarantine, or waiting", "It was not written, and a reason is known: see deskhaul quarantine."},
	{"waiting", "Not written yet", "The source has it, and no run has written it so: it came since the last one, that one did not come to it, or it was taken back. The next run brings it."},
	{"lost", "Lost as planned", "The target has no room for it, as the plan and the run told."},
	{"kept", "Kept in a private note, as planned", "The target has no room for it, and a private note of the ticket holds it."},
	{"settled", "Changed since, and settled", "It stays as it is: the agents made it so and are right by the policy, merged it, or the source edited what had been sent."},
	{"past", "Gone from the source", "It was written, the source has it no more, and the target keeps it."},
	{"added", "Written there by others", "Somebody wrote it at the target. It is left alone."},
}

// Text writes the verification for a person to read; the last line is the one to show.
func (v *Verification) Text(w io.Writer) error {
	var b strings.Builder
	for _, h := range v.Hops {
		fmt.Fprintf(&b, "\n%s → %s\n", h.From, h.To)
		h.table(&b)
		for _, c := range Classes {
			h.list(&b, c.Class, c.Title)
		}
		h.figures(&b)
		if s := h.Sample; s != nil && s.Of == Random && s.Seed != 0 {
			fmt.Fprintf(&b, "\nDrawn at random: --seed %d draws the same tickets again.\n", s.Seed)
		}
	}
	for _, p := range v.Problems {
		fmt.Fprintf(&b, "! %s\n", p)
	}
	if len(v.Next) > 0 {
		fmt.Fprintf(&b, "\nNext:\n")
		for _, n := range v.Next {
			fmt.Fprintf(&b, "  %s\n      %s\n", n.Command, n.Why)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", v.spentIn(english()))
	if v.HTML != "" {
		fmt.Fprintf(&b, "Report: %s\n", v.HTML)
	}
	if v.CSV != "" {
		fmt.Fprintf(&b, "All findings: %s\n", v.CSV)
	}
	fmt.Fprintf(&b, "%s.\n", v.Line)
	_, err := io.WriteString(w, b.String())
	return err
}

// spentIn says what it took.
func (v *Verification) spentIn(t Tongue) string {
	out := t.Say("Read back in %s", t.Took(time.Duration(v.Seconds*float64(time.Second))))
	if v.Requests > 0 {
		out = t.Say("%s, with %s", out, t.Say("%d requests", v.Requests))
	}
	if v.Resumed {
		out = t.Say("%s, in several parts since %s", out, v.Began.Local().Format("2006-01-02 15:04"))
	}
	return out + "."
}

func (h *VerifiedHop) table(b *strings.Builder) {
	fmt.Fprintf(b, "  %-14s %11s %11s %11s\n", "", "expected", "there", "left out")
	for _, k := range all {
		n := h.Kinds[k]
		if n == (Verified{}) {
			continue
		}
		out := Number(n.LeftOut)
		if n.LeftOut == 0 {
			out = "–"
		}
		fmt.Fprintf(b, "  %-14s %11s %11s %11s\n", plural[k], Number(n.Expected), Number(n.There), out)
	}
}

func (h *VerifiedHop) list(b *strings.Builder, class, title string) {
	begun := false
	for _, f := range h.Found {
		if f.Class != class {
			continue
		}
		if !begun {
			fmt.Fprintf(b, "\n%s:\n", title)
			begun = true
		}
		what := fieldOf(f.Field, f.Kind)
		fmt.Fprintf(b, "  %s × %s\n", Number(f.Count), what)
		for _, e := range f.First[:min(len(f.First), mostExamples)] {
			fmt.Fprintf(b, "      %s\n", e.line(f.Kind))
		}
	}
}

// mostExamples is how many examples of one finding are printed.
const mostExamples = 3

func (e Example) line(kind desk.Kind) string {
	where := string(kind) + " " + e.ID
	if e.Ticket != "" {
		where += " of ticket " + e.Ticket
	}
	if e.Target != "" && e.Target != e.ID {
		where += fmt.Sprintf(" (there: %s)", e.Target)
	}
	switch {
	case e.Want != "" || e.Got != "":
		where += fmt.Sprintf(": should say %s, says %s", quoted(e.Want), quoted(e.Got))
		if e.Detail != "" {
			where += "; " + e.Detail
		}
	case e.Detail != "":
		where += ": " + e.Detail
	}
	return where
}

func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	return fmt.Sprintf("“%s”", s)
}
