package pipeline

import (
	"context"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
)

// putAside is the line, after was, of what could not be moved this time. It never forgets
// what is known of a copy: a write whose outcome is unknown stays intended until
// it is settled, a copy that stands at the target keeps its id, and a message that
// was written stays written.
func putAside(was, now checkpoints.Row) checkpoints.Row {
	out := was
	out.Run, out.Reason, out.Detail = now.Run, now.Reason, now.Detail
	switch {
	case was.State == checkpoints.Intended && was.Detail == checkpoints.BeingTakenBack:
		return was
	case was.State == checkpoints.Intended:
	case was.State == checkpoints.Done && (was.Parent != "" || now.State == checkpoints.Skipped):
		return was
	default:
		out.State = now.State
	}
	return out
}

// setAside puts such a line where the record is not at hand, and counts and tells
// it: once, if this run has put the line before and nothing became of it since. It
// returns only errors that end the run.
func (r *run) setAside(ctx context.Context, now checkpoints.Row) error {
	was, exists, err := r.Ledger.Row(ctx, now.Kind, now.Parent, now.ID)
	if err == nil {
		err = r.sentBy(ctx, &was)
	}
	if err != nil {
		return err
	}
	again := exists && was.Run == r.Run && r.Run != 0
	if again && now.State == checkpoints.Held && waited(was) {
		return nil // it stands there, and goes on waiting for what it waits for
	}
	row := now
	if exists {
		row = putAside(was, now)
	}
	r.put(row)
	outcome, _ := outcomeOf(now.State)
	prior, counted := countedAs(was)
	switch {
	case !again:
		r.counts(now.Kind, now.Parent, now.ID, 1, Counted{To: outcome})
	case counted && prior != outcome:
		r.counts(now.Kind, now.Parent, now.ID, 1, Counted{From: prior, To: outcome})
	case was.Reason == now.Reason && was.Detail == now.Detail:
		return nil
	}
	r.tell(Event{
		Kind: now.Kind, ID: now.ID, Parent: now.Parent, Outcome: outcome, Again: again,
		Reason: connectors.Reason(now.Reason), Detail: now.Detail,
	})
	return nil
}

// aside writes down what the source could not make a record of.
func (r *run) aside(ctx context.Context, a *connectors.Aside) error {
	row := checkpoints.Row{
		Kind: a.Kind, Parent: a.Parent, ID: a.ID, State: checkpoints.Failed, Reason: string(a.Reason), Detail: a.Detail,
		Run: r.Run, Mark: r.Marks(a.Kind, a.Parent, a.ID),
	}
	if a.Reason == connectors.ReasonDuplicate || a.Reason == connectors.ReasonFiltered {
		row.State = checkpoints.Skipped
	}
	return r.setAside(ctx, row)
}
