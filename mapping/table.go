package mapping

import (
	"fmt"
	"maps"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// table translates words. A word that it does not list is an error unless it
// lists "*".
type table struct {
	name   string
	place  strict.Place
	words  map[string]string
	places map[string]strict.Place // of the values
}

func readTables(n *strict.Node, bad *strict.Mistakes) map[string]*table {
	out := map[string]*table{}
	if n == nil {
		return out
	}
	if n.Kind != strict.Map {
		bad.At(n.Place, `"tables" must be a map of tables, like {status: {Waiting: pending}}, not %s`, n.Kind)
		return out
	}
	for _, p := range n.Pairs {
		out[p.Key.Value] = readTable(p, bad)
	}
	return out
}

func readTable(p strict.Pair, bad *strict.Mistakes) *table {
	t := &table{name: p.Key.Value, place: p.Key.Place, words: map[string]string{}, places: map[string]strict.Place{}}
	if p.Value.Kind != strict.Map {
		bad.At(p.Value.Place, "table %q must be a map, like {Waiting: pending}, not %s", t.name, p.Value.Kind)
		return t
	}
	for _, w := range p.Value.Pairs {
		if !w.Value.Scalar() {
			bad.At(w.Value.Place, `table %q must give a text for %q, not %s – write "" for an empty one`, t.name, w.Key.Value, w.Value.Kind)
			continue
		}
		t.words[w.Key.Value], t.places[w.Key.Value] = w.Value.Value, w.Value.Place
	}
	return t
}

// look translates a word.
func (t *table) look(word string) (string, error) {
	if v, ok := t.words[word]; ok {
		return v, nil
	}
	if v, ok := t.words["*"]; ok {
		return v, nil
	}
	for _, w := range slices.Sorted(maps.Keys(t.words)) {
		if desk.Normal(w) == desk.Normal(word) {
			return "", fmt.Errorf("table %q lists %q, but not %q – add it", t.name, w, word)
		}
	}
	return "", fmt.Errorf(`table %q does not list %q – add it, or "*" for all others`, t.name, word)
}
