package pipeline

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// DeletedTag is the tag by which a ticket says that its source no longer has it,
// where the target has no tombstones.
const DeletedTag = "deleted-in-source"

// buriedText is the note that says so where there are no tags.
const buriedText = "[Deleted in the source after it was moved.]"

// bury handles a record that the source no longer has. Nothing is deleted at the
// target: a tombstone or a tag says what happened.
func (t *task) bury(ctx context.Context) error {
	for _, settle := range []func(context.Context) error{t.takenBack, t.seek} {
		if err := settle(ctx); err != nil {
			return err
		}
	}
	switch {
	case t.seen.Target == "":
		return t.unbrought()
	case t.Join && t.seen.Natural != "":
		return t.letBe("deleted in the source; its copy stays, for others may be one with it")
	}
	if gone, err := t.goneToo(ctx); gone || err != nil {
		return err
	}
	rec, field, tags := t.rec, "deleted", tagsThere{}
	if !t.Writes.Tombstones {
		ticket, ok := t.rec.(*desk.Ticket)
		switch {
		case !ok:
			return t.letBe("deleted in the source; its copy stays as it is")
		case !t.Writes.Keeps(desk.KindTicket, "tags"):
			return t.epitaph(ctx, ticket)
		}
		tagged, those, err := t.tagged(ctx, ticket)
		if err != nil {
			return err
		}
		rec, field, tags = tagged, "tags", those
	}
	if err := t.mourn(ctx, rec, field, tags); err != nil {
		return err
	}
	if err := t.settleOrphans(ctx, nil); err != nil {
		return err
	}
	t.arrived()
	return nil
}

// goneToo leaves a record as it is that somebody deleted at the target too: there is nothing
// to say it on.
func (t *task) goneToo(ctx context.Context) (bool, error) {
	from, can := t.Target.(connectors.Fetcher)
	if !can || !t.Writes.Tombstones && t.rec.Kind() != desk.KindTicket { // nothing is said of others
		return false, nil
	}
	_, err := t.asked(ctx, from, t.rec.Kind(), t.seen.Target)
	if !errors.Is(err, connectors.ErrNotFound) {
		return false, err
	}
	const why = "deleted in the source, and at the target"
	t.leaveOut(why)
	return true, t.letBe(why)
}

// mourn writes the field that says that the source no longer has the record.
func (t *task) mourn(ctx context.Context, rec desk.Record, field string, tags tagsThere) error {
	m := rec.About()
	m.Mark, m.Deleted = t.Marks(rec.Kind(), "", m.ID), true
	says := desk.PrintsOf(rec).Only(field)
	prints := append(slices.DeleteFunc(slices.Clone(t.seen.Written), func(p desk.Print) bool { return p.Name == field }), says...)
	slices.SortFunc(prints, func(a, b desk.Print) int { return cmpNames(a.Name, b.Name) })
	switch {
	case len(prints.Changed(t.seen.Written)) == 0 || t.Writes.CreateOnly || t.seen.Joined:
		return nil
	case !tags.theirs:
		return t.write(ctx, Step{Verb: Update, Record: rec, Fields: []string{field}, Prints: prints})
	case tags.said: // which an answer that was lost would have told
		t.seen.Begun = nil
		return nil
	}
	return t.write(ctx, Step{Verb: Update, Record: rec, Fields: []string{field}, Prints: t.seen.Written, Theirs: true})
}

// letBe leaves a copy as it stands. What was still to be written of it nobody can write any
// more, so that its line waits for nothing.
func (t *task) letBe(why string) error {
	if t.seen.Open() {
		t.seen.State, t.seen.Since, t.seen.Reason, t.seen.Detail, t.seen.Begun = checkpoints.Done, time.Time{}, "", "", nil
		t.save()
	}
	return t.skip(why)
}

func cmpNames(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// epitaph says in a private note that the source no longer has the ticket, where the
// target has room for neither tombstones nor tags.
func (t *task) epitaph(ctx context.Context, tomb *desk.Ticket) error {
	ticket := &desk.Ticket{Meta: tomb.Meta}
	m := desk.Message{ID: "~" + DeletedTag + "/" + ticket.ID, Note: true, Text: buriedText, At: tomb.Updated}
	if m.At.IsZero() {
		m.At = t.Now().UTC().Truncate(time.Second)
	}
	m.Mark = t.Marks(desk.KindMessage, ticket.ID, m.ID)
	ticket.Messages, t.rec = []desk.Message{m}, ticket
	if err := t.settle(ctx); err != nil {
		return err
	}
	if !t.seen.settled(&m) && !t.Writes.CreateOnly {
		if err := t.write(ctx, Step{Verb: Append, Record: ticket, Message: &m}); err != nil {
			return err
		}
	}
	if err := t.settleOrphans(ctx, nil); err != nil {
		return err
	}
	t.arrived()
	return nil
}

// noteOfEdit is the id of the note that tells what a message says of which the print is
// now this.
func noteOfEdit(id desk.ID, now string) desk.ID { return id + "~" + desk.ID(now[:8]) }

// edits turns messages that were changed after they were written into notes that
// carry the new text: what was sent cannot be unsent.
func (t *task) edits() {
	ticket, ok := t.rec.(*desk.Ticket)
	if !ok || !t.Reads.Edits || t.seen.Target == "" {
		return
	}
	for _, m := range ticket.Messages {
		row := t.seen.Messages[m.ID]
		now := t.sourcePrints[m.ID]
		if row.State != checkpoints.Done || row.Version == "" || now == "" {
			continue
		}
		note := m
		note.ID = noteOfEdit(m.ID, now)
		t.reopenOne(note.ID)
		told, noted := t.seen.Messages[note.ID]
		if row.Version == now && (!noted || !told.Open()) { // else a rollback took it back
			continue
		}
		if told.State == checkpoints.Done { // told already: remember the new text
			row.Version = now // the line stays that of the run which wrote the message
			t.put(row)
			continue
		}
		if slices.ContainsFunc(ticket.Messages, func(has desk.Message) bool { return has.ID == note.ID }) {
			continue
		}
		note.Mark = t.Marks(desk.KindMessage, ticket.ID, note.ID)
		note.Note, note.Folds, note.Files = true, nil, nil
		if !ticket.Updated.IsZero() {
			note.At = ticket.Updated
		}
		note.Text, note.HTML = editedHead+"\n\n"+m.Text, ""
		ticket.Messages = append(ticket.Messages, note)
	}
}
