package draft

import (
	"slices"
	"strconv"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
	"github.com/deskhaul/deskhaul/suggest"
)

// shelves drafts what groups, or categories, are called at the target.
func (d *Draft) shelves(kind desk.Kind, from End) {
	table := plural(kind)
	live, lines := false, 0
	for _, g := range suggest.Shelves(from.Has[kind], d.to.Has[kind]) {
		if lines++; lines > most {
			d.note("There are more than %d %s; those after %s are not listed here.", most, table, g.From.Name)
			break
		}
		name, to, about := g.From.Name, strict.Quoted(g.To), say(g)
		firm := g.Firm() && d.to.Caps.Has(kind)
		switch {
		case g.To == "":
			to, about = "NAME", d.shelfBecomes(kind, about)
		case desk.Normal(g.To) == desk.Normal(name):
			firm, about = false, about+": it is the one that stands there, without a line"
		}
		live = live || firm
		d.guessed(string(kind), g, firm)
		d.add(string(kind)+" "+name, to, firm, about, "tables", table, name)
	}
	if lines > 0 {
		use := string(kind) + ".name"
		d.add("", quoted("table("+strconv.Quote(table)+", "+use+", "+use+")"), live, "", table, "set", "name")
	}
}

// shelfBecomes says what becomes of a group or category that is like none.
func (d *Draft) shelfBecomes(kind desk.Kind, about string) string {
	switch {
	case d.to.Unasked != "":
		return "not compared: " + d.to.Name + " was not asked"
	case !d.to.Caps.Has(kind):
		return d.to.Name + " has no " + plural(kind) + ": left out, and told as a loss"
	case len(d.to.Has[kind]) == 0:
		return d.to.Name + " has none yet: it is made there"
	}
	return about + ": it is made there"
}

// agents drafts whose work stands in whose name.
func (d *Draft) agents(from End) {
	for n, g := range suggest.People(from.Has[desk.KindAgent], d.to.Has[desk.KindAgent]) {
		if n == most {
			d.note("There are more than %d agents; those after %s are not listed here.", most, g.From.Name)
			break
		}
		address, to, about := g.From.Name, strict.Quoted(g.To), say(g)
		if g.From.Title != "" && g.From.Title != address {
			about = g.From.Title + ": " + about
		}
		firm := g.Firm()
		switch {
		case g.To == "":
			to, about = "NEW@ADDRESS", d.agentBecomes(about)
		case desk.Normal(g.To) == desk.Normal(address):
			firm, about = false, about+", so it needs no line"
		}
		d.guessed("agent", g, firm)
		d.add("agent "+address, to, firm, about, "people", "agents", address)
	}
}

func (d *Draft) agentBecomes(about string) string {
	switch {
	case d.to.Unasked != "":
		return about + "; not compared: " + d.to.Name + " was not asked"
	case !d.to.Caps.Has(desk.KindAgent):
		return about + "; " + d.to.Name + " has no agents: left out, and told as a loss"
	case slices.Contains(d.to.Caps.Adopts, desk.KindAgent):
		return about + "; " + d.to.Name + " makes no agents: invite this one, or name who stands in"
	}
	return about + ": made there"
}
