// Package draft writes a first mapping from what both ends of a move have: a line for each
// thing of the source, with what it may be at the target, how sure that is and what came
// next. What nobody is sure of stands there as a comment, and so does what is like nothing,
// with what becomes of it.
package draft

import (
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/suggest"
)

// End is what one end of a move has, as far as it told.
type End struct {
	Name   string // as the configuration has it
	Schema connectors.Schema
	Caps   connectors.Caps // of a source its reading, of a target its writing
	// Unasked says why it could not be asked; "" it was.
	Unasked string
	// Shelves and people: names by kind, of agents the address with the name.
	Has map[desk.Kind][]suggest.Thing
	// Partly says that its agents, the last that are listed, are not all here: it took too long.
	Partly bool
	// Swaps are, of a target, values of ticket fields that it does not take, with those
	// that it takes in their place.
	Swaps map[string][]Swap
	// Untried says why, of a target, it is not known which values it takes; "" it is.
	Untried string
}

// Swap is a value that a target does not take.
type Swap struct {
	Value string
	Takes []string
}

// Line is one line of a mapping.
type Line struct {
	// Path are the keys that lead to it, its own last.
	Path  []string
	Value string // as YAML
	Live  bool   // it stands in the file, and is no comment
	Say   string // the comment behind it
	// Of names the thing of the source that it is about, the same each time; "" it is about
	// none.
	Of string
}

// Guess is one of the guesses, for scripts.
type Guess struct {
	Kind   string   `json:"kind"` // ticket field, group, agent, …
	From   string   `json:"from"`
	To     string   `json:"to,omitempty"`
	Sure   float64  `json:"sure"`
	Word   string   `json:"word"`
	Why    string   `json:"why,omitempty"`
	Next   string   `json:"next,omitempty"`
	Unsure float64  `json:"next_sure,omitempty"`
	Taken  string   `json:"taken,omitempty"`
	By     string   `json:"by,omitempty"`
	Tied   bool     `json:"tied,omitempty"`
	Rival  string   `json:"rival,omitempty"`
	With   []string `json:"with,omitempty"`
	// Written says that the mapping acts on it.
	Written bool `json:"written"`
}

// Draft is a first mapping.
type Draft struct {
	Lines   []Line
	Guesses []Guess
	Notes   []string // on the whole
	to      End
}

// most is how many lines of one sort are written: a mapping is read by a person.
const most = 300

// Make drafts a mapping from all sources to a target.
func Make(sources []End, to End) *Draft {
	d := &Draft{to: to}
	from := together(sources)
	d.unasked(sources)
	for _, e := range append(slices.Clone(sources), to) {
		if e.Partly {
			d.note("The agents of %s were not all listed, for that took too long: look whether those that are missing here have other addresses.", e.Name)
		}
	}
	d.values(from)
	for _, kind := range []desk.Kind{desk.KindTicket, desk.KindContact, desk.KindOrganization} {
		d.fields(kind, from)
	}
	d.shelves(desk.KindGroup, from)
	d.shelves(desk.KindCategory, from)
	d.agents(from)
	d.leftovers()
	return d
}

// together puts what several sources have into one: they go through one mapping.
func together(sources []End) End {
	all := End{Has: map[desk.Kind][]suggest.Thing{}}
	for _, s := range sources {
		if all.Name != "" {
			all.Name += ", "
		}
		all.Name += s.Name
		all.Schema.Fields = append(all.Schema.Fields, s.Schema.Fields...)
		for kind, things := range s.Has {
			all.Has[kind] = append(all.Has[kind], things...)
		}
	}
	return all
}

func (d *Draft) unasked(sources []End) {
	for _, e := range sources {
		if e.Unasked != "" {
			d.note("%s could not be asked what it has (%s): what it would bring is not in here. deskhaul init --update adds it.", e.Name, e.Unasked)
		}
	}
	if d.to.Unasked != "" {
		d.note("%s could not be asked what it has (%s), so nothing is compared with it. deskhaul init --update does once it answers.", d.to.Name, d.to.Unasked)
	}
}

// add adds a line about a thing of the source.
func (d *Draft) add(of, value string, live bool, say string, path ...string) {
	d.Lines = append(d.Lines, Line{Path: path, Value: value, Live: live, Say: say, Of: of})
}

// guessed keeps a guess for scripts.
func (d *Draft) guessed(kind string, g suggest.Guess, written bool) {
	from := g.From.Name
	d.Guesses = append(d.Guesses, Guess{
		Kind: kind, From: from, To: g.To, Sure: g.Sure, Word: g.Word(), Why: g.Why, Next: g.Next, Unsure: g.NextSure,
		Taken: g.Taken, By: g.By, Tied: g.Tied, Rival: g.Rival, With: g.With, Written: written,
	})
}

// leftovers offers the private note.
func (d *Draft) leftovers() {
	if d.to.Unasked == "" && d.to.room(desk.KindTicket) == roomForAll {
		return
	}
	d.add("", "note", false, "keeps what "+d.to.Name+" has no room for in a private note of each ticket", "tickets", "leftovers")
}

// plural is what the mapping calls the records of a kind.
func plural(kind desk.Kind) string {
	if kind == desk.KindCategory {
		return "categories"
	}
	return string(kind) + "s"
}
