package suggest

import (
	"strings"
	"unicode/utf8"
)

// endings are those of Russian nouns in their cases, longer ones first; nominatives are what
// stands in their place.
var (
	endings     = strings.Fields("ами ями ого его ов ев ей ом ем ой ою ах ях ам ям ия ию ии ие а я ы и у ю е о ь")
	nominatives = []string{"", "а", "я", "ь", "о", "е", "ие", "ия", "и", "ы"}
)

// shortestStem is how many letters of a word say what it is.
const shortestStem = 4

// meaning is what a word means, also in another case than the dictionary has it: of "размер
// клиента" both are known. "" where it is not known.
func meaning(word string, concept func(string) string) string {
	if c := concept(word); c != "" || script(word) != 'c' {
		return c
	}
	for _, end := range endings {
		stem, ok := strings.CutSuffix(word, end)
		if !ok || utf8.RuneCountInString(stem) < shortestStem {
			continue
		}
		for _, n := range nominatives {
			if c := concept(stem + n); c != "" {
				return c
			}
		}
	}
	return ""
}
