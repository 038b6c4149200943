package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Verification is what reading the target back has shown, as --json prints it.
type Verification struct {
	Seconds  float64       `json:"seconds"`
	Requests int64         `json:"requests"`
	Hops     []VerifiedHop `json:"hops"`
	Sample   *Sampled      `json:"sample,omitempty"`
	Problems []string      `json:"problems,omitempty"`
	// Differences, Lost, Kept, Waiting, Aside and Added are how many findings of all hops
	// are differences, planned losses, such as a private note holds, new in the source, in
	// quarantine, and written by others.
	Differences int64  `json:"differences"`
	Lost        int64  `json:"lost"`
	Kept        int64  `json:"kept"` // what the target could not keep, and a private note holds
	Waiting     int64  `json:"waiting"`
	Aside       int64  `json:"aside"`
	Added       int64  `json:"added"`
	Line        string `json:"line"` // all of it in one sentence
	Next        []Step `json:"next,omitempty"`
}

// VerifiedHop is one leg.
type VerifiedHop struct {
	From    string                 `json:"from"`
	To      string                 `json:"to"`
	Kinds   map[desk.Kind]Verified `json:"kinds"`
	Found   []Found                `json:"found"`
	Figures []Figure               `json:"figures"`
}

// Verified are the things of one kind.
type Verified struct {
	Expected int64 `json:"expected"` // should stand at the target, those in quarantine included
	There    int64 `json:"there"`
	LeftOut  int64 `json:"left_out"` // by a rule
}

// Found are the findings of one class about one field of one kind.
type Found struct {
	Class string    `json:"class"` // missing, differs, twice, lost, kept, waiting, aside, added
	Kind  desk.Kind `json:"kind"`
	Field string    `json:"field,omitempty"` // "" the whole; of those aside, the reason
	Count int64     `json:"count"`
	First []Example `json:"first"` // the first ones
}

// Example is one finding.
type Example struct {
	ID     string `json:"id"`               // in the source; of what was added, at the target
	Ticket string `json:"ticket,omitempty"` // of a message or file, in the source
	Target string `json:"target,omitempty"` // of the record, or the ticket, at the target
	Want   string `json:"want,omitempty"`
	Got    string `json:"got,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// Figure is one total or key figure on both sides.
type Figure struct {
	Name   string `json:"name"`
	Source string `json:"source"`
	Target string `json:"target"`
}

// Sampled says that not all tickets were looked at.
type Sampled struct {
	Of        string  `json:"of"` // random, or run N
	Looked    int64   `json:"looked"`
	All       int64   `json:"all"`
	Differing int64   `json:"differing"`
	Seed      uint64  `json:"seed,omitempty"`
	AtMost    float64 `json:"at_most,omitempty"` // the share of all that differs, at most, with 95% confidence
}

// Confidence is the share of all tickets that differ, at most, with 95% confidence,
// when so many of a random sample do: the upper bound of Clopper and Pearson.
func Confidence(looked, differing int64) float64 {
	if looked == 0 || differing >= looked {
		return 1
	}
	low, high := float64(differing)/float64(looked), 1.0
	for range 60 {
		mid := (low + high) / 2
		if atMost(looked, differing, mid) > 0.05 {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

// atMost is the probability of k or fewer hits of n, each with probability p.
func atMost(n, k int64, p float64) (sum float64) {
	lg := func(x int64) float64 { v, _ := math.Lgamma(float64(x + 1)); return v }
	for i := range k + 1 {
		sum += math.Exp(lg(n) - lg(i) - lg(n-i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return sum
}

// Complete fills the sums and the line that follow from the hops.
func (v *Verification) Complete() {
	sum := map[desk.Kind]Verified{}
	for _, h := range v.Hops {
		for kind, n := range h.Kinds {
			s := sum[kind]
			s.Expected, s.There, s.LeftOut = s.Expected+n.Expected, s.There+n.There, s.LeftOut+n.LeftOut
			sum[kind] = s
		}
		for _, f := range h.Found {
			*v.of(f.Class) += f.Count
		}
	}
	parts := []string{}
	for _, kind := range []desk.Kind{desk.KindTicket, desk.KindMessage, desk.KindFile} {
		if n := sum[kind]; n.Expected > 0 || kind == desk.KindTicket {
			parts = append(parts, fmt.Sprintf("%s of %s %s", Number(n.There), Number(n.Expected), plural[kind]))
		}
	}
	parts = append(parts, count(v.Differences, "difference", "differences"))
	if v.Lost > 0 {
		parts = append(parts, count(v.Lost, "listed loss", "listed losses")+" as planned")
	}
	if v.Kept > 0 {
		parts = append(parts, Number(v.Kept)+" kept in private notes")
	}
	if v.Aside > 0 {
		parts = append(parts, Number(v.Aside)+" in quarantine")
	}
	if v.Waiting > 0 {
		parts = append(parts, Number(v.Waiting)+" new in the source since the last run")
	}
	v.Line = strings.Join(parts, ", ")
	if s := v.Sample; s != nil && s.AtMost > 0 {
		v.Line += fmt.Sprintf("; a random sample: with 95%% confidence at most %.2g%% of all %s tickets differ", 100*s.AtMost, Number(s.All))
	}
}

func (v *Verification) of(class string) *int64 {
	switch class {
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
	}
	return &v.Differences
}

// titles are what a class of findings is called, in the order in which they matter.
var titles = []struct{ class, title string }{
	{"missing", "Not there"},
	{"twice", "There more than once"},
	{"differs", "Different"},
	{"aside", "In quarantine, or waiting"},
	{"waiting", "New in the source since the last run"},
	{"lost", "Lost as planned"},
	{"kept", "Kept in a private note, as planned"},
	{"added", "Written there by others"},
}

// Text writes the verification for a person to read; the last line is the one to show.
func (v *Verification) Text(w io.Writer) error {
	var b strings.Builder
	for _, h := range v.Hops {
		fmt.Fprintf(&b, "\n%s → %s\n", h.From, h.To)
		h.table(&b)
		for _, t := range titles {
			h.list(&b, t.class, t.title)
		}
		h.figures(&b)
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
	fmt.Fprintf(&b, "\nRead back in %s.\n%s.\n", Duration(time.Duration(v.Seconds*float64(time.Second))), v.Line)
	_, err := io.WriteString(w, b.String())
	return err
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
		what := plural[f.Kind]
		if f.Field != "" {
			what = f.Field + " of " + what
		}
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

// figures writes those that people compare, and of the totals those that differ.
func (h *VerifiedHop) figures(b *strings.Builder) {
	shown := slices.DeleteFunc(slices.Clone(h.Figures), func(f Figure) bool {
		return f.Source == f.Target && strings.Contains(f.Name, ": ")
	})
	if len(shown) == 0 {
		return
	}
	fmt.Fprintf(b, "\n  %-36s %20s %20s\n", "", "source", "target")
	for _, f := range shown {
		fmt.Fprintf(b, "  %-36s %20s %20s\n", f.Name, f.Source, f.Target)
	}
	if n := len(h.Figures) - len(shown); n > 0 {
		fmt.Fprintf(b, "  %s per status, month, category and agent are the same on both sides\n", count(int64(n), "total", "totals"))
	}
}
