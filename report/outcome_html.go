package report

import (
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// What the pages of plan and run share: their classes are what becomes, or became, of
// records.

// troubled are the classes of what did not come, or not as it was.
var troubled = []ClassOf{
	{"failed", "In quarantine", "It is not written, and the reason is known. Mend what keeps it, then take it up again."},
	{"held", "Waiting", "Every run tries it again: it waits for what it refers to, for the target to answer, or for a decision."},
	{"before", "Aside since an earlier run", "It was put aside before, and nothing became of it since."},
	{"lost", "Lost", "The record comes without it: the target has no room for it, it refers to what does not come, or the mapping takes it away."},
	{"kept", "Kept in a private note", "The target has no room for it, and a private note of the ticket holds it."},
	{"conflict", "Conflicts", "Both sides changed it, or two sources say it differently, or its route leads elsewhere now; what becomes of it is settled by the mapping."},
}

// plannedClasses and doneClasses are those of what comes, or came.
var (
	plannedClasses = []ClassOf{
		{"created", "New", "It would be made at the target."},
		{"appended", "Added", "It would be added to a ticket that stands at the target."},
		{"updated", "Updated", "It would be changed at the target, or of a ticket: it would get messages."},
		{"adopted", "Adopted", "It stands at the target already, and is taken for the one of the source."},
		{"unchanged", "Unchanged", "Both sides agree already."},
		{"skipped", "Left out", "It is left out on purpose: by a rule of the mapping, or as a second copy."},
	}
	doneClasses = []ClassOf{
		{"created", "New", "It was made at the target."},
		{"updated", "Updated", "It was changed at the target, or of a ticket: it got messages."},
		{"adopted", "Adopted", "It stood at the target already, and was taken for the one of the source."},
		{"unchanged", "Unchanged", "Both sides agreed already."},
		{"skipped", "Left out", "It was left out on purpose: by a rule of the mapping, or as a second copy."},
	}
)

// wayPage is one leg on the page of a plan or run.
type wayPage struct {
	From, To string
	Unopened string
	Drops    []string // kinds for which there is no room at all
	Numbers  numbers
	Troubled []classPart
	Came     []classPart
}

// way lays out one leg; numbered fills in its numbers.
func (t Tongue) way(id, from, to string, of Listed, came []ClassOf, numbered func(l *lister)) wayPage {
	l := &lister{Tongue: t, id: id, found: of.Found}
	l.bySize()
	p := wayPage{From: from, To: to}
	p.Troubled = l.classes(troubled, func(f *Found, g *groupPart) { l.outcome(f, g, of.Losses) })
	p.Came = l.classes(came, func(f *Found, g *groupPart) { l.outcome(f, g, nil) })
	numbered(l)
	return p
}

// outcome says what is special of a list of a plan or run.
func (l *lister) outcome(f *Found, g *groupPart, losses []Loss) {
	switch f.Class {
	case "failed", "held", "before", "skipped":
		g.What = l.Say("%s: %s", l.Say(plural[f.Kind]), l.reason(connectors.Reason(f.Field)))
		g.Open = f.Count <= fewEnough && f.Class != "skipped"
	case "lost", "kept":
		g.Open = f.Count <= fewEnough && f.Class == "lost"
		if why := l.loss(f.Why); why != "" {
			g.What = l.Say("%s: %s", g.What, why)
		}
		for i := range losses {
			if x := &losses[i]; x.Kind == f.Kind && x.Field == f.Field && x.Why == f.Why && x.Kept == (f.Class == "kept") {
				l.saves(x, g)
			}
		}
	}
}

// saves says what would save a loss.
func (l *lister) saves(x *Loss, g *groupPart) {
	if said := valuesOf(l.Tongue, x); said != "" {
		g.Notes = append(g.Notes, l.Say("What was not taken: %s.", said))
	}
	if x.At != "" {
		g.Notes = append(g.Notes, l.Say("Its value is given by %s.", x.At))
	}
	g.Remark = x.Remark
	for _, save := range x.Save {
		save.Does = l.Say(save.Does)
		g.Saves = append(g.Saves, save)
	}
	if len(g.Saves) == 0 && !x.Kept && x.Remark == "" {
		g.Notes = append(g.Notes, l.Say("No setting saves it."))
	}
}

// saveWords are what the usual settings do that save a loss; others are in the words of who
// knows them.
var saveWords = []string{"the target keeps it", "a private note of each ticket holds it"}

// valuesOf are the values that were not taken, the most frequent first.
func valuesOf(t Tongue, x *Loss) string {
	var said []string
	rest := x.OtherValues
	for i, v := range x.Values {
		if i < fewEnough {
			said = append(said, t.Say("“%s” (%d)", v.Value, v.Count))
		} else {
			rest += v.Count
		}
	}
	if rest > 0 {
		said = append(said, t.Say("others (%d)", rest))
	}
	return strings.Join(said, ", ")
}

// columned is a column of a table of numbers.
type columned struct {
	class, head string
	of          func(desk.Kind) int64
}

// table fills in the numbers of a leg: the columns that have anything, and the kinds.
func (l *lister) table(columns []columned) (n numbers) {
	for _, c := range columns {
		for _, kind := range all {
			if c.of(kind) != 0 {
				n.Heads = append(n.Heads, c.head)
				break
			}
		}
	}
	for _, kind := range all {
		row, any := numbersRow{Kind: l.Say(plural[kind])}, false
		at := 0
		for _, c := range columns {
			if at < len(n.Heads) && n.Heads[at] == c.head {
				cell := l.cell(n.Heads[at], c.class, kind, c.of(kind))
				any = any || cell.Text != ""
				row.Cells = append(row.Cells, cell)
				at++
			}
		}
		if any {
			n.Rows = append(n.Rows, row)
		}
	}
	return n
}
