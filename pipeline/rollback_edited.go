package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// edited lists the messages of ours in a ticket at the target that no longer read as they
// were written. The source and the mapping say how that was; of what they say otherwise
// by now, nothing is known, and nothing is told.
func (b *Rollback) edited(ctx context.Context, row checkpoints.Row, rows map[desk.ID]checkpoints.Row, there *desk.Ticket) (ids []string, err error) {
	ids = b.unmarked(rows, there)
	i, ticket, err := b.asWritten(ctx, row, rows)
	if ticket == nil || err != nil {
		return ids, err
	}
	ids = append(ids, i.renoted(ticket, there)...)
	at := newMatcher(there.Messages, b.Writes.Backdate)
	for n := range ticket.Messages {
		m := &ticket.Messages[n]
		r := rows[m.ID]
		takenOut := r.State == checkpoints.Intended && r.Print != "" // a rollback that was stopped was at it
		edited, _ := i.edited(m.ID)                                  // in the source
		stale := r.State != checkpoints.Done && !takenOut || r.Mapping != b.MapHash || edited
		if got := at.ours(r.Target, m.Mark); got != nil && !stale && i.rewritten(m, got) {
			ids = append(ids, string(m.ID))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// asWritten is a ticket as the source and the mapping say that it was written, with what
// is known of it; nil if they do not tell any more.
func (b *Rollback) asWritten(ctx context.Context, row checkpoints.Row, rows map[desk.ID]checkpoints.Row) (*inspection, *desk.Ticket, error) {
	from, ok := b.Source.(connectors.Fetcher)
	if !ok {
		return nil, nil, nil
	}
	rec, err := from.Fetch(ctx, row.Kind, row.ID)
	if errors.Is(err, connectors.ErrNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("the source does not say how it was written: %w", err)
	}
	ticket, ok := rec.(*desk.Ticket)
	if !ok || ticket.Deleted {
		return nil, nil, nil
	}
	tellApart(ticket)
	t := &task{run: b.compares(), rec: rec, seen: Seen{Row: row, Messages: rows}, looked: &Looked{}, sourcePrints: map[desk.ID]string{}}
	for n := range ticket.Messages {
		t.sourcePrints[ticket.Messages[n].ID] = ticket.Messages[n].Print()
	}
	skipped, err := t.mapped(ctx)
	if skipped || connectors.ReasonOf(err) == connectors.ReasonMapping {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	t.heed()
	if err := t.relink(ctx); err != nil {
		return nil, nil, err
	}
	t.stamp()
	i := &inspection{task: t, want: compare.There(rec, b.Writes)}
	if err := i.losses(ctx); err != nil {
		return nil, nil, err
	}
	return i, i.want.(*desk.Ticket), nil
}

// compares is a walk that writes nothing, neither there nor down.
func (b *Rollback) compares() *run {
	if b.reader == nil {
		p := *b.Pipeline
		p.DryRun, p.Watch = true, nil
		b.reader = newRun(&p)
		b.reader.check = &Verification{Pipeline: &p}
	}
	return b.reader
}

// rewritten tells whether a message at the target has another body than it was written
// with, but for what was told to be lost.
func (i *inspection) rewritten(want, got *desk.Message) bool {
	want, got = i.Crosslinks.likeOthers(want), i.Crosslinks.likeOthers(got)
	for _, d := range compare.Message(want, got, i.Writes) {
		if (d.Field == "text" || d.Field == "html") && !i.planned(want.ID, "message."+d.Field) {
			return !i.Writes.OneBody || !compare.SameBody(want, got)
		}
	}
	return false
}

// ours is the message of that id, else of that mark; nil if there is none.
func (m *matcher) ours(id desk.ID, mark string) *desk.Message {
	for _, got := range m.free {
		if id != "" && got.ID == id || id == "" && mark != "" && got.Mark == mark {
			return got
		}
	}
	return nil
}

// someEdited says so of a ticket; "" of none.
func someEdited(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return "somebody edited messages of it since: " + strings.Join(ids, ", ")
}
