package strict

import (
	"slices"
	"strings"
	"unicode"

	"github.com/xrash/smetrics"
)

// near is how like a known word must be to be suggested. "prio" and "priority"
// are 0.90 alike, "status" and "state" 0.86.
const near = 0.86

// Suggest returns the known word that was probably meant, or "". Words are
// compared part by part (at "_", "-", "." and spaces), without regard to case.
func Suggest(word string, known []string) string {
	best, score := "", near
	for _, k := range known {
		if s := alike(parts(word), parts(k)); s > score || s == score && best == "" {
			best, score = k, s
		}
	}
	return best
}

// DidYouMean is ` – did you mean "WORD"?`, or a list of what there is where
// nothing is near and the list is short, or "".
func DidYouMean(word string, known []string) string {
	if s := Suggest(word, known); s != "" {
		return ` – did you mean "` + s + `"?`
	}
	if len(known) > 0 && len(known) <= 24 {
		var words []string
		for _, k := range known {
			if k != "" && !slices.Contains(words, k) {
				words = append(words, k)
			}
		}
		return " – there is " + strings.Join(words, ", ")
	}
	return ""
}

func parts(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return r == '_' || r == '-' || r == '.' || unicode.IsSpace(r)
	})
}

// alike is how like two words are, from 0 to 1: the better of the words compared
// as wholes and the mean over their parts, each with the likest part of the other.
func alike(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	whole := smetrics.JaroWinkler(strings.Join(a, ""), strings.Join(b, ""), 0.7, 4)
	if len(a) < len(b) {
		a, b = b, a
	}
	sum := 0.0
	for _, x := range a {
		best := 0.0
		for _, y := range b {
			best = max(best, smetrics.JaroWinkler(x, y, 0.7, 4))
		}
		sum += best
	}
	return max(whole, sum/float64(len(a)))
}
