package pipeline

import "github.com/deskhaul/deskhaul/desk"

// Counted says how a run counts something: its Counts are the sum of all that is told so.
// The event that has it says which record, message or file it is.
type Counted struct {
	// From is what it was counted as before, "" not at all, and To what it is counted as now.
	From, To Outcome
	N        int64
	// Record is it, or of messages and files their ticket, as it would be written; nil where
	// it is not at hand. It is not to be kept, nor changed.
	Record desk.Record
}

// counts counts so many of something, and tells it.
func (r *run) counts(kind desk.Kind, parent, id desk.ID, n int, c Counted) {
	if n == 0 {
		return
	}
	fresh := int64(n)
	if c.From == "" {
		r.tally.add(kind, c.To, n)
	} else if c.N = r.tally.move(kind, c.From, c.To, n); c.N > 0 {
		r.tell(Event{Kind: kind, ID: id, Parent: parent, Counted: &c})
		fresh -= c.N
	}
	if fresh > 0 {
		r.tell(Event{Kind: kind, ID: id, Parent: parent, Counted: &Counted{To: c.To, N: fresh, Record: c.Record}})
	}
}
