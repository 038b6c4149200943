package suggest

import (
	"slices"
	"strings"

	"github.com/xrash/smetrics"
)

// How sure each way of being alike is.
const (
	sameName    = 1.0
	sameButFor  = 0.98 // words that say nothing, such as "field"
	sameMeaning = 0.95
	sameLetters = 0.93 // of two alphabets
	alike       = 0.92 // at most
)

// noise are words of names that say nothing of what a thing is.
var noise = []string{"cf", "custom", "field", "fields", "the", "поле", "name", "название", "наименование", "ticket", "заявки", "тикета", "обращения", "issue", "request"}

// likeNames compares by whatever names both have.
func likeNames(a, b Thing) score { return likeAny(a, b, shelfConcept) }

func likeAny(a, b Thing, concept func(string) string) (best score) {
	for _, x := range names(a) {
		for _, y := range names(b) {
			best = better(best, likeName(x, y, concept))
		}
	}
	return best
}

func names(t Thing) []string {
	if t.Title == "" || t.Title == t.Name {
		return []string{t.Name}
	}
	return []string{t.Name, t.Title}
}

// likeName compares two names. concept tells what a name means, "" if that is unknown.
func likeName(x, y string, concept func(string) string) score {
	a, b := words(x), words(y)
	p, q := strings.Join(a, " "), strings.Join(b, " ")
	switch {
	case p == "" || q == "":
		if x == y {
			return score{sameName, "same name"}
		}
		return score{}
	case p == q:
		return score{sameName, "same name"}
	}
	a, b = quiet(a), quiet(b)
	p, q = strings.Join(a, " "), strings.Join(b, " ")
	if p == q {
		return score{sameButFor, "same name"}
	}
	switch c, d := concept(p), concept(q); {
	case c != "" && c == d:
		return score{sameMeaning, "same meaning"}
	case c != "" && d != "":
		return score{}
	}
	if otherAlphabet(p, q) && skeletons(a) == skeletons(b) {
		return score{sameLetters, "same word in other letters"}
	}
	return likeWords(a, b, concept)
}

// quiet leaves out the words that say nothing, unless none is left.
func quiet(list []string) []string {
	out := slices.DeleteFunc(slices.Clone(list), func(w string) bool { return slices.Contains(noise, w) })
	if len(out) == 0 {
		return list
	}
	return out
}

func skeletons(list []string) string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = skeleton(w)
	}
	return strings.Join(out, " ")
}

func otherAlphabet(a, b string) bool {
	a, b = strings.ReplaceAll(a, " ", ""), strings.ReplaceAll(b, " ", "")
	x, y := script(a), script(b)
	return x == 'l' && y == 'c' || x == 'c' && y == 'l'
}

// likeWords compares word by word: each of the longer name with the likest of the other.
func likeWords(a, b []string, concept func(string) string) score {
	if len(a) < len(b) {
		a, b = b, a
	}
	sum := 0.0
	for _, x := range a {
		most := 0.0
		for _, y := range b {
			most = max(most, likeWord(x, y, concept))
		}
		sum += most
	}
	s := sum / float64(len(a)) * alike
	if whole := likeWord(strings.Join(a, ""), strings.Join(b, ""), none) * alike; whole > s {
		s = whole
	}
	return score{s, "alike"}
}

func none(string) string { return "" }

// The bounds of Jaro-Winkler: above spelt it is one word misspelt or shortened, between
// the two it may be, below it is another word. It favours a common beginning, so that it
// finds much alike that is not.
const (
	spelt  = 0.92
	maybe  = 0.86
	maybed = 0.18 // less
)

func likeWord(x, y string, concept func(string) string) float64 {
	if x == y {
		return 1
	}
	switch c, d := meaning(x, concept), meaning(y, concept); {
	case c != "" && c == d:
		return 1
	case c != "" && d != "":
		return 0
	}
	sx, sy := script(x), script(y)
	if sx == 'o' || sy == 'o' || sx == 'd' || sy == 'd' || sx != sy && !otherAlphabet(x, y) {
		return 0 // what is not known letter by letter is the same, or another
	}
	if sx != sy {
		x, y = skeleton(x), skeleton(y)
	} else {
		x, y = latin(x), latin(y)
	}
	if len(x) < 3 || len(y) < 3 {
		return 0
	}
	switch s := smetrics.JaroWinkler(x, y, 0.7, 4); {
	case s >= spelt:
		return s
	case s >= maybe:
		return s - maybed
	}
	return 0
}
