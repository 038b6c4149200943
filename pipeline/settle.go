package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// naturalKey is what the record may be joined or adopted by; "" if it may not.
func (t *task) naturalKey() string {
	if !t.Join || t.rec.About().Deleted {
		return ""
	}
	return desk.Natural(t.rec)
}

// settle finds out what the ledger does not know: people and shelves that stand
// already, and writes whose outcome is unknown. All that it learns enters the
// ledger in one batch: a ticket known to have arrived, with messages not known to
// have, would get its messages twice.
func (t *task) settle(ctx context.Context) error {
	t.seen.Natural = t.naturalKey()
	before := t.seen.Row
	if t.seen.Target == "" && t.seen.Natural != "" {
		if err := t.join(ctx); err != nil {
			return err
		}
	}
	unsure := t.seen.State == checkpoints.Intended
	if unsure && t.seen.Target == "" && t.seen.Job != "" {
		if err := t.await(ctx); err != nil {
			return err
		}
		unsure = t.seen.State == checkpoints.Intended || t.seen.Target != ""
	}
	if t.seen.Target == "" && (unsure || t.seen.Natural != "") {
		if err := t.find(ctx); err != nil {
			return err
		}
	}
	if t.foundApart(before) {
		err := t.asFound(ctx, before)
		if err == nil {
			err = t.lostInMaking(ctx)
		}
		if err != nil {
			t.seen.Row = before
		}
		return err
	}
	for _, row := range t.seen.Messages {
		unsure = unsure || row.State == checkpoints.Intended
	}
	if ticket, ok := t.rec.(*desk.Ticket); ok && unsure && t.seen.Target != "" {
		return t.recount(ctx, ticket, before)
	}
	return nil
}

// join makes the record share what another source's record of the same natural
// key stands for. That one owns its updates.
func (t *task) join(ctx context.Context) error {
	row, ok, err := t.Ledger.Natural(ctx, t.rec.Kind(), t.seen.Natural)
	if from, can := t.Target.(connectors.Fetcher); can && ok && err == nil {
		gone := false
		gone, err = t.takenAway(ctx, from, row)
		ok = !gone
	}
	if err == nil && !ok {
		return t.notBeside(ctx)
	}
	if err != nil || row.ID == t.rec.About().ID && row.Target == "" {
		return err
	}
	t.adopt(row.Target)
	t.seen.Joined = true
	return nil
}

// notBeside holds the record back while another of the same natural key is in doubt: it
// may be on its way, and would then stand there twice.
func (t *task) notBeside(ctx context.Context) error {
	kind, id := t.rec.Kind(), t.rec.About().ID
	doubt, err := t.Ledger.InDoubt(ctx, kind, t.seen.Natural, id)
	if _, first := t.listed.Load(string(kind) + "\x00" + t.seen.Natural); first && !t.anyway(t.rec) {
		doubt = true
	}
	if err == nil && doubt {
		err = fmt.Errorf("%s %s: another source's record of the same %s may be on its way: %w", kind, id, t.seen.Natural, connectors.ErrBusy)
	}
	return err
}

// adopt takes what stands at the target as it is; only what changes from now on
// is written to it.
func (t *task) adopt(id desk.ID) {
	t.seen.Target, t.seen.Adopted, t.seen.State = id, true, checkpoints.Entered
	t.seen.Written = kept(t.rec, t.Writes)
}

// find looks for the record at the target.
func (t *task) find(ctx context.Context) error {
	intended := t.seen.State == checkpoints.Intended
	finder, ok := t.Target.(connectors.Finder)
	if !ok {
		if intended && t.syncer == nil {
			return t.ambiguous("the system offers nothing to find it by: " + byHand)
		}
		return nil
	}
	id, err := t.findThere(ctx, finder)
	switch {
	case errors.Is(err, connectors.ErrNotFound):
		if !intended {
			return nil
		}
		if err := t.believed(ctx, &t.seen.Row); err != nil {
			return err
		}
		t.seen.State = checkpoints.Entered // it never happened
		return nil
	case err != nil:
		return err
	case intended && !slices.Contains(t.Writes.Adopts, t.rec.Kind()): // it is ours: bring it up to date
		t.seen.Target, t.seen.State, t.seen.Written, t.seen.Made = id, checkpoints.Entered, nil, cmp.Or(t.seen.Made, t.was.Run)
	default:
		return t.stood(ctx, id)
	}
	return nil
}

// findThere asks the target, when there is room for a call.
func (t *task) findThere(ctx context.Context, finder connectors.Finder) (desk.ID, error) {
	leave, err := t.room(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return finder.Find(ctx, t.rec)
}

// byHand is what a person can do about a write in doubt.
const byHand = "look there, then say quarantine --found or --missing; nothing writes it again by itself"

func (t *task) ambiguous(hint string) error {
	return &connectors.Trouble{
		Reason: connectors.ReasonAmbiguous,
		Err:    fmt.Errorf("%s %s: an earlier write may or may not have arrived", t.rec.Kind(), t.rec.About().ID),
		Hint:   hint,
	}
}

// recount reads the ticket back and matches its messages: by mark where the
// target keeps marks, else by time and text, in order. When it cannot be read, its
// line is as before: half of what settles it is not to be known.
func (t *task) recount(ctx context.Context, ticket *desk.Ticket, before checkpoints.Row) error {
	from, ok := t.Target.(connectors.Fetcher)
	if !ok {
		if ids := t.doubtful(ticket); len(ids) > 0 {
			return t.ambiguous(fmt.Sprintf("the system cannot be asked which messages it has (in doubt: %s): %s", some(ids), byHand))
		}
		return nil // its fields alone are in doubt, and may be written again
	}
	back, err := t.asked(ctx, from, desk.KindTicket, t.seen.Target)
	if err != nil {
		t.seen.Row = before
		return err
	}
	if before.Target == "" {
		t.foundAs(back, before)
		t.cameAlong(ticket.Messages)
	}
	said, err := t.saidIn(ctx, from, back.(*desk.Ticket))
	if err != nil {
		t.seen.Row = before
		return err
	}
	there := newMatcher(said, t.Writes.Backdate)
	for _, row := range t.seen.Messages { // first, for an earlier one may look the same
		if row.State == checkpoints.Done {
			there.take(row.Target)
		}
	}
	var due, doubtful []*desk.Message
	for i := range ticket.Messages {
		m := &ticket.Messages[i]
		row := t.seen.Messages[m.ID]
		if row.State == checkpoints.Done || row.State == checkpoints.Failed {
			continue // what was refused is not there, and waits for retry
		}
		if due = append(due, m); InDoubt(row) { // others cannot be there, whatever looks like them
			doubtful = append(doubtful, m)
		}
	}
	there.expect(doubtful)
	if err := t.lostInMaking(ctx); err != nil {
		t.seen.Row = before
		return err
	}
	for _, m := range due {
		if err := t.recountOne(ctx, ticket, m, there, &before); err != nil {
			if connectors.ReasonOf(err) != connectors.ReasonAmbiguous {
				t.seen.Row = before
			}
			return err
		}
	}
	t.save()
	return nil
}

// recountOne finds out whether a message arrived. ErrBusy says that it cannot be told
// yet: a message of a ticket whose creation is in doubt may come as late as the ticket.
func (t *task) recountOne(ctx context.Context, ticket *desk.Ticket, m *desk.Message, there *matcher, before *checkpoints.Row) error {
	doubt, row := t.seen.Messages[m.ID], t.messageRow(ticket, m, checkpoints.Entered)
	id, found, clear := there.match(m)
	creating := before.State == checkpoints.Intended && before.Target == ""
	if clear && !found && (doubt.State == checkpoints.Intended || creating) {
		id, found, clear = there.cutOff(m)
	}
	if clear && !found && t.editedSince(m.ID, doubt.Version, row.Version) {
		id, found, clear = there.reworded(m)
	}
	if clear && !found && t.isNote(m.ID) {
		id, found, clear = there.ownNote(m)
	}
	if !clear {
		return t.ambiguous(fmt.Sprintf("several messages in ticket %s look like %s of %s: %s",
			t.seen.Target, m.ID, m.At.Format(time.RFC3339), byHand))
	}
	if doubt.State == checkpoints.Intended && !found {
		if err := t.believed(ctx, &doubt); err != nil {
			t.put(doubt)
			return err
		}
	}
	if creating && !found {
		if err := t.believed(ctx, before); err != nil {
			return err
		}
	}
	if found {
		row.State, row.Target, row.Print = checkpoints.Done, id, m.Print()
		if doubt.Run != 0 { // the run that wrote it
			row.Run = doubt.Run
		}
		if doubt.Version != "" && doubt.Version != row.Version { // the source edited it since: edits tells that
			row.Version, row.Print = doubt.Version, ""
		}
		if doubt.Run == t.Run && t.Run != 0 { // it was made in this run, which counts it
			t.written(m.ID)
		}
		if t.linksFound(m.ID, id) {
			row.Print = ""
		}
		if err := t.lostUnheard(ctx, Step{Verb: Append, Record: ticket, Message: m}, before.Target == "" && doubt.State == checkpoints.Entered); err != nil {
			return err
		}
	}
	t.seen.Messages[m.ID] = row
	t.put(row)
	return nil
}
