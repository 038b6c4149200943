package draft

import (
	"slices"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
	"github.com/deskhaul/deskhaul/suggest"
)

const custom = "fields."

// ownStatus is where connectors put a system's own word for a status: it is read, and
// written by none.
const ownStatus = custom + "status"

// room is which custom fields a target has room for.
type room int

const (
	roomForNone room = iota
	roomForSome
	roomForAll // under whatever name
)

func (e End) room(kind desk.Kind) room {
	names, listed := e.Caps.Fields[kind]
	switch {
	case slices.ContainsFunc(e.Schema.Fields, func(f connectors.Field) bool {
		return f.Kind == kind && f.Name != ownStatus && strings.HasPrefix(f.Name, custom)
	}):
		return roomForSome
	case !e.Caps.Has(kind):
		return roomForNone
	case !listed:
		return roomForAll
	case slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, custom) }):
		return roomForSome
	}
	return roomForNone
}

// customs are the custom fields of a kind, under their bare names.
func (e End) customs(kind desk.Kind) (out []suggest.Thing) {
	for _, f := range e.Schema.Fields {
		name, ok := strings.CutPrefix(f.Name, custom)
		if f.Kind != kind || !ok || name == "" || f.Name == ownStatus || has(out, name) {
			continue
		}
		out = append(out, suggest.Thing{Name: name, Title: f.Title, Type: f.Type, Options: f.Options})
	}
	for _, n := range e.Caps.Fields[kind] { // those that the configuration names
		if name, ok := strings.CutPrefix(n, custom); ok && name != "" && !has(out, name) {
			out = append(out, suggest.Thing{Name: name})
		}
	}
	return out
}

func has(list []suggest.Thing, name string) bool {
	return slices.ContainsFunc(list, func(t suggest.Thing) bool { return t.Name == name })
}

// fields drafts what becomes of the custom fields of a kind.
func (d *Draft) fields(kind desk.Kind, from End) {
	own := from.customs(kind)
	switch room := d.to.room(kind); {
	case len(own) > 0 && d.to.Unasked != "":
		for _, t := range own {
			d.stray(kind, t.Name, "not compared: "+d.to.Name+" was not asked")
		}
	case len(own) > 0 && room == roomForAll:
		d.note("%s keeps the custom fields of %s under their own names: %s.", d.to.Name, plural(kind), some(namesOf(own)))
	case room == roomForNone:
		for _, t := range own {
			d.guessed(string(kind)+" field", suggest.Guess{From: t}, false)
			d.stray(kind, t.Name, d.to.Name+" has no room for fields of "+plural(kind)+": left out, and told as a loss"+besides(kind))
		}
	default:
		d.matched(kind, own)
	}
}

func (d *Draft) matched(kind desk.Kind, own []suggest.Thing) {
	there := d.to.customs(kind)
	guesses := suggest.Fields(own, there)
	given := map[string]bool{} // fields of the target that are filled
	for _, g := range guesses {
		if g.To == "" {
			d.guessed(string(kind)+" field", g, false)
			d.stray(kind, g.From.Name, say(g)+": left out, and told as a loss"+besides(kind)+itself(kind, g.From.Name))
			continue
		}
		given[g.To] = given[g.To] || g.Firm()
		d.field(kind, g, there)
	}
	for _, g := range guesses {
		if g.Firm() && g.From.Name != g.To && !given[g.From.Name] {
			d.add("", "{value: null}", true, "it is under its new name", plural(kind), "set", custom+g.From.Name)
		}
	}
	d.required(kind, own, given)
}

// besides says how a field of tickets may be kept all the same.
func besides(kind desk.Kind) string {
	if kind == desk.KindTicket {
		return ", unless leftovers: note keeps it"
	}
	return ""
}

// itself says of a field that is called as one of the ticket's own that this goes by itself.
func itself(kind desk.Kind, name string) string {
	if own := suggest.Standard(name); own != "" && kind == desk.KindTicket {
		return "; the ticket's own " + own + " goes by itself"
	}
	return ""
}

// stray is a field of the source that becomes none.
func (d *Draft) stray(kind desk.Kind, name, why string) {
	d.add(fieldOf(kind, name), quoted(reads(kind, name)), false, why, plural(kind), "set", custom+"NAME")
}

// field drafts one that is likely another.
func (d *Draft) field(kind desk.Kind, g suggest.Guess, there []suggest.Thing) {
	name, to := g.From.Name, custom+g.To
	table := d.options(kind, g, there)
	value := reads(kind, name)
	if table != "" {
		value = value + " == nil ? nil : table(" + strconv.Quote(table) + ", " + value + ", " + value + ")"
	}
	same := name == g.To && table == ""
	d.guessed(string(kind)+" field", g, g.Firm())
	about := say(g)
	if same {
		about += ": it stays as it is, without a line"
	}
	d.add(fieldOf(kind, name), quoted(value), g.Firm() && !same, about, plural(kind), "set", to)
}

// ownTables are names of tables that are not of custom fields.
var ownTables = []string{"status", "priority", "type", "channel", "groups", "categories"}

// options drafts a table of the options of a field. It returns the table's name, "" where
// none is needed, or none can be used.
func (d *Draft) options(kind desk.Kind, g suggest.Guess, there []suggest.Thing) string {
	at := slices.IndexFunc(there, func(t suggest.Thing) bool { return t.Name == g.To })
	takes := there[at].Options
	if len(takes) == 0 || len(g.From.Options) == 0 || g.From.Type == "options" || !g.Firm() {
		return ""
	}
	table := g.To
	if kind != desk.KindTicket || slices.Contains(ownTables, table) {
		table = string(kind) + " " + table
	}
	live := false
	for _, v := range suggest.Values(g.From.Options, takes) {
		if v.From.Name == v.To || v.From.Name == "*" { // which is all others, in a table
			continue
		}
		live = live || v.Firm()
		d.guessed("value of "+string(kind)+" field "+g.From.Name, v, v.Firm())
		value, about := strict.Quoted(v.To), say(v)
		if v.To == "" {
			value, about = "VALUE", about+": left out, and told as a loss; it takes "+some(takes)
		}
		d.add(fieldOf(kind, g.From.Name)+" value "+v.From.Name, value, v.Firm(), about, "tables", table, v.From.Name)
	}
	if !live {
		return ""
	}
	return table
}

// required gives what the target insists on, and no field of the source is like, a value:
// a mapping without one would refuse every record.
func (d *Draft) required(kind desk.Kind, own []suggest.Thing, given map[string]bool) {
	for _, f := range d.to.Schema.Fields {
		name := strings.TrimPrefix(f.Name, custom)
		if f.Kind != kind || !f.Required || name == f.Name || given[name] || has(own, name) {
			continue
		}
		value, ok := stopgap(f)
		d.add("", value, ok, LookAtThis+d.to.Name+" insists on "+title(f)+", and the source has nothing like it", plural(kind), "defaults", f.Name)
	}
}

// stopgap is a value that a required field takes.
func stopgap(f connectors.Field) (value string, ok bool) {
	switch f.Type {
	case "option", "options":
		if len(f.Options) == 0 {
			return "", false
		}
		for _, g := range suggest.Values(f.Options, []string{"other"}) {
			if g.Firm() {
				return "{value: " + strict.Quoted(g.From.Name) + "}", true
			}
		}
		return "{value: " + strict.Quoted(f.Options[0]) + "}", true
	case "number":
		return "{value: 0}", true
	case "bool":
		return "{value: false}", true
	case "text", "":
		return "{value: 'n/a'}", true
	}
	return "", false
}

func title(f connectors.Field) string {
	if f.Title != "" {
		return strconv.Quote(f.Title)
	}
	return strconv.Quote(strings.TrimPrefix(f.Name, custom))
}

// reads is the expression that says what a custom field of a record holds.
func reads(kind desk.Kind, name string) string {
	return string(kind) + ".fields[" + strconv.Quote(name) + "]"
}

func quoted(expression string) string { return strict.Quoted(expression) }

func fieldOf(kind desk.Kind, name string) string { return string(kind) + " field " + name }

func namesOf(things []suggest.Thing) []string {
	out := make([]string, len(things))
	for i, t := range things {
		out[i] = t.Name
	}
	return out
}
