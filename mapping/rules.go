package mapping

import (
	"regexp"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// rules are what happens to the records of one kind, or to messages.
type rules struct {
	kind     desk.Kind
	keep     *expression
	drop     []drop
	set      []setting
	defaults []setting
	redact   []redactor
	add      []string // tags
	remove   []string
	prefix   string // of subjects, with {number} and {id}
	leave    bool   // a private note holds what the target has no room for
	routes   []route
	looks    looks // of all its expressions
}

// drop is a named rule that leaves records out.
type drop struct {
	name string
	when *expression
}

// setting gives a field a value: of an expression, or a constant where expr is nil.
type setting struct {
	name     string
	place    strict.Place
	field    field
	expr     *expression
	constant any
}

// What becomes of what a target has no room for: a private note of each ticket holds
// it, or it is listed in the plan and the report alone.
const (
	leaveNote = "note"
	leaveNone = "none"
)

func (r *rules) idle() bool {
	return r.keep == nil && len(r.drop)+len(r.set)+len(r.defaults)+len(r.redact)+len(r.add)+len(r.remove)+len(r.routes) == 0 &&
		r.prefix == "" && !r.leave
}

// rules reads the part of one kind; n may be nil.
func (c *compiler) rules(n *strict.Node, kind desk.Kind) *rules {
	out := &rules{kind: kind}
	r := strict.Read(n, `"`+plural(kind)+`"`, shapeOf(kind), c.bad)
	if keep := r.Get("keep"); keep != nil {
		out.keep = c.compile(keep, kind, sortBool)
	}
	out.drop = c.drops(r.Get("drop"), kind)
	out.set = c.settings(r.Get("set"), "set", kind)
	out.defaults = c.settings(r.Get("defaults"), "defaults", kind)
	out.redact = readRedactors(r.Get("redact"), c.bad)
	switch kind {
	case desk.KindTicket:
		c.ticketRules(r, out)
	case desk.KindContact:
		r.Get("bring")
	case desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	r.Done()
	out.looks = out.look()
	return out
}

func (c *compiler) ticketRules(r *strict.Reader, out *rules) {
	tags := r.Map("tags")
	out.add, out.remove = tags.Texts("add"), tags.Texts("remove")
	tags.Done()
	if n := r.Get("subject_prefix"); n != nil {
		out.prefix = r.Text("subject_prefix")
		for _, hole := range regexp.MustCompile(`\{[^{}]*\}`).FindAllString(out.prefix, -1) {
			if hole != "{number}" && hole != "{id}" {
				c.bad.At(n.Place, "%s cannot stand in a prefix – {number} and {id} can", hole)
			}
		}
	}
	out.routes = c.routes(r.Get("routes"))
	out.leave = r.Word("leftovers") == leaveNote
}

// look tells what the expressions may look at.
func (r *rules) look() (all looks) {
	for _, e := range r.expressions() {
		all = all.and(e.looks)
	}
	return all
}

// expressions lists every expression of the rules.
func (r *rules) expressions() []*expression {
	var out []*expression
	add := func(e *expression) {
		if e != nil {
			out = append(out, e)
		}
	}
	add(r.keep)
	for _, d := range r.drop {
		add(d.when)
	}
	for _, s := range r.set {
		add(s.expr)
	}
	for _, s := range r.defaults {
		add(s.expr)
	}
	for _, t := range r.routes {
		add(t.when)
	}
	return out
}

func (c *compiler) drops(n *strict.Node, kind desk.Kind) []drop {
	if n == nil {
		return nil
	}
	if n.Kind != strict.Map {
		c.bad.At(n.Place, `"drop" must be a map of names and conditions, like {auto replies: '"auto-reply" in ticket.tags'}, not %s`, n.Kind)
		return nil
	}
	var out []drop
	for _, p := range n.Pairs {
		if p.Key.Value == "keep" {
			c.bad.At(p.Key.Place, `a rule cannot be called "keep" – that is the name of the rule "keep:" itself`)
		}
		out = append(out, drop{p.Key.Value, c.compile(p.Value, kind, sortBool)})
	}
	return out
}

func (c *compiler) settings(n *strict.Node, what string, kind desk.Kind) []setting {
	if n == nil {
		return nil
	}
	if n.Kind != strict.Map {
		c.bad.At(n.Place, "%q must be a map of fields and expressions, not %s", what, n.Kind)
		return nil
	}
	var out []setting
	for _, p := range n.Pairs {
		f, err := fieldOf(kind, p.Key.Value)
		if err != nil {
			c.bad.At(p.Key.Place, "%v", err)
			continue
		}
		out = append(out, c.setting(p, f, kind))
	}
	return out
}

func (c *compiler) setting(p strict.Pair, f field, kind desk.Kind) setting {
	s := setting{name: p.Key.Value, place: p.Value.Place, field: f}
	if p.Value.Kind != strict.Map {
		s.expr = c.compile(p.Value, kind, f.sort)
		c.words(s)
		return s
	}
	r := strict.Read(p.Value, "a constant", constantSchema(f.sort), c.bad)
	r.Get("value") // known to r, also when it is null
	r.Done()
	value := p.Value.Get("value")
	if value == nil {
		c.bad.At(p.Value.Place, `this must be an expression, or a constant like {value: some text}`)
		return s
	}
	v, err := constant(value, f.sort)
	if err == nil {
		s.constant, err = cast(f.sort, v)
	}
	if err != nil {
		c.bad.At(value.Place, "%v", err)
	}
	return s
}

// words checks that the texts that an expression is seen to give can be had by the
// field at all.
func (c *compiler) words(s setting) {
	if s.expr == nil {
		return
	}
	for _, v := range s.expr.gives {
		switch _, err := cast(s.field.sort, v.text); {
		case err != nil && v.table != "":
			c.bad.At(v.place, "table %q fills the %s: %v", v.table, s.name, err)
		case err != nil:
			c.bad.At(v.place, "%v", err)
		}
	}
}

// prefixed puts the old number before a subject; a record without the number
// that the prefix asks for keeps its subject, and so does one that has it already.
func prefixed(prefix string, t *desk.Ticket) string {
	if strings.Contains(prefix, "{number}") && t.Number == "" {
		return t.Subject
	}
	p := strings.NewReplacer("{number}", t.Number, "{id}", string(t.ID)).Replace(prefix)
	if strings.HasPrefix(t.Subject, p) {
		return t.Subject
	}
	return p + t.Subject
}
