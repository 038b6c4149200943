package pipeline

import (
	"context"
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
	if again && t.waited() {
		return // it was counted when it was made
	}
	if t.repeat && !again && (outcome == Unchanged || outcome == Skipped) {
		return // it was counted in the pass before, which left no trace in its line
	}
	switch prior, ok := countedAs(t.was); {
	case !again:
		t.tally.add(t.rec.Kind(), outcome, 1)
	case ok && prior != outcome:
		t.tally.move(t.rec.Kind(), prior, outcome, 1)
	}
	if ticket, ok := t.rec.(*desk.Ticket); ok {
		for i := range ticket.Messages {
			t.countMessage(&ticket.Messages[i], again)
		}
	}
	e := Event{Kind: t.rec.Kind(), ID: t.rec.About().ID, Outcome: outcome}
	if t.trial != nil {
		e.Reason, e.Detail, e.Err = t.trial.Reason, t.trial.Error(), t.trial.Err
	}
	t.tell(e)
}

// waited tells whether the record stands at the target and only waited for a
// reference to another ticket.
func (t *task) waited() bool {
	return t.was.State == checkpoints.Held && t.was.Target != "" && strings.HasPrefix(t.was.Detail, waitsFor)
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

// countMessage counts one message; again says that this run counted the ticket
// before.
func (t *task) countMessage(m *desk.Message, again bool) {
	was := t.seen.Messages[m.ID]
	now := Unchanged
	switch {
	case t.done[m.ID]:
		now = Created
	case t.failed[m.ID] || was.State == checkpoints.Failed && t.state != checkpoints.Skipped:
		now = Failed
	case was.State == checkpoints.Done:
	default:
		now, _ = outcomeOf(t.state)
		if now == "" { // the ticket arrived, the message not
			now = Held
		}
	}
	prior, counted := countedAs(t.was)
	counted = counted && again
	if again && !counted && now != Created {
		return
	}
	for _, of := range [...]struct {
		kind desk.Kind
		n    int
	}{{desk.KindMessage, 1}, {desk.KindFile, len(m.Files)}} {
		switch {
		case !counted:
			t.tally.add(of.kind, now, of.n)
		case prior != now && (was.State != checkpoints.Done || t.done[m.ID]):
			t.tally.move(of.kind, prior, now, of.n)
		}
	}
	if now == Failed && t.failed[m.ID] {
		t.tellMessage(m)
	}
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
