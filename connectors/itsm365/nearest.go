package itsm365

import (
	"maps"
	"slices"
	"strings"
)

// nearest is the attribute whose code or title is the least other than a code; "" if none is
// near.
func nearest(code string, among map[string]attribute) string {
	best, least := "", max(2, len([]rune(code))/2)
	for _, other := range slices.Sorted(maps.Keys(among)) {
		d := min(distance(strings.ToLower(code), strings.ToLower(other)), distance(strings.ToLower(code), strings.ToLower(among[other].title)))
		if strings.Contains(strings.ToLower(other), strings.ToLower(code)) || strings.Contains(strings.ToLower(code), strings.ToLower(other)) && len(other) > 3 {
			d = min(d, 1)
		}
		if d < least {
			best, least = other, d
		}
	}
	return best
}

// distance is how many letters must be put in, taken out or changed to make one text of
// another.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	before := make([]int, len(to)+1)
	for j := range before {
		before[j] = j
	}
	for i := range from {
		now := []int{i + 1}
		for j := range to {
			change := before[j]
			if from[i] != to[j] {
				change++
			}
			now = append(now, min(change, before[j+1]+1, now[j]+1))
		}
		before = now
	}
	return before[len(to)]
}
