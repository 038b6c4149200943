package pipeline

import (
	"errors"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// outcome puts the lines that say what a call did.
func (t *task) outcome(s Step, got connectors.Receipt, err error) {
	if s.Verb == Append {
		t.appended(s.Message, got, err)
		return
	}
	switch {
	case err == nil:
		t.seen.Begun = begunBeside(t.seen.Begun, s)
		t.wrote = true
		t.seen.State, t.seen.Since, t.seen.Job, t.seen.Reason, t.seen.Detail = checkpoints.Entered, time.Time{}, "", "", ""
		t.seen.Written, t.seen.TargetVersion = s.Prints, got.Version
		t.givenBack(s, got)
		if !got.Adopted { // else it says what it said before us
			t.seen.Mapping, t.seen.Version = t.MapHash, t.rec.About().Version
		}
		if s.Verb == Create {
			t.standsAs(got)
			t.known.set(t.rec.Kind(), t.rec.About().ID, got.ID)
			t.created(s, got)
		}
	case errors.Is(err, connectors.ErrUnsure):
		t.stillUnsure(&t.seen.Row) // stays intended
		return
	default:
		t.seen.State, t.seen.Since, t.seen.Job, t.seen.Begun = checkpoints.Held, time.Time{}, "", t.broken
		t.seen.Reason, t.seen.Detail = string(connectors.ReasonOf(err)), err.Error()
	}
	t.save()
}

// givenBack notes what the target gave back of what was written. An answer to an update that
// says nothing leaves what is known: the fields say by now what was written, but for those
// that the target does not leave empty.
func (t *task) givenBack(s Step, got connectors.Receipt) {
	if s.Verb != Update {
		t.seen.Returned = got.Returned
		return
	}
	if s.Theirs {
		return
	}
	t.seen.Settled = replaced(t.seen.Settled, nil, s.Fields)
	switch was := t.seen.Returned; {
	case was == nil && got.Returned != nil:
		t.seen.Returned = replaced(t.unheard(s, got), got.Returned, s.Fields)
	case was == nil:
	case got.Returned == nil:
		kept := func(name string) bool {
			return !s.Prints.Has(name) && slices.Contains(t.Writes.Always[t.rec.Kind()], name)
		}
		t.seen.Returned = replaced(was, s.Prints, slices.DeleteFunc(slices.Clone(s.Fields), kept))
	default:
		t.seen.Returned = replaced(was, got.Returned, s.Fields)
	}
}

// unheard is what a record, of which no answer said anything before, is taken to have said
// when an update was made: what was written, and what a system puts there by itself. All
// else that stands there by then may be somebody's.
func (t *task) unheard(s Step, got connectors.Receipt) desk.Prints {
	out := slices.Clone(s.Prints)
	for _, p := range got.Returned {
		always := slices.Contains(t.Writes.Always[t.rec.Kind()], p.Name)
		if !s.Prints.Has(p.Name) && (always || compare.OfItsOwn(p.Name)) {
			out = append(out, p)
		}
	}
	return out
}

// stillUnsure puts the line of a write of which nobody knows whether it happened. It may
// have been sent as late as now: a connector waits for what the system allows in a time,
// and begins a call again that was turned away.
func (t *task) stillUnsure(row *checkpoints.Row) {
	if row.State == checkpoints.Intended {
		row.Since = t.theirNow().UTC()
		t.put(*row)
	}
}

// standsAs notes what Create says that the record is at the target: made by this run, or
// there before it.
func (t *task) standsAs(got connectors.Receipt) {
	t.seen.Target, t.seen.Adopted, t.seen.Made = got.ID, got.Adopted, t.Run
	if got.Adopted {
		t.seen.Made = 0
	}
}

// created puts the lines of the messages that went with a new ticket.
func (t *task) created(s Step, got connectors.Receipt) {
	ticket, ok := s.Record.(*desk.Ticket)
	if !ok {
		return
	}
	for i := range ticket.Messages {
		m := &ticket.Messages[i]
		row := t.messageRow(ticket, m, checkpoints.Done)
		row.Target, row.Print = got.Messages[m.ID], m.Print()
		t.put(row)
		t.written(m.ID)
		t.linksWritten(m.ID)
	}
}

func (t *task) written(id desk.ID) {
	delete(t.failed, id) // it was, at an earlier try
	if t.done == nil {
		t.done = map[desk.ID]bool{}
	}
	t.done[id] = true
}

// appended puts the line of a message.
func (t *task) appended(m *desk.Message, got connectors.Receipt, err error) {
	row := t.messageRow(t.rec.(*desk.Ticket), m, checkpoints.Done)
	switch {
	case err == nil:
		row.Target, row.Print = got.ID, m.Print()
		t.wrote = true
		t.written(m.ID)
		t.linksWritten(m.ID)
	case errors.Is(err, connectors.ErrUnsure):
		row = t.seen.Messages[m.ID]
		t.stillUnsure(&row) // stays intended
		t.seen.Messages[m.ID] = row
		return
	default:
		row.State, row.Reason, row.Detail = stateFor(err, connectors.ReasonOf(err)), string(connectors.ReasonOf(err)), err.Error()
		if t.failed == nil {
			t.failed = map[desk.ID]bool{}
		}
		t.failed[m.ID] = true
		t.seen.Messages[m.ID] = row
	}
	t.put(row)
}
