package conntest

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func durableRules() []rule {
	return []rule{
		{"SyncDurable", "What was written before Sync returned is there after a kill; what was written after it may be lost, but is never half.", []need{aTarget, reopening, tickets}, syncDurable},
		{"SyncRepeat", "After a kill, whether the private state is as old as the last Sync or newer, repeating the writes since then doubles nothing and damages nothing.", []need{aTarget, reopening, tickets, repeating}, syncRepeat},
		{"DryRun", "With Env.DryRun a target opens and answers, and nothing changes: no file, no folder, no record.", []need{aTarget}, dryRun},
		{"CloseAgain", "A target opened and closed without a write changes nothing.", []need{aTarget, reopening}, closeAgain},
	}
}

// scene is a system with one ticket synced, and then one ticket and one message
// more that were not.
type scene struct {
	old, fresh       connectors.Receipt
	oldWant, newWant *desk.Ticket // oldWant as it was synced
	late             desk.Message
	synced           int // puts in the state when Sync had returned
}

func (r *rig) play(ctx context.Context) (s scene, err error) {
	t := simple("synced", "first", "second")
	t.Messages[0].Files = []desk.File{Bytes("kept.bin", "application/octet-stream", []byte{0, 1, 2})}
	if s.old, s.oldWant, err = r.makeTicket(ctx, t); err != nil {
		return s, err
	}
	if err := r.sync(ctx); err != nil {
		return s, err
	}
	s.synced = r.written.Len()
	return s, r.writeLate(ctx, &s)
}

// writeLate writes what is not synced; it can be written again.
func (r *rig) writeLate(ctx context.Context, s *scene) (err error) {
	t := simple("unsynced", "third")
	t.Messages[0].Files = []desk.File{Bytes("new.bin", "application/octet-stream", []byte{3, 4})}
	if s.fresh, s.newWant, err = r.makeTicket(ctx, t); err != nil {
		return err
	}
	s.late = lateMessage()
	if r.writes.CreateOnly {
		return nil
	}
	_, err = r.target.Append(ctx, s.old.ID, &s.late)
	return err
}

func syncDurable(ctx context.Context, r *rig) error {
	s, err := r.play(ctx)
	if err != nil {
		return err
	}
	after, err := r.kill(s.synced)
	if err != nil {
		return err
	}
	defer after.forget()
	if err := after.oldStands(ctx, &s); err != nil {
		return fmt.Errorf("after the kill: %w", err)
	}
	back, err := after.backTicket(ctx, s.fresh.ID, s.newWant)
	if errors.Is(err, connectors.ErrNotFound) {
		return nil
	}
	if err == nil {
		err = same(ctx, r.writes, s.newWant, back)
	}
	if err != nil {
		return fmt.Errorf("what was not synced is there in part: %w", err)
	}
	return nil
}

// oldStands checks the synced ticket: as it was, or with the late message too.
func (r *rig) oldStands(ctx context.Context, s *scene) error {
	back, err := r.backTicket(ctx, s.old.ID, s.oldWant)
	if err != nil {
		return err
	}
	want := desk.Clone(s.oldWant).(*desk.Ticket)
	if len(back.Messages) > len(want.Messages) {
		want.Messages = append(want.Messages, s.late)
	}
	return same(ctx, r.writes, want, back)
}

func syncRepeat(ctx context.Context, r *rig) error {
	s, err := r.play(ctx)
	if err != nil {
		return err
	}
	for _, puts := range []int{s.synced, (s.synced + r.written.Len()) / 2, r.written.Len()} {
		after, err := r.kill(puts)
		if err != nil {
			return err
		}
		if err := after.again(ctx, s); err != nil {
			return fmt.Errorf("killed with %d of %d puts, %d of them synced: %w", puts, r.written.Len(), s.synced, err)
		}
		after.forget()
	}
	return nil
}

// again repeats what was not synced, ends the run, and looks.
func (r *rig) again(ctx context.Context, s scene) error {
	if err := r.writeLate(ctx, &s); err != nil {
		return fmt.Errorf("repeat: %w", err)
	}
	if err := r.close(ctx); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	if !r.writes.CreateOnly {
		s.oldWant = desk.Clone(s.oldWant).(*desk.Ticket)
		s.oldWant.Messages = append(s.oldWant.Messages, s.late)
	}
	for _, one := range []struct {
		id   desk.ID
		want *desk.Ticket
	}{{s.old.ID, s.oldWant}, {s.fresh.ID, s.newWant}} {
		back, err := r.backTicket(ctx, one.id, one.want)
		if err != nil {
			return err
		}
		if err := same(ctx, r.writes, one.want, back); err != nil {
			return err
		}
	}
	r.targets[named{desk.KindTicket, "unsynced"}] = s.fresh.ID
	return r.noneTwice(ctx)
}

func dryRun(ctx context.Context, r *rig) error {
	before, err := r.trees()
	if err != nil {
		return err
	}
	r.dry = true
	if err := r.ask(ctx); err != nil {
		return err
	}
	return r.unchanged(before)
}

// ask opens the target, asks it what can be asked, and closes it.
func (r *rig) ask(ctx context.Context) error {
	d, err := r.open(ctx)
	if err != nil {
		return err
	}
	if f, ok := d.(connectors.Finder); ok {
		if id, err := f.Find(ctx, &desk.Contact{Emails: []string{"nobody@example.com"}}); !errors.Is(err, connectors.ErrNotFound) {
			return fmt.Errorf("nothing was written, and Find says %q, %v", id, said(err))
		}
	}
	if d, ok := d.(connectors.Describer); ok {
		if _, err := d.Describe(ctx); err != nil {
			return fmt.Errorf("describe: %w", err)
		}
	}
	if c, ok := d.(connectors.Closer); ok {
		err = c.Close()
	}
	r.target = nil
	return err
}

func closeAgain(ctx context.Context, r *rig) error {
	for _, rec := range r.writable(crowd("still", 2)) {
		if _, _, err := r.create(ctx, rec); err != nil {
			return err
		}
	}
	if err := r.close(ctx); err != nil {
		return err
	}
	for range 2 {
		if _, err := r.open(ctx); err != nil {
			return err
		}
		if err := r.close(ctx); err != nil {
			return err
		}
	}
	return r.noneTwice(ctx)
}
