package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Rollback is what a rollback deleted, or would delete, and what it leaves, as --json
// prints it.
type Rollback struct {
	Done    bool         `json:"done"` // it was carried out
	Of      int64        `json:"of,omitempty"`
	Stopped string       `json:"stopped,omitempty"` // why it broke off
	First   []string     `json:"first,omitempty"`   // what has to be settled before it may delete
	Seconds float64      `json:"seconds"`
	Hops    []*UndoneHop `json:"hops"`
}

// UndoneHop is one leg.
type UndoneHop struct {
	From    string              `json:"from"`
	To      string              `json:"to"`
	Deleted map[desk.Kind]int64 `json:"deleted"`
	Gone    map[desk.Kind]int64 `json:"gone"` // of those deleted, how many were not there any more
	Left    map[desk.Kind]int64 `json:"left"`
	First   []Left              `json:"first"` // the first of those left
	// Cannot says why the target takes back nothing.
	Cannot string `json:"cannot,omitempty"`
	// Overlooked is what people did there that nobody looked at.
	Overlooked string `json:"overlooked,omitempty"`
}

// Left is one record that stays at the target.
type Left struct {
	Kind   desk.Kind `json:"kind"`
	ID     string    `json:"id"`               // in the source
	Ticket string    `json:"ticket,omitempty"` // of a message, in the source
	Target string    `json:"target"`
	Why    string    `json:"why"`
}

// maxLeft is how many records that stay are listed.
const maxLeft = 1000

// Leg begins a leg.
func (r *Rollback) Leg(from, to string) *UndoneHop {
	h := &UndoneHop{From: from, To: to, Deleted: map[desk.Kind]int64{}, Gone: map[desk.Kind]int64{}, Left: map[desk.Kind]int64{}, First: []Left{}}
	r.Hops = append(r.Hops, h)
	return h
}

// Add counts one record that is deleted, or is to be, and whether it was gone already.
func (h *UndoneHop) Add(kind desk.Kind, gone bool) {
	if h.Deleted[kind]++; gone {
		h.Gone[kind]++
	}
}

// Stays counts one that stays.
func (h *UndoneHop) Stays(l Left) {
	if h.Left[l.Kind]++; len(h.First) < maxLeft {
		h.First = append(h.First, l)
	}
}

// Text writes it for a person to read.
func (r *Rollback) Text(w io.Writer) error {
	var b strings.Builder
	some := false
	for _, h := range r.Hops {
		some = some || countAll(h.Deleted) > 0
		fmt.Fprintf(&b, "\n%s → %s\n", h.From, h.To)
		h.text(&b, r)
	}
	switch {
	case r.Stopped != "" && some:
		b.WriteString("\nIt broke off. The same command goes on where it was.\n")
	case r.Stopped != "":
		b.WriteString("\nIt broke off, and nothing was deleted. The same command tries it again.\n")
	case r.Done:
		fmt.Fprintf(&b, "\nDone in %s.\n", Duration(time.Duration(r.Seconds*float64(time.Second))))
	case len(r.First) > 0:
		fmt.Fprintf(&b, "\nNothing was deleted. With --yes it is, once this is settled:\n  %s\n", strings.Join(r.First, "\n  "))
	default:
		b.WriteString("\nNothing was deleted. With --yes it is.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// text writes one leg.
func (h *UndoneHop) text(b *strings.Builder, of *Rollback) {
	if h.Cannot != "" {
		fmt.Fprintf(b, "  %s\n", h.Cannot)
		return
	}
	h.table(b, of)
	if n := countAll(h.Gone); n > 0 {
		fmt.Fprintf(b, "  gone already of these: %s\n", Number(n))
	}
	if h.Overlooked != "" && countAll(h.Deleted) > 0 {
		fmt.Fprintf(b, "\n  %s\n", h.Overlooked)
	}
	h.left(b)
}

// shownLeft is how many records that stay for the same reason are shown one by one.
const shownLeft = 10

// left writes what stays, and why. Of many that stay for one reason only the first are shown.
func (h *UndoneHop) left(b *strings.Builder) {
	if len(h.First) > 0 {
		b.WriteString("\n  Left:\n")
	}
	alike := map[string]int64{}
	var more []string // the reasons of which not all are shown, in order
	for _, l := range h.First {
		about := fmt.Sprintf("%s: %s", plural[l.Kind], strings.ReplaceAll(l.Why, string(l.Kind)+" "+l.ID, string(l.Kind)+" …"))
		if alike[about]++; alike[about] > shownLeft {
			if alike[about] == shownLeft+1 {
				more = append(more, about)
			}
			continue
		}
		there := ""
		if l.Target != "" {
			there = fmt.Sprintf(" (there: %s)", l.Target)
		}
		fmt.Fprintf(b, "    %s%s: %s\n", l.name(), there, l.Why)
	}
	for _, about := range more {
		fmt.Fprintf(b, "    and %s more %s\n", Number(alike[about]-shownLeft), about)
	}
	if rest := countAll(h.Left) - int64(len(h.First)); rest > 0 {
		fmt.Fprintf(b, "    and %s more\n", Number(rest))
	}
	if len(more) > 0 {
		b.WriteString("    --json lists them one by one\n")
	}
}

// table writes how many of each kind. Of a leg that was not looked at to its end it does
// not say that nothing stands there.
func (h *UndoneHop) table(b *strings.Builder, of *Rollback) {
	if countAll(h.Deleted)+countAll(h.Left) == 0 {
		if of.Stopped == "" {
			b.WriteString("  nothing of it stands there\n")
		}
		return
	}
	verb := "would delete"
	if of.Done {
		verb = "deleted"
	}
	fmt.Fprintf(b, "  %-14s %13s %11s\n", "", verb, "left")
	for _, k := range all {
		if h.Deleted[k]+h.Left[k] > 0 {
			fmt.Fprintf(b, "  %-14s %13s %11s\n", plural[k], Number(h.Deleted[k]), Number(h.Left[k]))
		}
	}
}

func (l *Left) name() string {
	if l.Ticket == "" {
		return fmt.Sprintf("%s %s", l.Kind, l.ID)
	}
	return fmt.Sprintf("%s %s of ticket %s", l.Kind, l.ID, l.Ticket)
}

// countAll is how many records there are of all kinds.
func countAll(kinds map[desk.Kind]int64) (n int64) {
	for _, of := range kinds {
		n += of
	}
	return n
}
