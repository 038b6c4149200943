package mail

import (
	"cmp"
	"slices"
)

// inOrder puts the messages of a ticket into the order of the conversation:
// oldest first, but no answer before what it answers, whatever the clocks said.
// A message without a time that could be true takes its place from what it
// answers, or from its answers.
func inOrder(turns []leaf) []leaf {
	slices.SortFunc(turns, func(a, b leaf) int { return cmp.Compare(a.n, b.n) })
	parents := parentsOf(turns)
	at := make([]int64, len(turns))
	depth := make([]int, len(turns))
	for i := range turns {
		at[i], depth[i] = effective(turns, parents, i)
	}
	lendTimes(at, parents)
	order := make([]int, len(turns))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(at[a], at[b]), cmp.Compare(depth[a], depth[b]))
	})
	sorted := make([]leaf, len(turns))
	for i, k := range order {
		sorted[i] = turns[k]
		if sorted[i].e.At == 0 {
			e := *sorted[i].e
			e.At = at[k]
			sorted[i].e = &e
		}
	}
	return sorted
}

// parentsOf finds for each message the nearest ancestor that is there; -1 for
// none. References that go in a circle are cut.
func parentsOf(turns []leaf) []int {
	byID := map[string]int{}
	for i, t := range turns {
		if _, taken := byID[t.e.MID]; !taken && t.e.MID != "" {
			byID[t.e.MID] = i
		}
	}
	parents := make([]int, len(turns))
	for i, t := range turns {
		parents[i] = -1
		if t.mail == nil {
			continue
		}
		for _, ref := range referencesOf(t.mail.Header, t.e.MID, nil) {
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

// effective is the latest time of a message and its ancestors, and how many of
// those there are.
func effective(turns []leaf, parents []int, i int) (at int64, depth int) {
	for ; i >= 0 && depth <= len(parents); i = parents[i] {
		at = max(at, turns[i].e.At)
		depth++
	}
	return at, depth
}

// lendTimes gives messages that have no time, nor an ancestor with one, the time of
// their first answer, else of their neighbour in the mailbox.
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
