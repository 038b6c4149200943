package conntest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func deleteRules() []rule {
	on := []need{aTarget, reopening}
	return []rule{
		{"DeleteForGood", "What a Deleter took away stays away when the run has ended, the source reads it no more, others are as they were, and it can be made anew. Which kinds it keeps it says ahead (KindDeleter).", on, deletesForGood},
		{"DeleteKilled", "What was deleted before Sync returned is gone after a kill; what was deleted after it is there or gone, and can be deleted again.", append(on, tickets), deletesKilled},
		{"DeleteMessage", "A MessageDeleter takes one message out of a ticket and leaves the others; it can be appended anew.", append(on, tickets, changing), deletesMessage},
	}
}

// deleter opens the target as one that deletes and can be asked.
func (r *rig) deleter(ctx context.Context) (connectors.Deleter, error) {
	d, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	by, deletes := d.(connectors.Deleter)
	if _, fetches := d.(connectors.Fetcher); !deletes || !fetches {
		return nil, skipped("needs a target that is a Deleter and a Fetcher")
	}
	return by, nil
}

func deletesForGood(ctx context.Context, r *rig) error {
	if _, err := r.deleter(ctx); err != nil {
		return err
	}
	var errs []error
	for _, kind := range slices.Backward(desk.Kinds) {
		if r.writes.Has(kind) {
			if err := r.deletesKind(ctx, kind); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", kind, err))
			}
		}
	}
	return errors.Join(errs...)
}

// deletesKind makes two of a kind and deletes one of them.
func (r *rig) deletesKind(ctx context.Context, kind desk.Kind) error {
	if slices.Contains(r.writes.Adopts, kind) { // none is made
		return r.keepsKind(ctx, kind)
	}
	goes, stays := twoOf(kind)
	if err := r.makeOthers(ctx); err != nil {
		return err
	}
	first, whole, err := r.create(ctx, goes)
	if err != nil {
		return err
	}
	second, other, err := r.create(ctx, stays)
	if err != nil {
		return err
	}
	by, err := r.deleter(ctx)
	if err != nil {
		return err
	}
	err = by.Delete(ctx, kind, first.ID)
	if err := saidAhead(by, kind, err); err != nil {
		return err
	}
	if errors.Is(err, connectors.ErrUnsupported) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	if err := r.isGone(ctx, whole, first.ID, other, second.ID); err != nil {
		return err
	}
	if by, err = r.deleter(ctx); err != nil {
		return err
	}
	if err := by.Delete(ctx, kind, first.ID); !errors.Is(err, connectors.ErrNotFound) {
		return fmt.Errorf("a second delete said %v, want ErrNotFound", said(err))
	}
	return r.anew(ctx, goes)
}

// keepsKind looks whether a Deleter says ahead that it deletes none of a kind of which
// none is made.
func (r *rig) keepsKind(ctx context.Context, kind desk.Kind) error {
	by, err := r.deleter(ctx)
	if err != nil {
		return err
	}
	if k, ok := by.(connectors.KindDeleter); !ok || !errors.Is(k.Deletes(kind), connectors.ErrUnsupported) {
		return errors.New("none is made, and yet Deletes does not say that none is deleted")
	}
	return nil
}

// saidAhead compares what Deletes says of a kind with what Delete said of one.
func saidAhead(by connectors.Deleter, kind desk.Kind, deed error) error {
	var ahead error
	if k, ok := by.(connectors.KindDeleter); ok {
		ahead = k.Deletes(kind)
	}
	if errors.Is(deed, connectors.ErrUnsupported) != errors.Is(ahead, connectors.ErrUnsupported) {
		return fmt.Errorf("delete said %v, and ahead of it Deletes said %v", said(deed), said(ahead))
	}
	return nil
}

// isGone looks for what was deleted and for its neighbour, before the end of the run
// and after it, and by the source.
func (r *rig) isGone(ctx context.Context, gone desk.Record, id desk.ID, other desk.Record, stands desk.ID) error {
	for _, when := range []string{"at once", "after the run"} {
		if _, err := r.back(ctx, id, gone); !errors.Is(err, connectors.ErrNotFound) {
			return fmt.Errorf("%s Fetch said %v of what was deleted, want ErrNotFound", when, said(err))
		}
		back, err := r.back(ctx, stands, other)
		if err == nil {
			err = same(ctx, r.writes, other, back)
		}
		if err != nil {
			return fmt.Errorf("%s another record is not as it was: %w", when, err)
		}
		if err := r.close(ctx); err != nil {
			return err
		}
	}
	n, err := r.readsOf(ctx, gone, id)
	if err == nil && n > 0 {
		err = fmt.Errorf("the source reads what was deleted, %d times", n)
	}
	return err
}

// readsOf is how often the source yields a record; 0 too if it does not read the kind.
// Helpdesks go on showing people who were deleted: there only tickets are looked for.
func (r *rig) readsOf(ctx context.Context, rec desk.Record, id desk.ID) (n int, err error) {
	if !r.hasSource() || !r.reads.Has(rec.Kind()) || r.far.HTTP != nil && rec.Kind() != desk.KindTicket {
		return 0, nil
	}
	items, err := r.readAll(ctx, rec.Kind())
	for _, got := range latest(items) {
		if m := got.About(); m.ID == id || m.Mark != "" && m.Mark == rec.About().Mark {
			n++
		}
	}
	return n, err
}

// anew makes again what was deleted.
func (r *rig) anew(ctx context.Context, rec desk.Record) error {
	got, whole, err := r.create(ctx, rec)
	if err != nil {
		return fmt.Errorf("made anew: %w", err)
	}
	back, err := r.back(ctx, got.ID, whole)
	if err == nil {
		err = same(ctx, r.writes, whole, back)
	}
	if err != nil {
		return fmt.Errorf("made anew: %w", err)
	}
	if err := r.close(ctx); err != nil {
		return err
	}
	n, err := r.readsOf(ctx, whole, got.ID)
	if err == nil && n > 1 {
		err = fmt.Errorf("made anew: the source reads it %d times", n)
	}
	return err
}

// twoOf are two records of a kind that refer to no other of the two.
func twoOf(kind desk.Kind) (a, b desk.Record) {
	if kind == desk.KindTicket {
		return simple("goes", "first", "second", "third"), simple("stays", "first", "second")
	}
	a, b = desk.New(kind), desk.New(kind)
	for i, rec := range []desk.Record{a, b} {
		name := []string{"goes", "stays"}[i]
		*rec.About() = plain(kind, desk.ID(name))
		switch c := rec.(type) {
		case *desk.Contact:
			c.Name, c.Emails = name, []string{name + "@gone.example.com"}
		case *desk.Agent:
			c.Name, c.Email = name, name+"@desk.gone.example.com"
		case *desk.Organization:
			c.Name = "Verein " + name
		case *desk.Group:
			c.Name = "Team " + name
		case *desk.Category:
			c.Name = "Thema " + name
		}
	}
	return a, b
}

func deletesKilled(ctx context.Context, r *rig) error {
	if _, err := r.deleter(ctx); err != nil {
		return err
	}
	var made []desk.ID
	var wholes []*desk.Ticket
	for _, name := range []desk.ID{"one", "two", "stays"} {
		got, whole, err := r.makeTicket(ctx, simple(name, "first "+string(name), "second"))
		if err != nil {
			return err
		}
		made, wholes = append(made, got.ID), append(wholes, whole)
	}
	if err := r.sync(ctx); err != nil {
		return err
	}
	by, err := r.deleter(ctx)
	if err != nil {
		return err
	}
	if err := by.Delete(ctx, desk.KindTicket, made[0]); err != nil {
		return err
	}
	if err := r.sync(ctx); err != nil {
		return err
	}
	synced := r.written.Len()
	if err := by.Delete(ctx, desk.KindTicket, made[1]); err != nil {
		return err
	}
	for _, puts := range []int{synced, (synced + r.written.Len()) / 2, r.written.Len()} {
		after, err := r.kill(puts)
		if err == nil {
			err = after.goesOn(ctx, made, wholes)
			after.forget()
		}
		if err != nil {
			return fmt.Errorf("killed with %d of %d puts, %d of them synced: %w", puts, r.written.Len(), synced, err)
		}
	}
	return nil
}

// goesOn deletes after a kill the second ticket too, and looks.
func (r *rig) goesOn(ctx context.Context, made []desk.ID, wholes []*desk.Ticket) error {
	by, err := r.deleter(ctx)
	if err != nil {
		return err
	}
	if _, err := r.back(ctx, made[0], wholes[0]); !errors.Is(err, connectors.ErrNotFound) {
		return fmt.Errorf("Fetch said %v of what was deleted before Sync, want ErrNotFound", said(err))
	}
	if err := by.Delete(ctx, desk.KindTicket, made[1]); err != nil && !errors.Is(err, connectors.ErrNotFound) {
		return err
	}
	for i := range 2 {
		if err := r.isGone(ctx, wholes[i], made[i], wholes[2], made[2]); err != nil {
			return err
		}
	}
	return nil
}
