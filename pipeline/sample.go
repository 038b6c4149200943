package pipeline

import (
	"cmp"
	"context"
	"hash/fnv"
	"maps"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// A feature is something that makes a ticket worth a look, as a number: more is
// more awkward, 0 is not at all.
type feature func(*desk.Ticket) float64

// features lists what goes wrong in migrations, worst first.
var features = []feature{
	func(t *desk.Ticket) float64 { return float64(len(t.Messages)) },
	func(t *desk.Ticket) float64 { return overFiles(t, func(*desk.File) float64 { return 1 }) },
	func(t *desk.Ticket) float64 { return overFiles(t, inline) },
	func(t *desk.Ticket) float64 { return over(t, func(m *desk.Message) float64 { return truth(m.Note) }) },
	func(t *desk.Ticket) float64 {
		return over(t, func(m *desk.Message) float64 { return float64(len(m.CC)) })
	},
	func(t *desk.Ticket) float64 {
		return over(t, func(m *desk.Message) float64 { return float64(len(m.HTML)) })
	},
	func(t *desk.Ticket) float64 { return over(t, foreign) },
	func(t *desk.Ticket) float64 { return truth(!t.MergedInto.IsZero()) },
	func(t *desk.Ticket) float64 { return float64(len(t.Fields)) },
	func(t *desk.Ticket) float64 { return truth(t.Requester.IsZero()) },
	func(t *desk.Ticket) float64 { return float64(len(t.Participants)) },
	func(t *desk.Ticket) float64 { return 1 / float64(1+max(0, t.Created.Unix())) }, // the oldest
	func(t *desk.Ticket) float64 { return max(0, float64(lastTouched(t).Unix())) },  // the newest
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func over(t *desk.Ticket, f func(*desk.Message) float64) (n float64) {
	for i := range t.Messages {
		n += f(&t.Messages[i])
	}
	return n
}

func overFiles(t *desk.Ticket, f func(*desk.File) float64) float64 {
	return over(t, func(m *desk.Message) (n float64) {
		for i := range m.Files {
			n += f(&m.Files[i])
		}
		return n
	})
}

func inline(f *desk.File) float64 { return truth(f.Inline || f.CID != "") }

// foreign counts the characters of a message that ASCII has not.
func foreign(m *desk.Message) (n float64) {
	for _, c := range m.Text {
		n += truth(c > 0x7f)
	}
	return n
}

// candidate is a ticket that may be in the sample.
type candidate struct {
	id    desk.ID
	score float64
}

// Sample chooses n tickets of a source: half for being awkward, each in a way of
// its own, one of each status, category and tag as far as there is room, and
// ordinary ones for the rest. The same tickets give the same sample. Memory grows
// with n, not with the tickets.
func Sample(ctx context.Context, source connectors.Source, n int) (map[desk.ID]bool, error) {
	best := make([][]candidate, len(features))
	var ordinary []candidate
	shelves := map[string]desk.ID{}
	for item, err := range source.Read(ctx, desk.KindTicket, "") {
		if err != nil {
			return nil, err
		}
		t, ok := item.Record.(*desk.Ticket)
		if !ok || t.Deleted {
			continue
		}
		for i, f := range features {
			if score := f(t); score > 0 {
				best[i] = keep(best[i], candidate{t.ID, score}, n)
			}
		}
		ordinary = keep(ordinary, candidate{t.ID, chance(t.ID)}, n)
		for _, key := range []string{"s" + string(t.Status), "c" + string(t.Category.ID), "p" + string(t.Priority)} {
			if _, seen := shelves[key]; !seen && len(shelves) < n {
				shelves[key] = t.ID
			}
		}
	}
	return choose(n, best, shelves, ordinary), nil
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

func choose(n int, best [][]candidate, shelves map[string]desk.ID, ordinary []candidate) map[desk.ID]bool {
	out := map[desk.ID]bool{}
	add := func(id desk.ID, most int) {
		if len(out) < most {
			out[id] = true
		}
	}
	for rank := range n {
		for _, cs := range best {
			if rank < len(cs) {
				add(cs[rank].id, (n+1)/2)
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(shelves)) {
		add(shelves[key], n*3/4)
	}
	for _, c := range ordinary {
		add(c.id, n)
	}
	return out
}
