package pipeline

import (
	"context"
	"errors"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// task is one record on its way.
type task struct {
	*run
	rec   desk.Record
	seen  Seen
	chain []desk.Ref // the records that wait for this one, so that none waits for itself
	// sourcePrints are the messages as the source has them, before the mapping; nil
	// where a source never edits.
	sourcePrints map[desk.ID]string
	// later are references to tickets that have not arrived: they are filled in
	// when the record is taken up again.
	later    []string
	links    map[desk.ID]bool // messages that name records by old addresses
	dangling []dangling       // old addresses in its messages that stay
	until    desk.ID          // the message that waits for one of them, and those after it
	// unlike are messages of the target's whose links were made those of ours, as they were.
	unlike map[desk.ID]desk.Message
	absent desk.ID // a ticket that it refers to and that the source does not bring
	whole  bool    // the source was asked for all of it
	repeat bool    // peopleFirst has had it
	forced string  // a field that is written whatever the target says
	// reopened tells of a ticket that is opened again; said when it was.
	reopened string
	disputed []string // fields that were changed on both sides, undecided
	noted    bool     // a private note holds what the target has no room for
	// covered are the fields of a ticket's cover that the private note holds; said those
	// that say something, before references to what the target has not were dropped.
	covered map[string]bool
	said    []string
	unmade  map[desk.Kind][]string // why references to a kind were left out
	verdict Verdict                // what the mapping said
	taken   []connectors.Loss      // what of it took something away
	lacked  []lack                 // what is lost of it, not told yet
	wrote   bool                   // a step succeeded
	found   bool                   // it was found now, and the answer to its making was lost
	// toldLost are the losses that were told of it and its messages.
	toldLost map[string]bool
	done     map[desk.ID]bool // messages written now
	failed   map[desk.ID]bool // messages refused now
	was      checkpoints.Row  // the line before
	broken   desk.Prints      // what an update before this one was about to say that is in doubt
	// had are the lines of its messages before, if this run has put any of them.
	had    map[desk.ID]checkpoints.Row
	trial  *connectors.Trouble // why the record was left, if it was
	state  checkpoints.State   // that it was left in
	looked *Looked             // of a verification: what it saw of the record
	beside *Beside             // likewise, of a ticket that is shown beside its copy
}

// item takes up what the source yielded, under its lock. It returns only errors
// that end the run.
func (r *run) item(ctx context.Context, it connectors.Item) error {
	if it.Aside != nil {
		switch {
		case r.early:
			return nil
		case r.check != nil:
			return r.checkAside(ctx, it.Aside)
		}
		return r.aside(ctx, it.Aside)
	}
	if !r.Select.passes(it.Record) || r.early && !r.anyway(it.Record) {
		return nil
	}
	return r.locked(ctx, it.Record, nil, false)
}

func (r *run) anyway(rec desk.Record) bool { return r.Anyway != nil && r.Anyway(rec) }

// look finds out what the ledger knows.
func (t *task) look(ctx context.Context) (err error) {
	kind, id := t.rec.Kind(), t.rec.About().ID
	if t.seen.Row, t.seen.Exists, err = t.Ledger.Row(ctx, kind, "", id); err != nil {
		return err
	}
	if err := t.sentBy(ctx, &t.seen.Row); err != nil {
		return err
	}
	t.was = t.seen.Row
	if ticket, ok := t.rec.(*desk.Ticket); ok {
		if t.seen.Messages, err = t.messages(ctx, id); err != nil {
			return err
		}
		t.remember()
		tellApart(ticket)
		if t.check == nil {
			t.strayed.note(ticket, t.seen.Messages)
		}
		t.reopen(ticket)
		if t.Reads.Edits {
			t.sourcePrints = make(map[desk.ID]string, len(ticket.Messages))
			for i := range ticket.Messages {
				t.sourcePrints[ticket.Messages[i].ID] = ticket.Messages[i].Print()
			}
		}
	}
	return nil
}

// messages are the lines of a ticket's messages.
func (r *run) messages(ctx context.Context, ticket desk.ID) (map[desk.ID]checkpoints.Row, error) {
	rows, err := r.Ledger.Messages(ctx, ticket)
	for id, row := range rows {
		if row.State == checkpoints.Intended && err == nil {
			err = r.sentBy(ctx, &row)
			rows[id] = row
		}
	}
	return rows, err
}

// bring is the record's way, step by step.
func (t *task) bring(ctx context.Context) error {
	if t.rec.About().Deleted {
		if t.check != nil {
			return nil // its copy stays, and says what it said last
		}
		return t.bury(ctx)
	}
	if skipped, err := t.mapped(ctx); skipped || err != nil {
		return err
	}
	if again, err := t.partial(ctx); again || err != nil {
		return err
	}
	t.heed()
	defer t.tellLacked()
	if err := t.crosslinked(ctx); err != nil {
		return err
	}
	alone := len(t.chain) == 1 && t.onDemand(t.rec.Kind()) && !t.anyway(t.rec)
	if alone && t.seen.Target == "" && t.seen.State != checkpoints.Intended {
		return t.skip(t.unasked())
	}
	if err := t.ready(ctx); err != nil {
		return err
	}
	if t.check != nil {
		t.edits()
		return t.inspect(ctx)
	}
	return t.deliver(ctx)
}

// deliver settles what is in doubt of the record and writes what the target lacks of it.
func (t *task) deliver(ctx context.Context) error {
	if err := t.takenBack(ctx); err != nil { // what is gone is made with what it says now, without notes
		return err
	}
	if key := t.naturalKey(); key != "" && t.seen.Target == "" {
		name := string(t.rec.Kind()) + "\x00" + key
		unlock, _ := t.natural.lock(name, name) // a walk never holds two of these: the links are made
		defer unlock()
	}
	t.edits()
	if err := t.settle(ctx); err != nil {
		return err
	}
	t.edits() // also of what was found only now
	t.fit()
	t.noRoom()
	t.unwritten()
	steps, err := t.meet(ctx, Plan(t.rec, t.seen, t.Writes))
	if err != nil {
		return err
	}
	refused, err := t.take(ctx, t.untilNamed(steps))
	if err != nil {
		return err
	}
	if refused != nil {
		return refused
	}
	if err := t.settleLeft(ctx); err != nil {
		return err
	}
	t.arrived()
	return nil
}

// take takes the steps, and returns why fields of a ticket that stands were refused: the
// messages after them go all the same, for their customers wait.
func (t *task) take(ctx context.Context, steps []Step) (refused, err error) {
	for i := range steps {
		err := t.write(ctx, steps[i])
		if err != nil {
			err = t.regain(ctx, &steps[i], err)
		}
		switch {
		case err == nil:
			t.tellReopened(steps[i])
		case t.goesOn(steps[i], err):
		case steps[i].Verb == Update && forGood(err) && !errors.Is(err, connectors.ErrNotFound):
			refused = err
		default:
			return refused, err
		}
	}
	return refused, nil
}

// goesOn tells whether the messages after one that was not written may go: only
// if it was refused for good, or they would stand before it.
func (t *task) goesOn(s Step, err error) bool {
	return s.Verb == Append && t.failed[s.Message.ID] && forGood(err)
}

// forGood tells an error that ends neither the run nor is worth another try.
func forGood(err error) bool {
	ends := errors.Is(err, errStop) || errors.Is(err, connectors.ErrDenied)
	return !ends && stateFor(err, connectors.ReasonOf(err)) == checkpoints.Failed
}

// save puts the record's line as it stands now.
func (t *task) save() {
	m := t.rec.About()
	t.seen.Kind, t.seen.ID, t.seen.Mark, t.seen.Run = t.rec.Kind(), m.ID, t.Marks(t.rec.Kind(), "", m.ID), t.Run
	t.seen.Exists = true
	t.put(t.seen.Row)
}

// arrived closes the record's line: it stands at the target. Messages that were
// refused have open lines of their own.
func (t *task) arrived() {
	t.state = checkpoints.Done
	if t.until != "" {
		t.waitsForNamed()
		return
	}
	if len(t.later) > 0 {
		t.waits.Store(true)
		t.seen.State, t.seen.Reason = checkpoints.Held, string(connectors.ReasonReference)
		t.seen.Detail = t.later[0]
		t.save()
		return
	}
	if len(t.disputed) > 0 {
		t.seen.State, t.seen.Reason, t.seen.Detail = checkpoints.Held, string(connectors.ReasonConflict), strings.Join(t.disputed, "; ")
		t.save()
		return
	}
	reason, detail := "", ""
	if t.absent != "" {
		reason, detail = string(connectors.ReasonReference), waitingFor(t.absent)
	}
	if t.seen.State != checkpoints.Done || t.wrote || t.seen.Detail != detail {
		t.seen.State, t.seen.Reason, t.seen.Detail = checkpoints.Done, reason, detail
		t.save()
	}
}

// leave puts a record aside with a typed reason, and tells whether the run can go
// on. A line that says a write may have happened goes on saying so.
func (t *task) leave(err error) bool {
	if errors.Is(err, errStop) || errors.Is(err, connectors.ErrDenied) {
		return false
	}
	var trouble *connectors.Trouble
	if !errors.As(err, &trouble) {
		trouble = &connectors.Trouble{Reason: connectors.ReasonOf(err), Err: err}
	}
	t.trial = &connectors.Trouble{Reason: trouble.Reason, Err: err}
	t.state = stateFor(err, trouble.Reason)
	if t.seen.State != checkpoints.Intended {
		t.seen.State = t.state
	}
	if t.seen.Detail != checkpoints.BeingTakenBack { // this is still to be found out
		t.seen.Reason, t.seen.Detail = string(trouble.Reason), err.Error()
	}
	t.save()
	return true
}

// stateFor tells held, which every run takes up again, from failed, which waits
// for retry.
func stateFor(err error, reason connectors.Reason) checkpoints.State {
	held := reason == connectors.ReasonReference || reason == connectors.ReasonTransient ||
		errors.Is(err, connectors.ErrUnsure) || errors.Is(err, connectors.ErrBusy)
	if held {
		return checkpoints.Held
	}
	return checkpoints.Failed
}
