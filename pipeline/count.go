package pipeline

import (
	"context"
	"errors"
	"maps"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// count counts what became of the record, its messages and their files. What this
// run has counted before, and came back to, is counted anew, not twice.
func (t *task) count() {
	outcome := t.outcomeNow()
	again := t.was.Run == t.Run && t.was.Run != 0
	if again && waited(t.was) {
		return // it was counted when it was made
	}
	if t.repeat && !again && (outcome == Unchanged || outcome == Skipped) {
		return // it was counted in the pass before, which left no trace in its line
	}
	switch prior, ok := countedAs(t.was); {
	case !again:
		t.counts(t.rec.Kind(), "", t.rec.About().ID, 1, Counted{To: outcome, Record: t.rec})
	case ok && prior != outcome:
		t.counts(t.rec.Kind(), "", t.rec.About().ID, 1, Counted{From: prior, To: outcome, Record: t.rec})
	}
	if ticket, ok := t.rec.(*desk.Ticket); ok {
		for i := range ticket.Messages {
			t.countMessage(&ticket.Messages[i], again)
		}
	}
	e := Event{Kind: t.rec.Kind(), ID: t.rec.About().ID, Outcome: outcome, Again: again}
	if t.trial != nil {
		e.Reason, e.Detail, e.Err = t.trial.Reason, t.trial.Error(), t.trial.Err
	}
	if waits := new(namesError); t.trial != nil && errors.As(t.trial.Err, &waits) {
		return // this run comes back to it
	}
	if prior, open := countedAs(t.was); !again || !open || prior != outcome || e.Detail != t.was.Detail {
		t.tell(e)
	}
}

// waited tells of a line whether its record stands at the target and only waited for a
// reference to another ticket, or for somebody's decision.
func waited(was checkpoints.Row) bool {
	return was.State == checkpoints.Held && was.Target != "" && (strings.HasPrefix(was.Detail, waitsFor) || disputed(was))
}

// outcomeOf is what an unfinished line was counted as; ok is false for a finished
// one, which must not be counted again.
func outcomeOf(st checkpoints.State) (o Outcome, ok bool) {
	switch st {
	case checkpoints.Held, checkpoints.Entered, checkpoints.Intended:
		return Held, true
	case checkpoints.Failed:
		return Failed, true
	case checkpoints.Skipped:
		return Skipped, true
	case checkpoints.Done:
	}
	return "", false
}

// countedAs is what a line was counted as. One in doubt stays so, whatever its record
// was left for: the reason tells.
func countedAs(row checkpoints.Row) (Outcome, bool) {
	if row.State == checkpoints.Intended && row.Reason != "" {
		return outcomeOf(stateFor(nil, connectors.Reason(row.Reason)))
	}
	return outcomeOf(row.State)
}

func (t *task) outcomeNow() Outcome {
	if o, ok := outcomeOf(t.state); ok {
		return o
	}
	madeNow := t.seen.Made == t.Run && t.Run != 0 && t.seen.Target != "" // found again, perhaps, after its answer was lost
	switch {
	case (t.wrote && t.was.Target == "" || madeNow) && !t.seen.Adopted:
		return Created
	case t.was.Target == "" && t.seen.Adopted:
		return Adopted
	case t.wrote:
		return Updated
	}
	return Unchanged
}

// remember keeps the lines that this run has put of the ticket's messages, as they are
// before the task: they tell what was counted.
func (t *task) remember() {
	mine := func(run int64) bool { return run == t.Run && t.Run != 0 }
	for _, row := range t.seen.Messages {
		if mine(row.Run) || mine(t.was.Run) {
			t.had = maps.Clone(t.seen.Messages)
			return
		}
	}
}

// countMessage counts one message; again says that this run counted the ticket
// before. What the message was counted as then, its own line tells.
func (t *task) countMessage(m *desk.Message, again bool) {
	ticket, open := outcomeOf(t.state)
	now := countedWith(ticket, open, t.seen.Messages[m.ID])
	if t.done[m.ID] {
		now = Created
	}
	was, known := t.had[m.ID]
	ticket, open = countedAs(t.was)
	counted := again && (known || open) || known && was.Run == t.Run && t.Run != 0
	prior := countedWith(ticket, open, was)
	for _, of := range [...]struct {
		kind desk.Kind
		n    int
	}{{desk.KindMessage, 1}, {desk.KindFile, len(m.Files)}} {
		switch {
		case !counted:
			t.counts(of.kind, t.rec.About().ID, m.ID, of.n, Counted{To: now, Record: t.rec})
		case prior != now && was.State != checkpoints.Done:
			t.counts(of.kind, t.rec.About().ID, m.ID, of.n, Counted{From: prior, To: now, Record: t.rec})
		}
	}
	if now == Failed && t.failed[m.ID] && (!counted || prior != now) {
		t.tellMessage(m)
	}
}

// countedWith is what a message is counted as, whose line is row and whose ticket is counted
// as given, if that is open: one without an outcome of its own waits, or was left out, with
// its ticket.
func countedWith(ticket Outcome, open bool, row checkpoints.Row) Outcome {
	switch {
	case row.State == checkpoints.Done:
		return Unchanged
	case open && ticket == Skipped:
		return Skipped
	case row.State == checkpoints.Failed:
		return Failed
	case !open || row.State == checkpoints.Held: // the ticket arrived, the message not
		return Held
	}
	return ticket
}

func (t *task) tellMessage(m *desk.Message) {
	row, _, err := t.Ledger.Row(context.Background(), desk.KindMessage, t.rec.About().ID, m.ID)
	if err != nil {
		row.Detail = err.Error()
	}
	t.tell(Event{
		Kind: desk.KindMessage, ID: m.ID, Parent: t.rec.About().ID, Outcome: Failed,
		Reason: connectors.Reason(row.Reason), Detail: row.Detail,
	})
}
