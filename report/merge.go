package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/blend"
	"github.com/deskhaul/deskhaul/desk"
)

// Merge is what comes together on a leg where several sources become one.
type Merge struct {
	Hop string `json:"hop"`
	blend.Result
}

// mostMerged is how many of each the terminal shows; the JSON has more.
const mostMerged = 8

// text writes what comes together.
func (m *Merge) text(b *strings.Builder) {
	fmt.Fprintf(b, "\nWhat comes together (%s): %s\n", m.Hop, strings.Join(m.Sources, ", "))
	begun := b.Len()
	defer func() {
		if b.Len() == begun {
			b.WriteString("  nothing: no person, shelf, number, tag or field is in several\n")
		}
	}()
	m.people(b)
	for _, kind := range []desk.Kind{desk.KindOrganization, desk.KindAgent, desk.KindGroup, desk.KindCategory} {
		if s := m.Same[kind]; s.Count > 0 {
			fmt.Fprintf(b, "  %s of several become one: %s%s\n", plural[kind], namesOf(s), more(s.Count, len(s.First)))
		}
	}
	if s := m.Same[desk.KindTicket]; s.Count > 0 {
		fmt.Fprintf(b, "  %s in several, on different tickets: %s%s\n      subject_prefix: '[{number}] ' keeps them in sight, fields.old_number: source + \" \" + ticket.number apart\n",
			count(s.Count, "ticket number", "ticket numbers"), namesOf(s), more(s.Count, len(s.First)))
	}
	m.fields(b)
	if len(m.Tags) > 0 {
		var names []string
		for _, t := range m.Tags[:min(len(m.Tags), mostMerged)] {
			names = append(names, fmt.Sprintf("%s (%s)", t.Name, shares(t.Tickets)))
		}
		fmt.Fprintf(b, "  tags that several have: %s%s\n", strings.Join(names, ", "), more(int64(len(m.Tags)), len(m.Tags)))
	}
	for _, kind := range []desk.Kind{desk.KindGroup, desk.KindCategory} {
		m.shelves(b, kind)
	}
}

func (m *Merge) people(b *strings.Builder) {
	if m.People == nil || m.People.Persons == 0 {
		return
	}
	p := m.People
	fmt.Fprintf(b, "  %s are %s", count(p.Contacts, "contact", "contacts"), count(p.Persons, "person", "persons"))
	if p.Differing > 0 {
		fmt.Fprintf(b, "; of %d they say something differently", p.Differing)
	}
	b.WriteByte('\n')
	shown := slices.Clone(p.First)
	slices.SortStableFunc(shown, func(a, b blend.Person) int { return len(b.Differences) - len(a.Differences) })
	for _, one := range shown[:min(len(shown), mostMerged)] {
		var ids []string
		for _, id := range one.Of {
			ids = append(ids, string(id))
		}
		fmt.Fprintf(b, "      %s: %s (%s)\n", one.Name, strings.Join(ids, ", "), strings.Join(one.By, ", "))
		for _, d := range one.Differences {
			fmt.Fprintf(b, "          %s\n", d)
		}
	}
	if n := p.Persons - int64(min(len(shown), mostMerged)); n > 0 {
		fmt.Fprintf(b, "      and %d more\n", n)
	}
}

func (m *Merge) fields(b *strings.Builder) {
	var same []string
	for _, f := range m.Fields {
		types := map[string]bool{}
		for _, t := range f.Types {
			types[t] = true
		}
		if len(types) == 1 {
			same = append(same, f.Name)
			continue
		}
		var of []string
		for _, source := range m.Sources {
			if t := f.Types[source]; t != "" {
				of = append(of, t+" in "+source)
			}
		}
		fmt.Fprintf(b, "  field %q of %s is not the same thing: %s\n", f.Name, plural[f.Kind], strings.Join(of, ", "))
	}
	if len(same) > 0 {
		fmt.Fprintf(b, "  fields that several have: %s%s\n", strings.Join(same[:min(len(same), mostMerged)], ", "), more(int64(len(same)), len(same)))
	}
}

// shelves is what each team, or queue, will see.
func (m *Merge) shelves(b *strings.Builder, kind desk.Kind) {
	n := 0
	for _, s := range m.Shelves {
		if s.Kind != kind {
			continue
		}
		if n++; n == 1 {
			fmt.Fprintf(b, "  tickets that each %s will have:\n", kind)
		}
		if n <= 2*mostMerged {
			fmt.Fprintf(b, "      %s: %s\n", s.Name, shares(s.Tickets))
		}
	}
	if n > 2*mostMerged {
		fmt.Fprintf(b, "      and %d more\n", n-2*mostMerged)
	}
}

// shares says how many are of which source.
func shares(of map[string]int64) string {
	var out []string
	for _, source := range slices.Sorted(maps.Keys(of)) {
		out = append(out, fmt.Sprintf("%s %s", Number(of[source]), source))
	}
	return strings.Join(out, ", ")
}

func namesOf(s blend.Same) string {
	var names []string
	for _, one := range s.First[:min(len(s.First), mostMerged)] {
		names = append(names, one.Name)
	}
	return strings.Join(names, ", ")
}

// more says how many are not shown.
func more(all int64, listed int) string {
	if n := all - int64(min(listed, mostMerged)); n > 0 {
		return fmt.Sprintf(" and %d more", n)
	}
	return ""
}
