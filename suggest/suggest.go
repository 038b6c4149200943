// Package suggest guesses what of one system is what of another: custom fields and
// their values, statuses, groups, categories, agents; by name, meaning (in English and
// Russian), spelling, type and values.
//
// A guess never stands alone: it says how sure it is and why, and what came next. What
// nothing is like is among the guesses too, so that nothing is silently dropped. The same
// things give the same guesses, in whatever order they come.
package suggest

import (
	"cmp"
	"math"
	"slices"
)

// Thing is what one system has: a field, an option, a group, an agent.
type Thing struct {
	Name    string   // what the system calls it; of people their address
	Title   string   // what people see, where that is another; of people their name
	Type    string   // as of connectors.Field; "" unknown
	Options []string // the values that it can have; empty if any, or unknown
}

// Guess is what one thing of the source may be at the target.
type Guess struct {
	From Thing
	To   string  // the target's name for it; "" nothing there is like it
	Sure float64 // from 0 to 1, in hundredths; 0 with nothing
	Why  string  // on what it rests, in a few words
	// Next is the runner-up, "" if none comes near, and how sure that would be.
	Next     string
	NextSure float64
	// Tied says that the runner-up is as good: which of them it is somebody has to say.
	Tied bool
	// Taken is what this one is likest to, if another of the source has that, and By
	// which one.
	Taken, By string
	// Rival is another of the source that is as like To, and got nothing or another.
	Rival string
	// With are others of the source that have the same To; values only, which may share.
	With []string
}

// Word is how sure a guess is, in a word.
func (g Guess) Word() string { return Word(g.Sure) }

// The bounds of the words for sureness.
const (
	certain   = 0.90
	likely    = 0.75
	uncertain = 0.55
	// near is how like a runner-up must be to be named.
	near = 0.45
	// tie is how near two are between which a name cannot decide.
	tie = 0.02
)

// Word says how sure something is: certain, likely, uncertain or nothing.
func Word(sure float64) string {
	switch {
	case sure >= certain:
		return "certain"
	case sure >= likely:
		return "likely"
	case sure >= uncertain:
		return "uncertain"
	}
	return "nothing"
}

// Firm tells whether a guess may be acted on before somebody has looked at it.
func (g Guess) Firm() bool { return g.To != "" && g.Sure >= likely && !g.Tied && g.Rival == "" }

// score is how like two things are, and why.
type score struct {
	sure float64
	why  string
}

func (s score) times(by float64) score { return score{s.sure * by, s.why} }

func better(a, b score) score {
	if b.sure > a.sure {
		return b
	}
	return a
}

// Fields matches custom fields: each of the target at most once.
func Fields(from, to []Thing) []Guess { return pair(from, to, likeFields) }

// Shelves matches groups, teams, queues and categories: each of the target at most once.
func Shelves(from, to []Thing) []Guess { return pair(from, to, likeNames) }

// People matches agents by address and name: each of the target at most once.
func People(from, to []Thing) []Guess { return pair(from, to, likePeople) }

// Values matches the options of one field with those of another. Several may become one,
// which With tells.
func Values(from, to []string) []Guess {
	all := newBoard(things(from), things(to), likeValues)
	var out []Guess
	for i := range all.from {
		out = append(out, all.guess(i, all.best(i, nil), nil))
	}
	for i := range out {
		for j := range out {
			if i != j && out[i].To != "" && out[i].To == out[j].To {
				out[i].With = append(out[i].With, out[j].From.Name)
			}
		}
	}
	return out
}

func things(names []string) []Thing {
	out := make([]Thing, len(names))
	for i, name := range names {
		out[i] = Thing{Name: name}
	}
	return out
}

// order sorts things so that it does not matter in which order they came, and leaves out
// what is there twice.
func order(list []Thing) []Thing {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Thing) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Type, b.Type), slices.Compare(a.Options, b.Options))
	})
	return slices.CompactFunc(list, func(a, b Thing) bool { return a.Name == b.Name })
}

func rounded(x float64) float64 { return math.Round(x*100) / 100 }
