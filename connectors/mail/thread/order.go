package thread

import (
	"cmp"
	"slices"
)

// Turn is a message of a ticket as far as its order depends on it.
type Turn struct {
	ID   string   // Message-ID; "" if it has none
	Refs []string // the ids it refers to, the nearest first
	At   int64    // Unix seconds; 0 unknown
}

// Order puts the messages of a ticket into the order of the conversation: oldest
// first, but no answer before what it answers, whatever the clocks said. A message
// without a time that could be true takes its place from what it answers, or from
// its answers. The turns come as they were threaded; order lists their indexes,
// and at says when each was or must have been.
func Order(turns []Turn) (order []int, at []int64) {
	parents := parentsOf(turns)
	at = make([]int64, len(turns))
	depth := make([]int, len(turns))
	order = make([]int, len(turns))
	for i := range turns {
		order[i], at[i] = i, turns[i].At
	}
	afterAncestors(at, depth, parents)
	lendTimes(at, parents)
	afterAncestors(at, depth, parents)
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(at[a], at[b]), cmp.Compare(depth[a], depth[b]))
	})
	return order, at
}

// parentsOf finds for each message the nearest ancestor that is there; -1 for
// none. References that go in a circle are cut.
func parentsOf(turns []Turn) []int {
	byID := map[string]int{}
	for i, t := range turns {
		if _, taken := byID[t.ID]; !taken && t.ID != "" {
			byID[t.ID] = i
		}
	}
	parents := make([]int, len(turns))
	for i, t := range turns {
		parents[i] = -1
		for _, ref := range t.Refs {
			if p, ok := byID[ref]; ok && p != i {
				parents[i] = p
				break
			}
		}
	}
	for i := range parents {
		if circular(parents, i) {
			parents[i] = -1
		}
	}
	return parents
}

func circular(parents []int, i int) bool {
	steps := 0
	for p := parents[i]; p >= 0 && steps <= len(parents); p = parents[p] {
		if p == i {
			return true
		}
		steps++
	}
	return false
}

// afterAncestors makes no message older than its ancestors, and counts those.
func afterAncestors(at []int64, depth, parents []int) {
	for i := range at {
		depth[i] = 0
		for k := i; k >= 0 && depth[i] <= len(parents); k = parents[k] {
			at[i] = max(at[i], at[k])
			depth[i]++
		}
	}
}

// lendTimes gives messages that have no time, nor an ancestor with one, the time of
// their first answer, else of the turn before them.
func lendTimes(at []int64, parents []int) {
	for i, p := range parents {
		if p >= 0 && at[i] != 0 && at[p] == 0 {
			at[p] = at[i]
		}
	}
	for i, p := range parents {
		if p >= 0 && at[p] != 0 && at[p] > at[i] {
			at[i] = at[p]
		}
	}
	for i := range at {
		if at[i] == 0 && i > 0 {
			at[i] = at[i-1]
		}
	}
}
