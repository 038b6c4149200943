package checkpoints

import "github.com/deskhaul/deskhaul/desk"

// Outcome is what became of one record, message or file in a run.
type Outcome string

// The outcomes.
const (
	OutcomeCreated   Outcome = "created"   // made at the target
	OutcomeAdopted   Outcome = "adopted"   // stood there already, or another source's record stands for it
	OutcomeUpdated   Outcome = "updated"   // changed at the target; of a ticket also: it got messages
	OutcomeUnchanged Outcome = "unchanged" // agreed already
	OutcomeSkipped   Outcome = "skipped"   // left out on purpose
	OutcomeHeld      Outcome = "held"      // waits for something it refers to
	OutcomeFailed    Outcome = "failed"    // in quarantine
)

// Outcomes lists them in the order in which people read them. Callers must not
// change it.
var Outcomes = []Outcome{
	OutcomeCreated, OutcomeAdopted, OutcomeUpdated, OutcomeUnchanged, OutcomeSkipped, OutcomeHeld, OutcomeFailed,
}

// Count is the outcomes of one kind in one run; Read is their sum.
type Count struct {
	Read      int64 `json:"read"`
	Created   int64 `json:"created"`
	Adopted   int64 `json:"adopted"`
	Updated   int64 `json:"updated"`
	Unchanged int64 `json:"unchanged"`
	Skipped   int64 `json:"skipped"`
	Held      int64 `json:"held"`
	Failed    int64 `json:"failed"`
}

// Counts is a run in numbers, by kind.
type Counts map[desk.Kind]Count

// Field returns the field that counts an outcome.
func (c *Count) Field(o Outcome) *int64 {
	switch o {
	case OutcomeCreated:
		return &c.Created
	case OutcomeAdopted:
		return &c.Adopted
	case OutcomeUpdated:
		return &c.Updated
	case OutcomeUnchanged:
		return &c.Unchanged
	case OutcomeSkipped:
		return &c.Skipped
	case OutcomeHeld:
		return &c.Held
	default:
		return &c.Failed
	}
}

// Of returns how many had an outcome.
func (c Count) Of(o Outcome) int64 { return *c.Field(o) }

// Plus adds counts.
func (c Counts) Plus(d Counts) Counts {
	sum := Counts{}
	for _, all := range []Counts{c, d} {
		for kind, n := range all {
			to := sum[kind]
			to.Read += n.Read
			for _, o := range Outcomes {
				*to.Field(o) += n.Of(o)
			}
			sum[kind] = to
		}
	}
	return sum
}
