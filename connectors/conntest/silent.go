package conntest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func silentRules() []rule {
	return []rule{
		{"Silent", "Caps.Silent: no write sends anybody an e-mail, whether it makes, answers, changes, closes or deletes.", []need{aTarget, {"Writes.Silent", func(r *rig) bool { return r.writes.Silent }}}, staysSilent},
	}
}

// silent tells of e-mails that were sent although none may be.
func (r *rig) silent(when string) error {
	if r.far.Outbox == nil || !r.writes.Silent {
		return nil
	}
	if sent := r.far.Outbox(); len(sent) > 0 {
		return fmt.Errorf("%s the system sent %d e-mails, the first one: %s", when, len(sent), sent[0])
	}
	return nil
}

func staysSilent(ctx context.Context, r *rig) error {
	switch {
	case r.far.Outbox == nil && r.far.HTTP == nil:
		return skipped("needs Far.Outbox, or HTTP")
	case r.far.Outbox == nil:
		return errors.New("caps promise Silent, and nothing tells whether it holds: give Far.Outbox")
	}
	for _, rec := range r.writable(Sample()) {
		got, whole, err := r.create(ctx, rec)
		if err = errors.Join(err, r.silent("when a "+string(rec.Kind())+" was made")); err != nil {
			return err
		}
		if err := r.changeSilently(ctx, got.ID, whole); err != nil {
			return err
		}
	}
	return nil
}

// changeSilently answers, changes and deletes what was made.
func (r *rig) changeSilently(ctx context.Context, id desk.ID, whole desk.Record) error {
	if t, ok := whole.(*desk.Ticket); ok && !r.writes.CreateOnly {
		for _, note := range []bool{false, true} {
			m := lateMessage()
			m.ID, m.Mark = m.ID+desk.ID(fmt.Sprint(note)), m.Mark+fmt.Sprint(note)
			m.Author, m.Note, m.To = t.Assignee, note, []desk.Address{{Email: "olga@gruen.test"}}
			_, err := r.target.Append(ctx, id, &m)
			if err = errors.Join(err, r.silent(fmt.Sprintf("when a message (note: %v) was appended", note))); err != nil {
				return err
			}
		}
	}
	if !r.writes.CreateOnly {
		after, fields := changedSample(whole)
		if whole.Kind() == desk.KindTicket {
			fields = append(slices.Clone(fields), "assignee", "requester")
		}
		_, err := r.target.Update(ctx, id, after, fields)
		if err = errors.Join(err, r.silent("when a "+string(whole.Kind())+" was updated")); err != nil {
			return err
		}
	}
	if d, ok := r.target.(connectors.Deleter); ok && whole.Kind() == desk.KindTicket {
		return errors.Join(d.Delete(ctx, whole.Kind(), id), r.silent("when a ticket was deleted"))
	}
	return nil
}
