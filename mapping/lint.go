package mapping

import (
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// System is what one system has to offer, as far as it is known. What is empty is
// not checked.
type System struct {
	// Fields are the fields of each kind; a kind that is absent is unknown.
	Fields map[desk.Kind][]Field
	// Agents are the addresses of the agents, in lower case.
	Agents []string
	// Groups and Categories are their ids.
	Groups, Categories []string
}

// Field is one field of a kind.
type Field struct {
	Name     string   // as in desk.PrintsOf, or "fields." for any custom field
	Options  []string // the values it can have; empty if any
	Required bool
}

// Finding is something about a mapping that is wrong (Severe: a run would fail or
// put records aside) or worth a look.
type Finding struct {
	Place  strict.Place
	Severe bool
	Text   string
}

// Lint compares the mapping with both systems. Findings are ordered by place.
func (m *Mapping) Lint(source, target System) []Finding {
	if m == nil {
		m = &Mapping{}
	}
	l := &linter{m: m, source: source, target: target, used: map[string]bool{}}
	for _, kind := range kinds() {
		if r := m.rules[kind]; r != nil {
			l.rules(r)
		}
		l.required(kind)
	}
	l.people()
	for name, t := range m.tables {
		if !l.used[name] {
			l.warn(t.place, "table %q is used by no expression", name)
		}
	}
	return l.findings()
}

type linter struct {
	m              *Mapping
	source, target System
	used           map[string]bool // tables
	severe, soft   strict.Mistakes
}

func (l *linter) fail(p strict.Place, format string, args ...any) { l.severe.At(p, format, args...) }
func (l *linter) warn(p strict.Place, format string, args ...any) { l.soft.At(p, format, args...) }

func (l *linter) findings() []Finding {
	var out []Finding
	for i, bad := range []*strict.Mistakes{&l.severe, &l.soft} {
		for _, m := range bad.Sorted() {
			out = append(out, Finding{m.Place, i == 0, m.Text})
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return a.Place.Compare(b.Place) })
	return out
}

func (l *linter) rules(r *rules) {
	for _, e := range r.expressions() {
		l.expression(r.kind, e)
	}
	for _, s := range slices.Concat(r.set, r.defaults) {
		l.setting(r.kind, s)
	}
	for _, t := range r.routes {
		if t.group != "" && len(l.source.Groups) > 0 && !slices.Contains(l.source.Groups, t.group) {
			l.fail(t.place, "route %q leads to the group %q, which the source does not have%s", t.name, t.group, didYouMean(t.group, l.source.Groups))
		}
		if t.category != "" && len(l.source.Categories) > 0 && !slices.Contains(l.source.Categories, t.category) {
			l.fail(t.place, "route %q leads to the category %q, which the source does not have%s", t.name, t.category, didYouMean(t.category, l.source.Categories))
		}
	}
}

// expression checks the custom fields that an expression reads, and the words it
// looks up in tables.
func (l *linter) expression(kind desk.Kind, e *expression) {
	for _, t := range e.tables {
		l.used[t] = true
	}
	if fields, known := l.source.Fields[kind]; known {
		for _, name := range e.reads {
			if find(fields, name) == nil {
				l.warn(e.place, "the source's %ss have no %s%s", kind, name, didYouMean(name, names(fields)))
			}
		}
	}
	for _, look := range e.lookups {
		f := find(l.source.Fields[kind], look.field)
		if f == nil || look.hasDefault {
			continue
		}
		for _, option := range f.Options {
			if _, err := l.m.tables[look.table].look(option); err != nil {
				l.fail(look.place, "the source has the %s %q, but %v", look.field, option, err)
			}
		}
	}
}

// setting checks that the target has the field, and the values it is given as far
// as they are known.
func (l *linter) setting(kind desk.Kind, s setting) {
	fields, known := l.target.Fields[kind]
	if !known {
		return
	}
	f := find(fields, s.name)
	switch {
	case f == nil && s.expr == nil && s.constant == nil:
		return // it is taken away, and nobody misses it
	case f == nil:
		l.warn(s.place, "the target has no field %s of %ss, so it will be lost%s", s.name, kind, didYouMean(s.name, names(fields)))
		return
	}
	if len(f.Options) == 0 {
		return
	}
	for _, v := range l.values(s) {
		if v.text != "" && !slices.Contains(f.Options, v.text) {
			l.fail(v.place, "the target's %s has no option %q%s", s.name, v.text, didYouMean(v.text, f.Options))
		}
	}
}

// values lists what a setting is known to give.
func (l *linter) values(s setting) []placed {
	if v, ok := s.constant.(string); ok {
		return []placed{{place: s.place, text: v}}
	}
	if s.expr == nil {
		return nil
	}
	return s.expr.gives
}

// required checks that what the target insists on comes from somewhere.
func (l *linter) required(kind desk.Kind) {
	from, known := l.source.Fields[kind]
	if !known {
		return
	}
	r := l.m.rules[kind]
	if r == nil {
		r = &rules{}
	}
	for _, f := range l.target.Fields[kind] {
		given := func(s setting) bool { return s.name == f.Name }
		if f.Required && find(from, f.Name) == nil && !slices.ContainsFunc(r.set, given) && !slices.ContainsFunc(r.defaults, given) {
			l.fail(strict.Place{File: "mapping"}, "the target requires %s of %ss, which the source does not have – set it under %s.set", f.Name, kind, plural(kind))
		}
	}
}

func (l *linter) people() {
	p := l.m.people
	for _, from := range slices.Sorted(maps.Keys(p.agents)) {
		to := p.agents[from]
		if from != "*" && len(l.source.Agents) > 0 && !slices.Contains(l.source.Agents, from) {
			l.warn(p.places[from], "the source has no agent %s%s", from, nearest(from, l.source.Agents))
		}
		if len(l.target.Agents) > 0 && !slices.Contains(l.target.Agents, to) {
			l.fail(p.places[to], "the target has no agent %s%s", to, nearest(to, l.target.Agents))
		}
	}
}

func nearest(word string, known []string) string {
	if s := strict.Suggest(word, known); s != "" {
		return " – did you mean " + s + "?"
	}
	return ""
}

// find returns the field of that name; "fields." stands for all custom ones.
func find(fields []Field, name string) *Field {
	for i, f := range fields {
		if f.Name == name || f.Name == "fields." && strings.HasPrefix(name, "fields.") {
			return &fields[i]
		}
	}
	return nil
}

func names(fields []Field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Name)
	}
	return out
}
