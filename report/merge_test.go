package report_test

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/blend"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// A plan of several sources says what they have in common, and says so if that is nothing.
func TestWhatComesTogetherIsSaid(t *testing.T) {
	sources := []string{"north", "south"}
	for want, r := range map[string]blend.Result{
		"  nothing: no person, shelf, number, tag or field is in several\n": {Sources: sources},
		"  groups of several become one: Support\n":                         {Sources: sources, Same: map[desk.Kind]blend.Same{desk.KindGroup: {Count: 1, First: []blend.Shared{{Name: "Support"}}}}},
		"  2 contacts are 1 person\n      Jane: n/1, s/2 (email j@x.test)\n": {Sources: sources, People: &blend.People{Contacts: 2, Persons: 1, First: []blend.Person{
			{ID: "n/1", Name: "Jane", Of: []desk.ID{"n/1", "s/2"}, By: []string{"email j@x.test"}},
		}}},
		"  field \"size\" of tickets is not the same thing: text in north, number in south\n": {Sources: sources, Fields: []blend.Field{
			{Kind: desk.KindTicket, Name: "size", Types: map[string]string{"north": "text", "south": "number"}},
		}},
	} {
		p := report.Plan{Merges: []report.Merge{{Hop: "archive → all", Result: r}}}
		var b strings.Builder
		if err := p.Text(&b); err != nil {
			t.Fatal(err)
		}
		if said := "What comes together (archive → all): north, south\n" + want; !strings.Contains(b.String(), said) {
			t.Errorf("want %q in:\n%s", said, &b)
		}
	}
}
