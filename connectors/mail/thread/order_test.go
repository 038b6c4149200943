package thread

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// Whatever the clocks say, every message comes once, and no answer comes before
// what it answers.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		turns := make([]Turn, rapid.IntRange(0, 12).Draw(t, "turns"))
		parents := make([]int, len(turns))
		for i := range turns {
			turns[i] = Turn{ID: strconv.Itoa(i), At: rapid.Int64Range(0, 5).Draw(t, "at")}
			parents[i] = rapid.IntRange(-1, len(turns)-1).Draw(t, "parent")
			if parents[i] >= i { // an answer that lies before its question is drawn below
				parents[i] = -1
			}
		}
		if rapid.Bool().Draw(t, "backwards") {
			slices.Reverse(turns)
		}
		for i := range turns {
			n, _ := strconv.Atoi(turns[i].ID)
			if parents[n] >= 0 {
				turns[i].Refs = []string{"nobody", strconv.Itoa(parents[n])}
			}
		}
		order, at := Order(turns)
		if sorted := slices.Sorted(slices.Values(order)); len(at) != len(turns) || !slices.Equal(sorted, indexes(len(turns))) {
			t.Fatalf("order %v of %d", order, len(turns))
		}
		seen := map[string]bool{}
		for _, i := range order {
			for _, ref := range turns[i].Refs[min(1, len(turns[i].Refs)):] {
				if !seen[ref] {
					t.Fatalf("%s comes before %s, which it answers", turns[i].ID, ref)
				}
			}
			seen[turns[i].ID] = true
		}
	})
}

func indexes(n int) []int {
	var all []int
	for i := range n {
		all = append(all, i)
	}
	return all
}

// References in a circle are cut somewhere and lose nothing.
func TestOrderOfACircle(t *testing.T) {
	order, _ := Order([]Turn{{ID: "a", Refs: []string{"b"}, At: 2}, {ID: "b", Refs: []string{"a"}, At: 1}})
	if len(order) != 2 || order[0] == order[1] {
		t.Errorf("order %v", order)
	}
}
