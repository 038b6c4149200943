package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// The pages of plan, run and verification have one form: a table of numbers for each leg,
// and below it the lists that they lead to.

// ClassOf is what a class of things is called, and what it means.
type ClassOf struct{ Class, Title, Means string }

// verdictPart is what a page says above all.
type verdictPart struct {
	Verdict     string // good, doubt or bad
	Line, Spent string
	Tiles       []tile
}

// tiles is the figure of a sentence that begins with it, and what it is of; none of nothing.
func (t Tongue) tiles(n int64, said string) []tile {
	if n == 0 {
		return nil
	}
	figure := t.Say("%d", n)
	return []tile{{figure, strings.TrimSpace(strings.TrimPrefix(said, figure))}}
}

// numbers is the table of a leg: a row for each kind, and a column for each sort of number.
type numbers struct {
	Heads []string
	Rows  []numbersRow
}

type numbersRow struct {
	Kind  string
	Cells []numberCell
}

// numberCell is a number, "" none, with the head of its column and its list, "" none.
type numberCell struct{ Head, Text, To string }

// anchor is a text that leads somewhere; To "" nowhere.
type anchor struct{ Text, To string }

// classPart is the lists of a class.
type classPart struct {
	Class, Title, Means string
	ID                  string
	Of                  []string // how many of which kinds
	Groups              []groupPart
}

// groupPart is one list.
type groupPart struct {
	kind          desk.Kind
	ID            string
	What          string // of what
	Why           string // for what cause, in the words of who said it
	Count         int64
	Open          bool
	More          string // that the list has not all
	Says, Details bool   // there is something in these columns
	Notes         []string
	Saves         []Save
	Remark        string // after them
	List          []exampleRow
}

// exampleRow is one line of a list: what it is in the source, and what at the target.
type exampleRow struct {
	Source, There     anchor
	Name              string // what people call it
	What              string // which message or file of the ticket, or how many
	Want, Got, Detail string
}

// lister makes the lists of one leg.
type lister struct {
	Tongue
	id    string // of the leg on the page
	found []Found
	parts []classPart
}

// fewGroups is how many lists of a class are shown without being asked for.
const fewGroups = 4

// classes are the lists of those classes of which there is anything, in their order.
func (l *lister) classes(of []ClassOf, more func(*Found, *groupPart)) (out []classPart) {
	for _, c := range of {
		part := classPart{Class: c.Class, Title: l.Say(c.Title), Means: l.Say(c.Means), ID: l.id + "-" + c.Class}
		for i := range l.found {
			f := &l.found[i]
			if f.Class != c.Class {
				continue
			}
			g := l.group(f, fmt.Sprintf("%s-%d", part.ID, len(part.Groups)+1))
			if more != nil {
				more(f, &g)
			}
			part.Groups = append(part.Groups, g)
		}
		for i := range part.Groups {
			part.Groups[i].Open = part.Groups[i].Open && i < fewGroups
		}
		part.Of = l.sums(&part)
		if len(part.Groups) > 0 {
			out = append(out, part)
		}
	}
	l.parts = append(l.parts, out...)
	return out
}

// ofFields are classes of what records say, of which one may have several.
var ofFields = []string{"lost", "kept", "conflict", "differs", "settled"}

// sums says how much a class has.
func (l *lister) sums(p *classPart) (out []string) {
	if slices.Contains(ofFields, p.Class) {
		n := int64(0)
		for _, g := range p.Groups {
			n += g.Count
		}
		return []string{l.Say("%d", n)}
	}
	for _, kind := range all {
		if n := p.sum(kind); n > 0 {
			out = append(out, l.many(kind, n))
		}
	}
	return out
}

// bySize puts what is found in the order of the kinds, the most of each first.
func (l *lister) bySize() {
	l.found = slices.Clone(l.found)
	slices.SortStableFunc(l.found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(slices.Index(all, a.Kind), slices.Index(all, b.Kind)), cmp.Compare(b.Count, a.Count))
	})
}

// fewEnough is how many of one sort are shown without being asked for.
const fewEnough = 20

func (l *lister) group(f *Found, id string) groupPart {
	p := groupPart{kind: f.Kind, ID: id, What: l.fieldOf(f.Field, f.Kind), Why: f.Cause, Count: f.Count}
	shown := int64(0)
	for _, e := range f.First {
		shown += max(1, e.N)
		p.Says = p.Says || e.Want != "" || e.Got != ""
		p.Details = p.Details || e.Detail != "" && !f.Alike && f.Why != connectors.WhyNoRoom // the list's name says it
		p.List = append(p.List, l.row(e, f))
	}
	if f.Count > shown {
		p.More = l.Say("The first %d of %d.", shown, f.Count)
	}
	return p
}

func (l *lister) row(e Example, f *Found) exampleRow {
	row := exampleRow{
		Name: e.Name, Want: e.Want, Got: e.Got, Detail: e.Detail,
		Source: anchor{l.Say(string(f.Kind)) + " " + e.ID, e.Old}, There: anchor{e.Target, e.New},
	}
	if e.Ticket == "" {
		return row
	}
	row.Source.Text = l.Say(string(desk.KindTicket)) + " " + e.Ticket
	switch {
	case e.ID != "":
		row.What = l.Say(string(f.Kind)) + " " + e.ID
	case f.Kind == desk.KindMessage || f.Kind == desk.KindFile:
		row.What = l.many(f.Kind, e.N)
	}
	return row
}

// many says how many there are of a kind.
func (t Tongue) many(kind desk.Kind, n int64) string {
	return t.Say("%d "+plural[kind], n)
}

// fieldOf says what a field is of: "subject of tickets", or "tickets" for the whole.
func (t Tongue) fieldOf(field string, kind desk.Kind) string {
	if field == "" {
		return t.Say(plural[kind])
	}
	return t.Say("%s of %s", t.field(field), t.Say(plural[kind]))
}

// cell is a number of a kind, which leads to its lists of a class.
func (l *lister) cell(head, class string, kind desk.Kind, n int64) numberCell {
	c := numberCell{Head: head}
	if n == 0 {
		return c
	}
	c.Text = l.Say("%d", n)
	for _, part := range l.parts {
		for _, g := range part.Groups {
			if part.Class == class && g.kind == kind {
				c.To = g.ID
				return c
			}
		}
	}
	return c
}

// sum is how many of a kind the class has.
func (p *classPart) sum(kind desk.Kind) (n int64) {
	for _, g := range p.Groups {
		if g.kind == kind {
			n += g.Count
		}
	}
	return n
}

// sum is how many of a kind a class has.
func (l *lister) sum(class string, kind desk.Kind) (n int64) {
	for i := range l.parts {
		if l.parts[i].Class == class {
			n += l.parts[i].sum(kind)
		}
	}
	return n
}
