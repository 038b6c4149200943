package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/number"

	"github.com/deskhaul/deskhaul/blend"
	"github.com/deskhaul/deskhaul/desk"
)

// mergePage is what comes together on a leg, as a page shows it.
type mergePage struct {
	ID, Hop string
	Sources []string
	Persons *personsPart
	Same    []samePart
	Shelves []shelvesPart
}

type personsPart struct {
	Said  string
	First []blend.Person
	More  int64
}

// samePart is what has one name in several sources.
type samePart struct{ What, Count, Names string }

// shelvesPart is a table of shelves or words by source.
type shelvesPart struct {
	Title string
	Rows  []shelfRow
	More  int64
}

type shelfRow struct {
	Name  string
	Cells []string
	sum   int64
}

// mostRows is how many rows of a table a page has.
const mostRows = 100

func (m *Merge) page(t Tongue, id string) mergePage {
	p := mergePage{ID: id, Hop: m.Hop, Sources: m.Sources}
	if n := m.People; n != nil && n.Persons > 0 {
		p.Persons = &personsPart{First: n.First, More: n.Persons - int64(len(n.First)), Said: t.Say("%s; they differ in %d",
			t.Say("%s are %s", t.Say("%d contacts", n.Contacts), t.Say("%d persons", n.Persons)), n.Differing)}
	}
	for _, kind := range []desk.Kind{desk.KindOrganization, desk.KindAgent, desk.KindGroup, desk.KindCategory} {
		if s := m.Same[kind]; s.Count > 0 {
			p.Same = append(p.Same, samePart{t.Say("%s: several become one", t.Say(plural[kind])), cell(t, s.Count), namesOf(s)})
		}
	}
	if s := m.Same[desk.KindTicket]; s.Count > 0 {
		p.Same = append(p.Same, samePart{t.Say("ticket numbers, on different tickets"), cell(t, s.Count), namesOf(s)})
	}
	titles := map[desk.Kind]string{
		desk.KindGroup: t.Say("Tickets that each group will have, by source"), desk.KindCategory: t.Say("Tickets that each category will have, by source"),
	}
	for _, kind := range []desk.Kind{desk.KindGroup, desk.KindCategory} {
		var of []blend.Word
		for _, s := range m.Shelves {
			if s.Kind == kind {
				of = append(of, blend.Word{Name: s.Name, Tickets: s.Tickets})
			}
		}
		p.table(t, titles[kind], of)
	}
	p.table(t, t.Say("Tags that several have, by tickets"), m.Tags)
	p.types(t, m)
	return p
}

// table adds a table of tickets by source.
func (p *mergePage) table(t Tongue, title string, words []blend.Word) {
	part := shelvesPart{Title: title}
	for _, w := range words {
		row := shelfRow{Name: w.Name}
		for _, source := range p.Sources {
			row.sum += w.Tickets[source]
			row.Cells = append(row.Cells, cell(t, w.Tickets[source]))
		}
		part.Rows = append(part.Rows, row)
	}
	slices.SortStableFunc(part.Rows, func(a, b shelfRow) int { return cmp.Compare(b.sum, a.sum) })
	p.add(part)
}

func (p *mergePage) add(part shelvesPart) {
	if n := len(part.Rows); n > mostRows {
		part.Rows, part.More = part.Rows[:mostRows], int64(n-mostRows)
	}
	if len(part.Rows) > 0 {
		p.Shelves = append(p.Shelves, part)
	}
}

func cell(t Tongue, n int64) string {
	if n == 0 {
		return "–"
	}
	return t.p.Sprint(number.Decimal(n))
}

// typeOf is what a custom field holds.
func (t Tongue) typeOf(is string) string {
	switch is {
	case "":
		return "–"
	case "text":
		return t.Say("text")
	case "number":
		return t.Say("number")
	case "yes/no":
		return t.Say("yes/no")
	case "list":
		return t.Say("list")
	}
	return is
}

// types adds the custom fields that several sources have, and of what type.
func (p *mergePage) types(t Tongue, m *Merge) {
	part := shelvesPart{Title: t.Say("Custom fields that several have, and what they hold")}
	for _, f := range m.Fields {
		row := shelfRow{Name: fmt.Sprintf("%s (%s)", f.Name, t.Say(plural[f.Kind]))}
		for _, source := range p.Sources {
			var said []string
			for _, one := range strings.Split(f.Types[source], " or ") {
				said = append(said, t.typeOf(one))
			}
			row.Cells = append(row.Cells, strings.Join(said, ", "))
		}
		part.Rows = append(part.Rows, row)
	}
	p.add(part)
}
