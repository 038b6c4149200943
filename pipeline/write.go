package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// errStop ends the run: no later record can fare better.
var errStop = errors.New("stopped")

// write makes one call. Where the target makes a write durable only when it
// syncs, the outcome alone is written down; else the call stands between two
// lines of the ledger, so that a crash at any point leaves either nothing or a
// line that says "intended".
func (t *task) write(ctx context.Context, s Step) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", errStop, err)
	}
	var got connectors.Receipt
	var err error
	echo := false // another record has told the error
	for try := 0; ; try++ {
		if shared, ok := t.together(ctx, s); ok {
			got, echo = shared.got, shared.echo
			err = t.ended(s, got, shared.err)
		} else {
			got, err = t.alone(ctx, s)
		}
		if !errors.Is(err, connectors.ErrBusy) || try == busyTries || t.inVain() || !pause(ctx, try) {
			break
		}
	}
	if !got.Adopted { // else nothing was written
		t.tell(Event{Kind: s.kind(), ID: s.id(), Parent: s.parent(), Step: &s, Err: err})
	}
	t.losses(&s, got, err)
	if echo {
		return err
	}
	return t.lull(err)
}

// alone makes a call for the record alone, between two lines of the ledger. The first
// is put when it is its turn: it says when the call was made.
func (t *task) alone(ctx context.Context, s Step) (connectors.Receipt, error) {
	leave, err := t.room(ctx)
	if err != nil {
		return connectors.Receipt{}, err
	}
	defer leave()
	if t.syncer == nil && !t.DryRun {
		t.intend(s)
		if err := errors.Join(t.alive(ctx), t.Store.Flush(ctx)); err != nil {
			return connectors.Receipt{}, fmt.Errorf("%w: %w", errStop, err)
		}
	}
	return t.call(ctx, s)
}

// room waits until there is room for another call to the target. A run that is being
// stopped begins none.
func (r *run) room(ctx context.Context) (leave func(), err error) {
	select {
	case r.calls <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", errStop, ctx.Err())
	}
	if err := ctx.Err(); err != nil { // both were so
		<-r.calls
		return nil, fmt.Errorf("%w: %w", errStop, err)
	}
	return func() { <-r.calls }, nil
}

// How a busy target is waited for: a few times, then the record is held.
const (
	busyTries = 4
	busyPause = 250 * time.Millisecond
)

// inVain tells whether this run has waited for the record before, in vain.
func (t *task) inVain() bool {
	return t.was.State == checkpoints.Held && t.was.Run == t.Run && t.was.Reason == string(connectors.ReasonTransient)
}

// pause waits a little longer each time; false if the run is being stopped.
func pause(ctx context.Context, try int) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(busyPause << try):
		return true
	}
}

// maxTransient is how many calls in a row may fail for reasons that have nothing
// to do with their records, before the run gives up.
const maxTransient = 20

// lull ends the run when the target seems to be gone. An error that a connector
// gave a reason speaks of its record: a file that cannot be read, not the target.
func (t *task) lull(err error) error {
	var trouble *connectors.Trouble
	transient := err != nil && connectors.ReasonOf(err) == connectors.ReasonTransient && !errors.As(err, &trouble)
	if !transient {
		t.lost.Store(0)
		return err
	}
	if t.lost.Add(1) >= maxTransient {
		return fmt.Errorf("%w: %d calls in a row failed, the last with: %w – run the same command again when the target answers", errStop, maxTransient, err)
	}
	return err
}

func (s *Step) kind() desk.Kind {
	if s.Verb == Append {
		return desk.KindMessage
	}
	return s.Record.Kind()
}

func (s *Step) id() desk.ID {
	if s.Verb == Append {
		return s.Message.ID
	}
	return s.Record.About().ID
}

func (s *Step) parent() desk.ID {
	if s.Verb == Append {
		return s.Record.About().ID
	}
	return ""
}

// intend writes down that a write begins; it counts when the store was flushed. With
// a ticket, the messages that will follow are entered: a crash between two calls
// leaves a trace of the second.
func (t *task) intend(s Step) {
	ticket, _ := t.rec.(*desk.Ticket)
	if s.Verb == Append {
		row := t.messageRow(ticket, s.Message, checkpoints.Intended)
		row.Since = t.theirNow().UTC()
		t.seen.Messages[s.Message.ID] = row
		t.put(row)
		return
	}
	t.seen.State, t.seen.Since, t.seen.Reason, t.seen.Detail = checkpoints.Intended, t.theirNow().UTC(), "", ""
	if s.Verb == Create {
		t.broken, t.seen.Begun, t.seen.Job, t.seen.Written = nil, s.Prints, "", nil
		t.seen.Made = t.Run // that makes it, whichever run finds out
	} else {
		t.broken, t.seen.Begun = t.seen.Begun, replaced(begunBeside(t.seen.Begun, s), saying(s.Prints, s.Fields), s.Fields)
	}
	t.save()
	if ticket != nil {
		for i := range ticket.Messages {
			m := &ticket.Messages[i]
			if was, known := t.seen.Messages[m.ID]; !known || was.State == checkpoints.Entered {
				row := t.messageRow(ticket, m, checkpoints.Entered)
				t.seen.Messages[m.ID] = row
				t.put(row)
			}
		}
	}
}

func (t *task) messageRow(ticket *desk.Ticket, m *desk.Message, st checkpoints.State) checkpoints.Row {
	return checkpoints.Row{
		Kind: desk.KindMessage, Parent: ticket.ID, ID: m.ID, State: st, Mark: m.Mark, Run: t.Run,
		Mapping: t.MapHash, Version: t.sourcePrints[m.ID],
	}
}

// call makes the call and puts its outcome. A call under way is finished even
// when the run is being stopped.
func (t *task) call(ctx context.Context, s Step) (connectors.Receipt, error) {
	if t.exclusive() {
		t.still.RLock()
		defer t.still.RUnlock()
	}
	ctx = context.WithoutCancel(ctx)
	var got connectors.Receipt
	var err error
	switch {
	case t.DryRun:
		got, err = t.foreseen(ctx, s)
	case s.Verb == Create:
		got, err = t.Target.Create(ctx, s.Record)
	case s.Verb == Update:
		got, err = t.Target.Update(ctx, t.seen.Target, s.Record, s.Fields)
	default:
		got, err = t.Target.Append(ctx, cmp.Or(s.Into, t.seen.Target), s.Message)
	}
	return got, t.ended(s, got, err)
}

// ended puts the outcome of a call, and returns its error as people read it. What
// was stopped before it began has none.
func (t *task) ended(s Step, got connectors.Receipt, err error) error {
	if errors.Is(err, errStop) {
		return err
	}
	err = s.named(err)
	if s.Verb != Create && errors.Is(err, connectors.ErrNotFound) {
		err = &connectors.Trouble{Reason: connectors.ReasonConflict, Err: fmt.Errorf("%w: its copy is gone from the target", err)}
	}
	t.outcome(s, got, err)
	return err
}

// named says in an error which call failed, over which record, if it does not.
func (s *Step) named(err error) error {
	if err == nil || strings.Contains(err.Error(), string(s.id())) {
		return err
	}
	if s.Verb == Append {
		return fmt.Errorf("append message %s to ticket %s: %w", s.id(), s.parent(), err)
	}
	return fmt.Errorf("%s %s %s: %w", s.Verb, s.kind(), s.id(), err)
}

// dryReceipt is what a call would have returned.
func dryReceipt(s Step) connectors.Receipt {
	return connectors.Receipt{ID: connectors.PlannedID + desk.ID(s.kind()) + ":" + s.id()}
}

// foreseen is what a call would have returned, as far as the target can tell.
func (t *task) foreseen(ctx context.Context, s Step) (connectors.Receipt, error) {
	got := dryReceipt(s)
	got.Adopted = s.Verb == Create && slices.Contains(t.Writes.Adopts, s.kind())
	if t.foreseer == nil {
		return got, nil
	}
	w := connectors.Write{Record: s.Record, Message: s.Message, Fields: s.Fields}
	if s.Verb != Create {
		w.ID = cmp.Or(s.Into, t.seen.Target)
	}
	var err error
	got.Losses, err = t.foreseer.Foresee(ctx, w)
	return got, err
}
