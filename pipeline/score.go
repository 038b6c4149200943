package pipeline

import (
	"strconv"
	"strings"
)

// scales are how far scores in numbers go, as helpdesks and surveys have them.
var scales = []float64{1, 3, 5, 10, 100}

// praise are the words for a good score.
const praise = " good great excellent satisfied happy positive like yes хорошо отлично доволен довольна положительно gut bien bueno buono dobrze "

// Good is how many of the scores are good: a word of praise, or a number of at least four
// fifths of the scale, which is the shortest that the highest number is within.
func (f *Figures) Good() (good int64) {
	most := 0.0
	for score := range f.Scores {
		if n, ok := number(score); ok {
			most = max(most, n)
		}
	}
	scale := most
	for _, s := range scales {
		if most <= s {
			scale = s
			break
		}
	}
	for score, count := range f.Scores {
		n, ok := number(score)
		if ok && n > 0 && n >= 0.8*scale || !ok && strings.Contains(praise, " "+strings.ToLower(strings.TrimSpace(score))+" ") {
			good += count
		}
	}
	return good
}

func number(s string) (float64, bool) {
	n, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), ",", ".", 1), 64)
	return n, err == nil
}
