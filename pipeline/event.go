package pipeline

import (
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Event is one thing that a run did or found, as it happens. Events come from
// several goroutines.
type Event struct {
	Kind    desk.Kind
	ID      desk.ID // in the source
	Parent  desk.ID // of a message: its ticket
	Outcome Outcome // what became of a record; "" for the events below
	Again   bool    // this run has told of the record before: now it stands as said here
	// Step is a call made (in a dry run: that would be made), and Err what it
	// returned.
	Step *Step
	Err  error
	// Reason and Detail say why a record was skipped, held or put aside.
	Reason connectors.Reason
	Detail string
	// Loss is what the target could not keep.
	Loss *connectors.Loss
	// Linger is how long the run waits now, until it can be told what arrived.
	Linger time.Duration
	// Conflict is what was changed on both sides.
	Conflict *Conflict
	// Counted is how the run counts it.
	Counted *Counted
}

func (r *run) tell(e Event) {
	if r.Watch != nil {
		r.Watch(e)
	}
}
