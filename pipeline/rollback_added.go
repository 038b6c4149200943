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

// additions takes back what was added to tickets that are not ours to delete: of one
// run, the messages that it appended to tickets of earlier runs; of all, those in tickets
// that stood there before. Fields that were changed stay, which is told: the ledger does
// not know what they said before.
func (b *Rollback) additions(ctx context.Context) error {
	if b.Of == 0 {
		for row, err := range b.Ledger.Rows(ctx, checkpoints.Query{Kinds: []desk.Kind{desk.KindTicket}}) {
			if err == nil && row.Adopted && row.Target != "" {
				err = b.added(ctx, row)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	if err := b.changed(ctx); err != nil {
		return err
	}
	last := desk.ID("")
	for m, err := range b.Ledger.Rows(ctx, checkpoints.Query{Kinds: []desk.Kind{desk.KindMessage}, Run: b.Of}) {
		if err != nil {
			return err
		}
		if m.Parent == last || !standing(m) {
			continue
		}
		last = m.Parent
		row, known, err := b.Ledger.Row(ctx, desk.KindTicket, "", m.Parent)
		if err == nil && known && row.Target != "" && row.Made != b.Of {
			err = b.added(ctx, row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// changed tells of the records that the run changed and did not make.
func (b *Rollback) changed(ctx context.Context) error {
	for row, err := range b.Ledger.Rows(ctx, checkpoints.Query{Kinds: desk.Kinds, Run: b.Of}) {
		if err != nil {
			return err
		}
		if row.Target != "" && row.Made != b.Of && !row.Joined && (!row.Adopted || b.wroteTo(row)) {
			b.tell(Undone{Kind: row.Kind, ID: row.ID, Target: row.Target, Why: "the run went on with it: what it changed of its fields stays, for what they said before is not kept"})
		}
	}
	return nil
}

// standing tells whether a message stands at the target, or may.
func standing(m checkpoints.Row) bool {
	return m.State == checkpoints.Done || m.State == checkpoints.Intended
}

// added takes the messages that a run appended out of a ticket, the newest first.
func (b *Rollback) added(ctx context.Context, ticket checkpoints.Row) error {
	rows, err := b.Ledger.Messages(ctx, ticket.ID)
	if err != nil {
		return err
	}
	rec, err := b.fetch(ctx, desk.KindTicket, ticket.Target)
	if errors.Is(err, connectors.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("ticket %s: look whether it was touched: %w", ticket.ID, err)
	}
	there, out := rec.(*desk.Ticket), []removal{}
	for _, m := range rows {
		if standing(m) && (b.Of == 0 || m.Run == b.Of) {
			out = append(out, removal{row: m, at: placeIn(there.Messages, m)})
		}
	}
	if len(out) == 0 {
		return nil
	}
	edited, err := b.edited(ctx, ticket, rows, there)
	if err != nil {
		return fmt.Errorf("ticket %s: look whether its messages were edited: %w", ticket.ID, err)
	}
	for i := range out {
		out[i].edited = slices.Contains(edited, string(out[i].row.ID))
	}
	slices.SortFunc(out, func(x, y removal) int { return y.at - x.at })
	return b.takeOut(ctx, ticket, there.Messages, out)
}

// removal is a message that is to be taken out, and where it stands in its ticket; -1 it
// does not. One that somebody edited stays.
type removal struct {
	row    checkpoints.Row
	at     int
	edited bool
}

// placeIn is where a message of ours stands among those of a ticket.
func placeIn(there []desk.Message, m checkpoints.Row) int {
	return slices.IndexFunc(there, func(t desk.Message) bool {
		return m.Target != "" && t.ID == m.Target || t.Mark != "" && t.Mark == m.Mark
	})
}

// takeOut takes messages out of one ticket, between two writes to the ledger.
func (b *Rollback) takeOut(ctx context.Context, ticket checkpoints.Row, there []desk.Message, out []removal) error {
	if b.Do && b.taker != nil {
		for _, o := range out {
			if o.edited {
				continue
			}
			o.row.State, o.row.Since = checkpoints.Intended, b.Now().UTC()
			b.Ledger.Put(o.row)
		}
		if err := errors.Join(b.rewind(ctx), b.Store.Flush(ctx)); err != nil {
			return err
		}
	}
	left := 0
	var stop error
	for _, o := range out {
		u := Undone{Kind: desk.KindMessage, Parent: ticket.ID, ID: o.row.ID, Target: o.row.Target}
		if stop == nil {
			u.Why, stop = b.message(ctx, ticket, there, o)
		}
		if stop != nil {
			continue // its line says that it is in doubt
		}
		if u.Deleted = u.Why == ""; !u.Deleted {
			left++
		}
		if b.Do {
			b.Ledger.Put(afterwards(o.row, u.Deleted))
		}
		b.tell(u)
	}
	if stop == nil && left == 0 && b.Do && ticket.Run == b.Of && ticket.Made != 0 {
		ticket.Run = ticket.Made // nothing of the later run is in it any more
		b.Ledger.Put(ticket)
	}
	if b.Do {
		stop = errors.Join(stop, b.sync(context.WithoutCancel(ctx)))
	}
	return stop
}

// afterwards is the line of a message: to be appended anew, or as it was.
func afterwards(row checkpoints.Row, gone bool) checkpoints.Row {
	if gone {
		row.State, row.Target, row.Print, row.Reason, row.Detail = checkpoints.Entered, "", "", "", ""
	}
	return row
}

// message takes one message out, or tells why it stays.
func (b *Rollback) message(ctx context.Context, ticket checkpoints.Row, there []desk.Message, o removal) (why string, err error) {
	switch {
	case o.at < 0 && o.row.State == checkpoints.Intended && o.row.Print != "":
		return "", nil // a rollback that was stopped has taken it out
	case o.at < 0 && o.row.State == checkpoints.Intended:
		return nobodyKnows, nil
	case o.at < 0:
		return "it is no longer in its ticket: somebody deleted or moved it", nil
	case o.edited:
		return "somebody edited it since", nil
	case b.taker == nil:
		return "the target takes back no single messages: delete it there by hand", nil
	case !b.Do:
		return "", nil
	}
	err = b.deleting(ctx, func(ctx context.Context) error { return b.taker.DeleteMessage(ctx, ticket.Target, there[o.at].ID) })
	switch {
	case errors.Is(err, connectors.ErrNotFound):
		return "", nil
	case errors.Is(err, connectors.ErrUnsupported), errors.Is(err, connectors.ErrRefused):
		return err.Error(), nil
	case err != nil:
		return "", fmt.Errorf("ticket %s: take message %s out: %w", ticket.ID, o.row.ID, err)
	}
	return "", nil
}
