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
	Seconds float64      `json:"seconds"`
	Hops    []*UndoneHop `json:"hops"`
}

// UndoneHop is one leg.
type UndoneHop struct {
	From    string              `json:"from"`
	To      string              `json:"to"`
	Deleted map[desk.Kind]int64 `json:"deleted"`
	Left    map[desk.Kind]int64 `json:"left"`
	First   []Left              `json:"first"` // the first of those left
}

// Left is one record that stays at the target.
type Left struct {
	Kind   desk.Kind `json:"kind"`
	ID     string    `json:"id"` // in the source
	Target string    `json:"target"`
	Why    string    `json:"why"`
}

// maxLeft is how many records that stay are listed.
const maxLeft = 1000

// Leg begins a leg.
func (r *Rollback) Leg(from, to string) *UndoneHop {
	h := &UndoneHop{From: from, To: to, Deleted: map[desk.Kind]int64{}, Left: map[desk.Kind]int64{}}
	r.Hops = append(r.Hops, h)
	return h
}

// Add counts one record.
func (h *UndoneHop) Add(kind desk.Kind, id, target string, deleted bool, why string) {
	if deleted {
		h.Deleted[kind]++
		return
	}
	if h.Left[kind]++; len(h.First) < maxLeft {
		h.First = append(h.First, Left{kind, id, target, why})
	}
}

// Text writes it for a person to read.
func (r *Rollback) Text(w io.Writer) error {
	var b strings.Builder
	verb := "would delete"
	if r.Done {
		verb = "deleted"
	}
	for _, h := range r.Hops {
		fmt.Fprintf(&b, "\n%s → %s\n", h.From, h.To)
		fmt.Fprintf(&b, "  %-14s %13s %11s\n", "", verb, "left")
		some := false
		for _, k := range all {
			if h.Deleted[k]+h.Left[k] > 0 {
				some = true
				fmt.Fprintf(&b, "  %-14s %13s %11s\n", plural[k], Number(h.Deleted[k]), Number(h.Left[k]))
			}
		}
		if !some {
			b.WriteString("  nothing of it stands there\n")
		}
		if len(h.First) > 0 {
			b.WriteString("\n  Left:\n")
		}
		for _, l := range h.First {
			fmt.Fprintf(&b, "    %s %s (there: %s): %s\n", l.Kind, l.ID, l.Target, l.Why)
		}
	}
	if r.Done {
		fmt.Fprintf(&b, "\nDone in %s.\n", Duration(time.Duration(r.Seconds*float64(time.Second))))
	} else {
		b.WriteString("\nNothing was deleted. With --yes it is.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
