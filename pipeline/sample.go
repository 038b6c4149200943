package pipeline

import (
	"cmp"
	"context"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Picked is a ticket of a sample, and why it is in it.
type Picked struct {
	ID      desk.ID
	Subject string
	URL     string // where people open it; "" unknown
	Why     []Why  // at least one
}

// Why is a trait of a ticket. Of a status, a category or a priority Value says which; of
// what it has the most of N says how much: how many, or how many bytes.
type Why struct {
	Trait Trait
	Value string
	N     int64
}

// Sample chooses n tickets of a source: one for each way of being awkward, one of each
// status, category and priority as far as there is room, more of the awkward ones, and
// ordinary ones for the rest. What one ticket shows already needs no second. The same
// tickets give the same sample, in whatever order they are read. Memory grows with n and
// with the agents, not with the tickets.
func Sample(ctx context.Context, source connectors.Source, reads connectors.Caps, n int) ([]Picked, error) {
	s := &sampling{n: n, best: make([][]candidate, len(features)), shelves: map[Trait]map[string]candidate{}}
	if err := s.agents(ctx, source, reads); err != nil {
		return nil, err
	}
	for item, err := range source.Read(ctx, desk.KindTicket, "") {
		if err != nil {
			return nil, err
		}
		if t, ok := item.Record.(*desk.Ticket); ok && !t.Deleted {
			s.see(t)
		}
	}
	return s.choose(), nil
}

// IDsOf are the tickets of a sample.
func IDsOf(picks []Picked) map[desk.ID]bool {
	out := make(map[desk.ID]bool, len(picks))
	for _, p := range picks {
		out[p.ID] = true
	}
	return out
}

// candidate is a ticket that may be in the sample.
type candidate struct {
	id      desk.ID
	subject string
	url     string
	score   float64
	has     uint64           // the features that it has, by their positions
	shelves map[Trait]string // its status, category and priority
	via     int              // the feature that it is in the sample for, by its position from 1; 0 none
}

// sampling is a sample in the making.
type sampling struct {
	n        int
	staff    staff
	best     [][]candidate // of each feature
	ordinary []candidate
	shelves  map[Trait]map[string]candidate
	in       []candidate // the sample
}

// agents reads who answers.
func (s *sampling) agents(ctx context.Context, source connectors.Source, reads connectors.Caps) error {
	if !reads.Has(desk.KindAgent) {
		return nil
	}
	s.staff.active = map[desk.ID]bool{}
	for item, err := range source.Read(ctx, desk.KindAgent, "") {
		if err != nil {
			return err
		}
		if a, ok := item.Record.(*desk.Agent); ok {
			s.staff.known = true
			if !a.Disabled && !a.Deleted {
				s.staff.active[a.ID] = true
			}
		}
	}
	return nil
}

// see takes a ticket into account.
func (s *sampling) see(t *desk.Ticket) {
	c := candidate{id: t.ID, subject: strings.Clone(t.Subject), url: t.URL, shelves: map[Trait]string{OfStatus: string(t.Status), OfCategory: string(t.Category.ID), OfPriority: string(t.Priority)}}
	scores := make([]float64, len(features))
	for i, f := range features {
		if scores[i] = f.of(t, &s.staff); scores[i] > 0 {
			c.has |= 1 << i
		}
	}
	for i, score := range scores {
		if c.score = score; score > 0 {
			s.best[i] = keep(s.best[i], c, s.n)
		}
	}
	c.score = chance(t.ID)
	s.ordinary = keep(s.ordinary, c, s.n)
	for trait, value := range c.shelves {
		if value != "" {
			s.shelve(trait, value, c)
		}
	}
}

// shelve keeps one ticket of each value, of n values at most.
func (s *sampling) shelve(trait Trait, value string, c candidate) {
	of := s.shelves[trait]
	if of == nil {
		of = map[string]candidate{}
		s.shelves[trait] = of
	}
	if was, taken := of[value]; taken && (was.score > c.score || was.score == c.score && was.id <= c.id) {
		return
	}
	of[value] = c
	if len(of) > s.n {
		delete(of, slices.Max(slices.Collect(maps.Keys(of))))
	}
}

// keep keeps the n best.
func keep(cs []candidate, c candidate, n int) []candidate {
	at, _ := slices.BinarySearchFunc(cs, c, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id))
	})
	if at >= n {
		return cs
	}
	cs = slices.Insert(cs, at, c)
	return cs[:min(len(cs), n)]
}

// chance orders ids in a way that has nothing to do with them.
func chance(id desk.ID) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	return float64(h.Sum64())
}

// choose fills the sample, part by part: awkward ones take three fifths at first, one of
// each shelf up to four fifths, more awkward ones up to nine tenths, ordinary ones the rest.
func (s *sampling) choose() []Picked {
	picks := []Picked{}
	s.awkward(0, share(s.n, 6))
	s.shelved(share(s.n, 8))
	for rank := 1; rank < s.n; rank++ {
		s.awkward(rank, share(s.n, 9))
	}
	for _, c := range s.ordinary {
		s.add(c, s.n)
	}
	for i := range s.in {
		c := &s.in[i]
		picks = append(picks, Picked{c.id, c.subject, c.url, s.why(c)})
	}
	return picks
}

// share is so many tenths of n, rounded up.
func share(n, tenths int) int { return (n*tenths + 9) / 10 }

// add takes a ticket in, if it is not in, and there is room.
func (s *sampling) add(c candidate, most int) {
	if len(s.in) < most && !slices.ContainsFunc(s.in, func(x candidate) bool { return x.id == c.id }) {
		s.in = append(s.in, c)
	}
}

// awkward takes in the tickets of a rank. What another ticket has already needs no first.
func (s *sampling) awkward(rank, most int) {
	for i, f := range features {
		had := rank == 0 && !f.most && slices.ContainsFunc(s.in, func(c candidate) bool { return c.has&(1<<i) != 0 })
		if rank < len(s.best[i]) && !had {
			c := s.best[i][rank]
			c.via = i + 1
			s.add(c, most)
		}
	}
}

// shelved takes in one ticket of each status, category and priority that is not there.
func (s *sampling) shelved(most int) {
	for _, trait := range shelfTraits {
		for _, value := range slices.Sorted(maps.Keys(s.shelves[trait])) {
			if !slices.ContainsFunc(s.in, func(c candidate) bool { return c.shelves[trait] == value }) {
				s.add(s.shelves[trait][value], most)
			}
		}
	}
}

// shelfTraits are the traits of which each value is to be there.
var shelfTraits = []Trait{OfStatus, OfCategory, OfPriority}

// why are the traits of a ticket of the sample: what it has, what it has the most of, and
// of which status, category or priority it is the first.
func (s *sampling) why(c *candidate) (out []Why) {
	for i, f := range features {
		switch best := s.best[i]; {
		case !f.most && c.has&(1<<i) != 0:
			out = append(out, Why{Trait: f.trait})
		case f.most && c.via == i+1:
			out = append(out, Why{Trait: f.trait, N: amount(f.trait, c.score)})
		case f.most && len(best) > 0 && best[0].id == c.id:
			out = append(out, Why{Trait: f.trait, N: amount(f.trait, best[0].score)})
		}
	}
	for _, trait := range shelfTraits {
		first := slices.IndexFunc(s.in, func(x candidate) bool { return x.shelves[trait] == c.shelves[trait] })
		if value := c.shelves[trait]; value != "" && s.in[first].id == c.id {
			out = append(out, Why{Trait: trait, Value: value})
		}
	}
	if len(out) == 0 {
		out = []Why{{Trait: Ordinary}}
	}
	return out
}

// amount is how much a ticket has of what it has the most of; 0 of times.
func amount(t Trait, score float64) int64 {
	if t == Oldest || t == Newest {
		return 0
	}
	return int64(score)
}
