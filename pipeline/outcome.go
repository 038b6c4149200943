package pipeline

import (
	"errors"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// outcome puts the lines that say what a call did.
func (t *task) outcome(s Step, got connectors.Receipt, err error) {
	if s.Verb == Append {
		t.appended(s.Message, got, err)
		return
	}
	switch {
	case err == nil:
		t.seen.Begun = nil
		t.wrote = true
		t.seen.State, t.seen.Since, t.seen.Job, t.seen.Reason, t.seen.Detail = checkpoints.Entered, time.Time{}, "", "", ""
		t.seen.Written, t.seen.TargetVersion = s.Prints, got.Version
		was := t.seen.Returned
		if t.seen.Returned = got.Returned; s.Verb == Update {
			if was != nil {
				t.seen.Returned = replaced(was, got.Returned, s.Fields)
			}
			t.seen.Settled = replaced(t.seen.Settled, nil, s.Fields)
		}
		t.seen.Mapping, t.seen.Version = t.MapHash, t.rec.About().Version
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
	if t.seen.Target, t.seen.Adopted = got.ID, got.Adopted; !got.Adopted {
		t.seen.Made = t.Run
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
