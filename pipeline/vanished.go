package pipeline

import (
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

// vanished puts aside what was left open and is no longer in the source. What the
// source never made a record of keeps its reason, which names the place.
func (r *run) vanished(ctx context.Context, kind desk.Kind, id desk.ID) error {
	row, exists, err := r.Ledger.Row(ctx, kind, "", id)
	switch {
	case err != nil || !exists || row.Reason == string(connectors.ReasonUnreadable):
		return err
	case row.State == checkpoints.Done && kind == desk.KindTicket:
		return r.orphans(ctx, id)
	case row.State == checkpoints.Done:
		return nil
	case row.Target != "", row.State == checkpoints.Intended && kind == desk.KindTicket:
		rec := desk.New(kind)
		rec.About().ID, rec.About().Deleted = id, true
		return r.record(ctx, rec, nil)
	}
	row.State, row.Reason, row.Run = checkpoints.Failed, string(connectors.ReasonVanished), r.Run
	row.Detail = fmt.Sprintf("%s %s: the source no longer has it", kind, id)
	return r.setAside(ctx, row)
}

// orphans settles what is open of the messages of a ticket that stands, and that the
// source no longer has. What the target does not tell now is asked again.
func (r *run) orphans(ctx context.Context, id desk.ID) error {
	ticket := &desk.Ticket{Meta: desk.Meta{ID: id, Deleted: true}}
	unlock, _ := r.busy.lock(busyName(desk.To(desk.KindTicket, id)), busyName(desk.To(desk.KindTicket, id)))
	defer unlock()
	t := &task{run: r, rec: ticket}
	if err := t.look(ctx); err != nil {
		return err
	}
	err := t.settleOrphans(ctx, nil)
	if errors.Is(err, errStop) || errors.Is(err, connectors.ErrDenied) || ctx.Err() != nil {
		return err
	}
	return nil
}

// settleLeft is settleOrphans for a ticket that the source still has, without some messages.
// Only one that was asked for by itself is known to be all there.
func (t *task) settleLeft(ctx context.Context) error {
	ticket, ok := t.rec.(*desk.Ticket)
	if !ok || !t.whole {
		return nil
	}
	has := make(map[desk.ID]bool, len(ticket.Messages))
	for i := range ticket.Messages {
		has[ticket.Messages[i].ID] = true
	}
	for id := range t.verdict.Dropped {
		has[id] = true
	}
	return t.settleOrphans(ctx, has)
}

// settleOrphans closes the open lines of messages of which the source has no text any more,
// all but some: nobody can write them. One whose write is in doubt stands there if its mark
// does.
func (t *task) settleOrphans(ctx context.Context, but map[desk.ID]bool) error {
	var open []checkpoints.Row
	doubt := false
	for id, row := range t.seen.Messages {
		if row.Open() && row.State != checkpoints.Failed && !but[id] && !t.done[id] { // not what was written just now
			open, doubt = append(open, row), doubt || InDoubt(row)
		}
	}
	slices.SortFunc(open, func(a, b checkpoints.Row) int { return strings.Compare(string(a.ID), string(b.ID)) })
	there, err := t.markedThere(ctx, doubt)
	if err != nil {
		return err
	}
	for _, row := range open {
		if err := t.settleOrphan(ctx, row, there); err != nil {
			return err
		}
	}
	return nil
}

// seek looks for a ticket of which nobody knows whether it was made, and that the source
// has no more: by its mark, which is all that is left of it. Its messages may have come with
// it.
func (t *task) seek(ctx context.Context) error {
	if t.rec.Kind() != desk.KindTicket || t.seen.State != checkpoints.Intended || t.seen.Target != "" {
		return nil
	}
	t.rec.About().Mark = t.seen.Mark
	if t.seen.Job != "" {
		if err := t.await(ctx); err != nil {
			return err
		}
	}
	before := t.seen.Row
	if t.seen.State == checkpoints.Intended && t.seen.Target == "" {
		if err := t.find(ctx); err != nil {
			return err
		}
	}
	if err := t.asFound(ctx, before); err != nil {
		return err
	}
	t.cameAlong(nil)
	return nil
}

// cameAlong puts in doubt the messages that may have come with a ticket whose making nobody
// answered, and that the source has no more: none of what it has is like them.
func (t *task) cameAlong(has []desk.Message) {
	for id, row := range t.seen.Messages {
		lost := !slices.ContainsFunc(has, func(m desk.Message) bool { return m.ID == id })
		if row.State == checkpoints.Entered && t.seen.Target != "" && lost {
			row.State = checkpoints.Intended
			t.seen.Messages[id] = row
		}
	}
}

// unbrought leaves out a record that the source lost before it was brought, and what was
// known of its messages.
func (t *task) unbrought() error {
	const why = "deleted in the source before it was brought"
	t.leaveOut(why)
	return t.skip(why)
}

// leaveOut closes the open lines of messages that nobody can write, nor needs to.
func (t *task) leaveOut(why string) {
	for id, row := range t.seen.Messages {
		if row.Open() {
			row.State, row.Since, row.Reason, row.Detail = checkpoints.Skipped, time.Time{}, string(connectors.ReasonFiltered), why
			t.seen.Messages[id] = row
			t.put(row)
		}
	}
}

// markedThere are the messages of the ticket's copy by their marks, if they are wanted; nil
// where the target cannot tell.
func (t *task) markedThere(ctx context.Context, wanted bool) (map[string]desk.ID, error) {
	from, can := t.Target.(connectors.Fetcher)
	if !can || !wanted {
		return nil, nil
	}
	back, err := t.asked(ctx, from, desk.KindTicket, t.seen.Target)
	if errors.Is(err, connectors.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	there := map[string]desk.ID{}
	for _, m := range back.(*desk.Ticket).Messages {
		if m.Mark != "" {
			there[m.Mark] = m.ID
		}
	}
	return there, nil
}

func (t *task) settleOrphan(ctx context.Context, was checkpoints.Row, there map[string]desk.ID) error {
	id, found := there[was.Mark]
	doubt := InDoubt(was)
	if was.State == checkpoints.Intended && !found && len(there) > 0 {
		if err := t.believed(ctx, &was); err != nil {
			return err
		}
	}
	row, outcome := was, Failed
	row.Run, row.Since, row.Reason, row.Detail = t.Run, time.Time{}, "", ""
	switch ours := was.Run == t.Run; {
	case doubt && found && ours:
		row.State, row.Target, outcome = checkpoints.Done, id, Created
	case doubt && found:
		row.State, row.Target, outcome = checkpoints.Done, id, Unchanged
	case t.overtook(was.ID): // another note tells all that this one was to tell
		row.State, row.Reason, row.Detail, outcome = checkpoints.Skipped, string(connectors.ReasonFiltered), "the source changed again before this note was written", Skipped
	default:
		row.State, row.Reason, row.Detail = checkpoints.Failed, string(connectors.ReasonVanished), t.whyOrphan(was, was.State == checkpoints.Intended && len(there) == 0)
	}
	t.put(row)
	t.seen.Messages[row.ID] = row
	t.countOrphan(was, row, outcome)
	return nil
}

// overtook tells a note of ours in a ticket that the source still has.
func (t *task) overtook(id desk.ID) bool {
	about, _, noted := strings.Cut(string(id), "~")
	return noted && !t.rec.About().Deleted && (about == "" || t.Reads.Edits)
}

// whyOrphan says in a message's line why nobody writes it.
func (t *task) whyOrphan(row checkpoints.Row, unknown bool) string {
	gone, arrived := "its ticket "+string(row.Parent), "it is not at the target"
	if !t.rec.About().Deleted {
		gone = "it in ticket " + string(row.Parent)
	}
	if unknown {
		arrived = "whether it arrived cannot be told: look there"
	}
	return fmt.Sprintf("message %s: the source no longer has %s, and %s", row.ID, gone, arrived)
}

func (t *task) countOrphan(was, row checkpoints.Row, outcome Outcome) {
	again, c := was.Run == t.Run, Counted{To: outcome, Record: t.rec}
	if again {
		c.From = Held
	}
	t.counts(desk.KindMessage, row.Parent, row.ID, 1, c)
	if outcome == Failed {
		t.tell(Event{
			Kind: row.Kind, ID: row.ID, Parent: row.Parent, Outcome: outcome, Again: again,
			Reason: connectors.Reason(row.Reason), Detail: row.Detail,
		})
	}
}
