package suggest

import (
	"cmp"
	"slices"
)

// board is how like each thing of the source is to each of the target.
type board struct {
	from, to []Thing
	like     [][]score
}

func newBoard(from, to []Thing, like func(a, b Thing) score) board {
	b := board{from: order(from), to: order(to)}
	b.to = slices.DeleteFunc(b.to, func(t Thing) bool { return t.Name == "" }) // "" says that there is none
	b.like = make([][]score, len(b.from))
	for i := range b.from {
		b.like[i] = make([]score, len(b.to))
		for j := range b.to {
			s := like(b.from[i], b.to[j])
			b.like[i][j] = score{rounded(s.sure), s.why}
		}
	}
	return b
}

// nothing is the place of no thing.
const nothing = -1

// best is what i is likest to but for those that are taken, or nothing.
func (b board) best(i int, taken map[int]int) int {
	found := nothing
	for j, s := range b.like[i] {
		owner, has := taken[j]
		if s.sure < uncertain || has && owner != i {
			continue
		}
		if found == nothing || s.sure > b.like[i][found].sure {
			found = j
		}
	}
	return found
}

// pair gives each thing of the target to one of the source at most: the likest pairs
// first. Who loses by that is told.
func pair(from, to []Thing, like func(a, b Thing) score) []Guess {
	b := newBoard(from, to, like)
	taken, has := b.deal()
	var out []Guess
	for i := range b.from {
		j, given := has[i]
		if !given {
			j = nothing
		}
		out = append(out, b.guess(i, j, taken))
	}
	return out
}

// deal goes through all pairs, the likest first, those of equal likeness by name.
func (b board) deal() (taken, has map[int]int) {
	type couple struct{ i, j int }
	var couples []couple
	for i := range b.from {
		for j := range b.to {
			if b.like[i][j].sure >= uncertain {
				couples = append(couples, couple{i, j})
			}
		}
	}
	slices.SortStableFunc(couples, func(x, y couple) int {
		return cmp.Compare(b.like[y.i][y.j].sure, b.like[x.i][x.j].sure)
	})
	taken, has = map[int]int{}, map[int]int{}
	for _, c := range couples {
		_, gone := taken[c.j]
		if _, given := has[c.i]; !gone && !given {
			taken[c.j], has[c.i] = c.i, c.j
		}
	}
	return taken, has
}

// guess says what becomes of i, which was given j. taken is nil where things may be shared.
func (b board) guess(i, j int, taken map[int]int) Guess {
	g := Guess{From: b.from[i]}
	top := b.best(i, nil)
	if taken != nil && top != nothing && top != j {
		g.Taken, g.By = b.to[top].Name, b.from[taken[top]].Name
	}
	if j != nothing {
		g.To, g.Sure, g.Why = b.to[j].Name, b.like[i][j].sure, b.like[i][j].why
	}
	b.next(&g, i, j, taken)
	if j == nothing {
		return g
	}
	if taken != nil {
		b.rival(&g, i, j)
	}
	if g.Tied || g.Rival != "" {
		g.Sure = min(g.Sure, likely-0.01)
	}
	return g
}

// next finds the runner-up among what another does not have.
func (b board) next(g *Guess, i, j int, taken map[int]int) {
	for k, s := range b.like[i] {
		owner, gone := taken[k]
		if k == j || gone && owner != i || s.sure < near || s.sure <= g.NextSure {
			continue
		}
		g.Next, g.NextSure = b.to[k].Name, s.sure
	}
	g.Tied = j != nothing && g.NextSure >= uncertain && g.Sure-g.NextSure < tie
}

// rival finds another that is as like what i was given: the order of names decided.
func (b board) rival(g *Guess, i, j int) {
	for k := range b.from {
		if k != i && b.like[k][j].sure >= uncertain && b.like[i][j].sure-b.like[k][j].sure < tie && b.best(k, nil) == j {
			g.Rival = b.from[k].Name
			return
		}
	}
}
