package draft

import (
	"slices"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
	"github.com/deskhaul/deskhaul/suggest"
)

// near are the statuses that come next to one that is not taken.
var near = map[string][]string{
	"new": {"open"}, "open": {"pending", "new"}, "pending": {"open"}, "solved": {"closed"}, "closed": {"solved"},
}

// values drafts tables of the statuses, priorities, types and channels that the target does
// not take.
func (d *Draft) values(from End) {
	var asTheyAre, roomless []string
	for _, field := range []string{"status", "priority", "type", "channel"} {
		words := from.wordsOf(field)
		switch {
		case d.to.Unasked != "" || len(words) == 0:
		case !d.to.Caps.Keeps(desk.KindTicket, field):
			roomless = append(roomless, field)
		case len(d.to.Swaps[field]) == 0:
			if d.to.Untried == "" {
				asTheyAre = append(asTheyAre, field)
			}
		default:
			d.table(field, words)
		}
	}
	if roomless != nil {
		d.note("%s has no room for the %s of tickets: left out, and told as a loss, unless leftovers: note keeps it.", d.to.Name, strings.Join(roomless, " and the "))
	}
	switch {
	case d.to.Unasked != "":
	case d.to.Untried != "":
		d.note("Which statuses, priorities, types and channels %s takes is not known: %s. deskhaul init --update tells it then.", d.to.Name, d.to.Untried)
	case asTheyAre != nil:
		d.note("%s takes as it is, with each value that is known: %s.", d.to.Name, strings.Join(asTheyAre, ", "))
	}
	if types := d.to.wordsOf("type"); len(types) > 0 && len(from.wordsOf("type")) == 0 {
		d.note("Types of tickets that %s takes: %s. Which the source has is not known.", d.to.Name, some(types))
	}
}

// wordsOf are the values that a field may have: those of statuses and priorities are ours,
// of others the source told.
func (e End) wordsOf(field string) (words []string) {
	switch field {
	case "status":
		for _, s := range desk.Statuses {
			words = append(words, string(s))
		}
		return words
	case "priority":
		for _, p := range desk.Priorities {
			words = append(words, string(p))
		}
		return words
	}
	for _, f := range e.Schema.Fields {
		if f.Kind == desk.KindTicket && f.Name == field {
			words = append(words, f.Options...)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

func (d *Draft) table(field string, words []string) {
	live := false
	for _, word := range words {
		at := slices.IndexFunc(d.to.Swaps[field], func(s Swap) bool { return s.Value == word })
		g := suggest.Guess{From: suggest.Thing{Name: word}, To: word, Sure: 1, Why: "taken as it is"}
		if at >= 0 {
			g = instead(word, d.to.Swaps[field][at].Takes)
		}
		firm := g.Firm() && g.To != word
		to, about := strict.Quoted(g.To), say(g)
		if g.To == "" {
			to, about = "VALUE", about+": left out, and told as a loss"
		}
		if at >= 0 && len(d.to.Swaps[field][at].Takes) > 0 {
			about += "; it takes " + some(d.to.Swaps[field][at].Takes)
		}
		live = live || firm
		d.guessed(field, g, firm)
		d.add(field+" "+word, to, firm, about, "tables", field, word)
	}
	use := "ticket." + field
	d.add("", quoted("table("+strconv.Quote(field)+", "+use+", "+use+")"), live, "", "tickets", "set", field)
}

// instead guesses what stands in the place of a value that is not taken.
func instead(word string, takes []string) suggest.Guess {
	for _, next := range near[word] {
		if slices.Contains(takes, next) {
			return suggest.Guess{From: suggest.Thing{Name: word}, To: next, Sure: 0.9, Why: "it comes next to it"}
		}
	}
	return suggest.Values([]string{word}, takes)[0]
}
