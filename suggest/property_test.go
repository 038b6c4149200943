package suggest_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/suggest"
)

// some draws things whose names are alike often enough to quarrel.
func some(t *rapid.T, label string) []suggest.Thing {
	name := rapid.OneOf(
		rapid.SampledFrom([]string{"Priority", "priority", "Prio", "Приоритет", "Отдел", "Department", "group", "Team", "Status", "Статус", "cf_status", "製品", "Serial number", "Serial no.", "Контрагент", "Kontragent", ""}),
		rapid.StringMatching(`[a-cа-в ]{0,4}`), rapid.String(),
	)
	option := rapid.SampledFrom([]string{"Low", "Низкий", "High", "Закрыт", "closed", "x", "Да"})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) suggest.Thing {
		return suggest.Thing{
			Name: name.Draw(t, "name"), Title: name.Draw(t, "title"), Type: rapid.SampledFrom([]string{"", "text", "option", "bool"}).Draw(t, "type"),
			Options: rapid.SliceOfN(option, 0, 4).Draw(t, "options"),
		}
	}), 0, 8).Draw(t, label)
}

func matchers() map[string]func(a, b []suggest.Thing) []suggest.Guess {
	return map[string]func(a, b []suggest.Thing) []suggest.Guess{"fields": suggest.Fields, "shelves": suggest.Shelves, "people": suggest.People}
}

// Every thing of the source gets one guess; none of the target's is given twice; a guess is
// as sure as its word says, and what another has is said.
func TestNothingIsDroppedOrSharedSilently(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := some(t, "from"), some(t, "to")
		for what, match := range matchers() {
			given, seen := map[string]string{}, map[string]bool{}
			for _, g := range match(from, to) {
				if seen[g.From.Name] {
					t.Fatalf("%s: two guesses for %q", what, g.From.Name)
				}
				seen[g.From.Name] = true
				if g.To == "" && g.Sure == 0 {
					continue
				}
				if by, twice := given[g.To]; twice {
					t.Fatalf("%s: %q and %q both become %q", what, by, g.From.Name, g.To)
				}
				given[g.To] = g.From.Name
				if g.Word() == "nothing" || g.Sure > 1 || g.NextSure > 1 || g.Why == "" {
					t.Fatalf("%s: %+v", what, g)
				}
				if g.Firm() && (g.Tied || g.Rival != "") {
					t.Fatalf("%s: a tie is taken for settled: %+v", what, g)
				}
			}
			for _, f := range from {
				if !seen[f.Name] {
					t.Fatalf("%s: %q was dropped", what, f.Name)
				}
			}
		}
	})
}

// The order in which things come does not matter.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := some(t, "from"), some(t, "to")
		mixed := func(list []suggest.Thing, label string) []suggest.Thing {
			return rapid.Permutation(slices.Clone(list)).Draw(t, label)
		}
		for what, match := range matchers() {
			if d := cmp.Diff(match(from, to), match(mixed(from, "from again"), mixed(to, "to again"))); d != "" {
				t.Fatalf("%s: %s", what, d)
			}
		}
	})
}
