package conntest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// findsNoneGone has somebody else delete what a target made and found, which is also how a
// deletion looks to it whose answer was lost: what it remembers of that is worth nothing then.
func findsNoneGone(ctx context.Context, r *rig) error {
	by, err := r.deleter(ctx)
	if err != nil {
		return err
	}
	f, finds := by.(connectors.Finder)
	if !finds {
		return skipped("needs a target that is a Finder")
	}
	// A folder or mailbox has one target at a time, and people are in its State alone.
	if r.far.HTTP == nil && len(paths(r.far.Config))+len(r.traces.secrets) > 0 {
		return skipped("needs a system that two write to at once: Far.HTTP, or one in memory")
	}
	if err := r.makeOthers(ctx); err != nil {
		return err
	}
	var errs []error
	for _, kind := range r.writes.Kinds {
		k, tells := by.(connectors.KindDeleter)
		if slices.Contains(r.writes.Adopts, kind) || tells && errors.Is(k.Deletes(kind), connectors.ErrUnsupported) {
			continue
		}
		if err := r.findsGone(ctx, f, kind); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", kind, err))
		}
	}
	return errors.Join(errs...)
}

// findsGone looks for one of a kind before another deletes it, and after. A search with a Lag
// may not find at first.
func (r *rig) findsGone(ctx context.Context, f connectors.Finder, kind desk.Kind) error {
	rec, _ := twoOf(kind)
	got, whole, err := r.create(ctx, rec)
	if err != nil {
		return err
	}
	lagging, lags := f.(connectors.Lagging)
	if id, err := f.Find(ctx, whole); (!lags || lagging.Lag() == 0) && (err != nil || id != got.ID) {
		return fmt.Errorf("what was made as %s was found as %q (%s)", got.ID, id, said(err))
	}
	known := desk.Clone(whole) // as who was never brought, and has the same name
	known.About().Mark += "-other"
	if _, err := f.Find(ctx, known); err != nil && !errors.Is(err, connectors.ErrNotFound) {
		return err
	}
	if err := r.deletedByOther(ctx, kind, got.ID); err != nil {
		return err
	}
	if _, err := r.back(ctx, got.ID, whole); !errors.Is(err, connectors.ErrNotFound) {
		return fmt.Errorf("fetch said %v of what another deleted, want ErrNotFound", said(err))
	}
	if id, err := f.Find(ctx, whole); !errors.Is(err, connectors.ErrNotFound) {
		return fmt.Errorf("what another deleted was found as %q (%s), want ErrNotFound", id, said(err))
	}
	return nil
}

// deletedByOther deletes a record through a target that was opened beside the one of the rig.
func (r *rig) deletedByOther(ctx context.Context, kind desk.Kind, id desk.ID) error {
	other, err := r.kill(r.written.Len())
	if err != nil {
		return err
	}
	defer other.forget()
	by, err := other.deleter(ctx)
	if err != nil {
		return err
	}
	if err := by.Delete(ctx, kind, id); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return nil
}
