package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Where a ticket that was merged has no life of its own (connectors.Merger), it goes with
// the one that is left, and that one only where nothing in any of them is somebody's.
type families struct {
	merger  connectors.Merger       // nil if merged tickets are deleted like others
	ours    map[desk.ID]desk.Prints // what was last written of those that the source merged; nil until it is needed
	waiting []goesWith
	heads   map[desk.ID]bool // tickets that others were merged into, and that are taken back
	went    map[desk.ID]bool // those others, once theirs is deleted
}

// goesWith is a ticket that goes with the one that it was merged into.
type goesWith struct {
	row   checkpoints.Row
	there desk.Record
	into  desk.ID
}

// into is the ticket with which one goes; "" if it has a life of its own. So has one that
// is still to be merged: a run was killed before that.
func (b *Rollback) into(ctx context.Context, there desk.Record) (desk.ID, error) {
	t, ok := there.(*desk.Ticket)
	if !ok || b.merger == nil || t.MergedInto.ID == "" || t.MergedInto.ID == t.ID {
		return "", nil
	}
	into := t.MergedInto.ID
	all, err := b.merged(ctx, t, into)
	if !slices.ContainsFunc(all, func(m *desk.Ticket) bool { return m.ID == t.ID }) {
		into = ""
	}
	return into, err
}

// merged are the tickets that were merged into one of the target's.
func (b *Rollback) merged(ctx context.Context, there desk.Record, id desk.ID) (merged []*desk.Ticket, err error) {
	if _, ok := there.(*desk.Ticket); !ok || b.merger == nil {
		return nil, nil
	}
	err = b.patiently(ctx, func(ctx context.Context) (err error) {
		merged, err = b.merger.Merged(ctx, id)
		return err
	})
	return merged, err
}

// foreign tells why a ticket stays for those that were merged into it; "" if we merged
// them, and what is in them is all ours.
func (b *Rollback) foreign(ctx context.Context, merged []*desk.Ticket) (why string, err error) {
	for _, m := range merged {
		there, err := b.fetch(ctx, desk.KindTicket, m.ID)
		if errors.Is(err, connectors.ErrNotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		one, ok := there.(*desk.Ticket)
		if !ok {
			continue
		}
		switch ours, err := b.mergedByUs(ctx, one); {
		case err != nil:
			return "", err
		case !ours:
			return fmt.Sprintf("somebody merged ticket %s into it", m.ID), nil
		case slices.ContainsFunc(one.Messages, func(m desk.Message) bool { return m.Mark == "" }):
			return fmt.Sprintf("ticket %s was merged into it, and somebody wrote a message into that", m.ID), nil
		}
	}
	return "", nil
}

// mergedByUs tells whether a ticket stands merged as it was last written.
func (b *Rollback) mergedByUs(ctx context.Context, there *desk.Ticket) (bool, error) {
	if b.ours == nil {
		b.ours = map[desk.ID]desk.Prints{}
		for row, err := range b.Ledger.Rows(ctx, checkpoints.Query{Kinds: []desk.Kind{desk.KindTicket}}) {
			if err != nil {
				return false, err
			}
			if row.Written.Has("merged_into") {
				b.ours[row.Target] = row.Written.Only("merged_into")
			}
		}
	}
	return len(printsThere(there).Only("merged_into").Changed(b.ours[there.ID])) == 0, nil
}

// head notes that a ticket is taken back, or stays, with those that were merged into it.
func (f *families) head(id desk.ID, merged []*desk.Ticket, taken bool) {
	if len(merged) == 0 {
		return
	}
	if f.heads == nil {
		f.heads, f.went = map[desk.ID]bool{}, map[desk.ID]bool{}
	}
	f.heads[id] = taken
	for _, m := range merged {
		f.went[m.ID] = taken
	}
}

// withTheirs takes back the tickets that go with another: all are looked at by now.
func (b *Rollback) withTheirs(ctx context.Context) error {
	waiting := b.waiting
	b.waiting = nil
	for _, w := range waiting {
		if !b.heads[w.into] {
			if err := b.leave(ctx, w.row, w.there, fmt.Sprintf("it was merged into ticket %s there, which stays", w.into)); err != nil {
				return err
			}
			continue
		}
		b.tell(Undone{Kind: w.row.Kind, ID: w.row.ID, Target: w.row.Target, Deleted: true})
		if !b.Do {
			continue
		}
		if err := b.Ledger.Forget(ctx, w.row.Kind, w.row.ID); err != nil {
			return err
		}
	}
	return nil
}
