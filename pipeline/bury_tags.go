package pipeline

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// tagsThere are the tags of a copy whose ticket the source has no more.
type tagsThere struct {
	theirs bool // people changed them since they were written
	said   bool // the tag that says so is among them
}

// tagged is the ticket with the tag beside those that its copy has: a tombstone
// may have lost its own.
func (t *task) tagged(ctx context.Context, ticket *desk.Ticket) (*desk.Ticket, tagsThere, error) {
	c, tags := *ticket, tagsThere{}
	if from, ok := t.Target.(connectors.Fetcher); ok {
		back, err := t.asked(ctx, from, desk.KindTicket, t.seen.Target)
		if err != nil {
			return nil, tags, fmt.Errorf("ticket %s: read its tags before one is added: %w", ticket.ID, err)
		}
		there := back.(*desk.Ticket)
		c.Tags, tags.said = there.Tags, slices.Contains(there.Tags, DeletedTag)
		if tags.theirs, err = t.retagged(ctx, there); err != nil {
			return nil, tags, err
		}
	}
	if !slices.Contains(c.Tags, DeletedTag) {
		c.Tags = append(slices.Clone(c.Tags), DeletedTag)
	}
	return &c, tags, nil
}

// retagged tells whether people changed the tags of a copy, besides the one that says that
// the source has it no more.
func (t *task) retagged(ctx context.Context, there *desk.Ticket) (bool, error) {
	losses, err := t.Ledger.Losses(ctx, desk.KindTicket, t.rec.About().ID)
	if err != nil || t.seen.Written == nil {
		return false, err
	}
	changed := func(r desk.Record) bool {
		return slices.Contains(changedThere(r, t.seen.Row, t.Writes, lostFields(losses, desk.KindTicket)), "tags")
	}
	bare := *there
	bare.Tags = slices.DeleteFunc(slices.Clone(there.Tags), func(tag string) bool { return tag == DeletedTag })
	return changed(there) && changed(&bare), nil
}

// begunBeside is what an earlier update was about to say, the answer to which was lost, in
// fields that one which tells of a deletion says nothing of: it may stand there, as ours.
// Any other update says them again.
func begunBeside(begun desk.Prints, s Step) desk.Prints {
	if s.Verb != Update || !s.Record.About().Deleted {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(begun), func(p desk.Print) bool { return slices.Contains(s.Fields, p.Name) })
}
