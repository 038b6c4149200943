package suggest

import (
	"slices"
	"strings"
)

// shared are addresses that are no person's.
var shared = []string{"info", "support", "help", "helpdesk", "admin", "office", "sales", "mail", "contact", "noreply", "service", "team"}

// likePeople compares agents. An address is one person; a name, however it is written, or
// the part of an address before its @, is most likely one within a company.
func likePeople(a, b Thing) score {
	x, y := strings.ToLower(strings.TrimSpace(a.Name)), strings.ToLower(strings.TrimSpace(b.Name))
	if x != "" && x == y {
		return score{sameName, "same address"}
	}
	boxX, _, _ := strings.Cut(x, "@")
	boxY, _, _ := strings.Cut(y, "@")
	box := boxX == boxY && len(boxX) >= 3 && !slices.Contains(shared, boxX)
	name := likePersons(a.Title, b.Title)
	switch {
	case box && name >= alike:
		return score{0.97, "same name, same address but for its domain"}
	case name >= 1:
		return score{0.9, "same name"}
	case name >= alike:
		return score{0.85, "same name in other letters"}
	case box:
		return score{0.85, "same address but for its domain"}
	case name > 0:
		return score{name * 0.8, "names alike"}
	}
	return score{}
}

// likePersons compares names of people, whose parts come in any order. One name alone is
// too little.
func likePersons(x, y string) float64 {
	a, b := words(x), words(y)
	if len(a) < 2 || len(b) < 2 {
		return 0
	}
	slices.Sort(a)
	slices.Sort(b)
	if slices.Equal(a, b) {
		return 1
	}
	for _, list := range [][]string{a, b} {
		for i := range list {
			list[i] = skeleton(list[i])
		}
		slices.Sort(list)
	}
	if slices.Equal(a, b) {
		return alike
	}
	if len(a) != len(b) {
		return 0
	}
	return likeWords(a, b, none).sure * 0.9
}
