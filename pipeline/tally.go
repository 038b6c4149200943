package pipeline

import (
	"sync"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// Outcome is what became of one record, message or file.
type Outcome = checkpoints.Outcome

// Count is the outcomes of one kind in one run.
type Count = checkpoints.Count

// Counts is a run in numbers, by kind; the memory of runs keeps it.
type Counts = checkpoints.Counts

// The outcomes, as checkpoints describes them.
const (
	Created   = checkpoints.OutcomeCreated
	Adopted   = checkpoints.OutcomeAdopted
	Updated   = checkpoints.OutcomeUpdated
	Unchanged = checkpoints.OutcomeUnchanged
	Skipped   = checkpoints.OutcomeSkipped
	Held      = checkpoints.OutcomeHeld
	Failed    = checkpoints.OutcomeFailed
)

// tally counts outcomes while workers run.
type tally struct {
	mu sync.Mutex
	n  map[desk.Kind]*Count
}

func (t *tally) add(kind desk.Kind, o Outcome, n int) {
	if n == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.at(kind)
	*c.Field(o) += int64(n)
	c.Read += int64(n)
}

// move counts something again under another outcome. What was not counted before, such as
// a message that came in between two looks at its ticket, is only added: moved are those
// that were.
func (t *tally) move(kind desk.Kind, from, to Outcome, n int) (moved int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.at(kind)
	moved = min(int64(n), *c.Field(from))
	*c.Field(to) += int64(n)
	*c.Field(from) -= moved
	c.Read += int64(n) - moved
	return moved
}

func (t *tally) at(kind desk.Kind) *Count {
	if t.n == nil {
		t.n = map[desk.Kind]*Count{}
	}
	if t.n[kind] == nil {
		t.n[kind] = new(Count)
	}
	return t.n[kind]
}

func (t *tally) counts() Counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := Counts{}
	for kind, c := range t.n {
		out[kind] = *c
	}
	return out
}
