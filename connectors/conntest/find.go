package conntest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func findRules() []rule {
	return []rule{
		{"FindByMark", "A Finder finds what it made by its mark, the right one of several, and by no other mark; the mark counts more than the natural key.", []need{aTarget}, findByMark},
		{"FindByNatural", "A Finder finds people and shelves that stand already by their natural key, however it is spelt.", []need{aTarget}, findByNatural},
		{"FindNoneGone", "What Fetch says is not there is not found by its mark or natural key either, whoever deleted it since it was made or found.", []need{aTarget, reopening}, findsNoneGone},
		{"Delete", "A Deleter takes back what was made: afterwards it is not there, deleting it again says ErrNotFound, and nothing else is gone. Of kinds that the system cannot delete it says ErrUnsupported, and deletes none.", []need{aTarget}, deletes},
	}
}

// finder opens the target as a Finder.
func (r *rig) finder(ctx context.Context) (connectors.Finder, error) {
	d, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	f, ok := d.(connectors.Finder)
	if !ok {
		return nil, skipped("needs a target that is a Finder")
	}
	if l, ok := d.(connectors.Lagging); ok && l.Lag() > 0 {
		return nil, skipped("needs a Finder without a Lag")
	}
	return f, nil
}

func findByMark(ctx context.Context, r *rig) error {
	f, err := r.finder(ctx)
	if err != nil {
		return err
	}
	for _, rec := range r.writable(append(Sample(), crowd("f", 2)...)) {
		if _, _, err := r.create(ctx, rec); err != nil {
			return err
		}
	}
	var errs []error
	for what, want := range r.targets {
		ask := desk.New(what.kind)
		ask.About().ID, ask.About().Mark = what.id, mark(what.kind, what.id)
		if got, err := f.Find(ctx, ask); err != nil || got != want {
			errs = append(errs, fmt.Errorf("the %s made as %q was found as %q (%s)", what.kind, want, got, said(err)))
		}
		ask.About().Mark += "-other"
		if got, err := f.Find(ctx, ask); !errors.Is(err, connectors.ErrNotFound) {
			errs = append(errs, fmt.Errorf("a mark that no %s has found %q (%s), want ErrNotFound", what.kind, got, said(err)))
		}
	}
	return errors.Join(append(errs, r.marksFirst(ctx, f))...)
}

// marksFirst asks for somebody with the mark of one and the address of another.
func (r *rig) marksFirst(ctx context.Context, f connectors.Finder) error {
	if !r.writes.Has(desk.KindContact) {
		return nil
	}
	for _, pair := range [][2]desk.ID{{"f0", "f1"}, {"f1", "f0"}} {
		ask := &desk.Contact{Meta: desk.Meta{Mark: mark(desk.KindContact, pair[0])}, Emails: []string{string(pair[1]) + "@crowd.example.com"}}
		if got, err := f.Find(ctx, ask); err != nil || got != r.targets[named{desk.KindContact, pair[0]}] {
			return fmt.Errorf("asked for the mark of contact %s and the address of %s, it found %q (%s): the mark comes first", pair[0], pair[1], got, said(err))
		}
	}
	return nil
}

func findByNatural(ctx context.Context, r *rig) error {
	f, err := r.finder(ctx)
	if err != nil {
		return err
	}
	for _, rec := range r.writable(Sample()) {
		if _, _, err := r.create(ctx, rec); err != nil {
			return err
		}
	}
	var errs []error
	for _, rec := range r.writable([]desk.Record{
		&desk.Contact{Emails: []string{"Olga@Gruen.test"}},
		&desk.Agent{Email: "AIKO@desk.example.com"},
		&desk.Organization{Name: " bäckerei  grün & söhne"},
		&desk.Group{Name: "второй Уровень"},
		&desk.Category{Name: "rechnungen"},
	}) {
		rec.About().Mark = "conntest-stranger"
		want := r.targets[named{rec.Kind(), "1"}]
		if got, err := f.Find(ctx, rec); err != nil || got != want {
			errs = append(errs, fmt.Errorf("the %s %q, known as %q, was found as %q (%s)", rec.Kind(), desk.Natural(rec), want, got, said(err)))
		}
	}
	return errors.Join(errs...)
}

func deletes(ctx context.Context, r *rig) error {
	d, err := r.open(ctx)
	if err != nil {
		return err
	}
	del, ok := d.(connectors.Deleter)
	if !ok {
		return skipped("needs a target that is a Deleter")
	}
	f, ok := d.(connectors.Fetcher)
	if !ok {
		return skipped("needs a target that is a Fetcher")
	}
	for _, rec := range r.writable(append(Sample(), crowd("d", 1)...)) {
		if _, _, err := r.create(ctx, rec); err != nil {
			return err
		}
	}
	var errs []error
	gone := map[named]bool{}
	for _, kind := range slices.Backward(desk.Kinds) { // some refuse whom a ticket still names
		what := named{kind, "d0"}
		id, made := r.targets[what]
		if !made {
			continue
		}
		err := deleteOne(ctx, del, f, kind, id)
		if !errors.Is(err, connectors.ErrUnsupported) {
			gone[what], errs = true, append(errs, err)
		}
	}
	if len(gone) == 0 {
		errs = append(errs, errors.New("it is a Deleter and deletes nothing"))
	}
	for what, id := range r.targets {
		if _, err := f.Fetch(ctx, what.kind, id); !gone[what] && err != nil {
			errs = append(errs, fmt.Errorf("the %s %s was not deleted: %w", what.kind, id, err))
		}
	}
	return errors.Join(errs...)
}

// deleteOne deletes a record, and looks whether it is gone. It wraps ErrUnsupported if
// the target deletes none of the kind.
func deleteOne(ctx context.Context, del connectors.Deleter, f connectors.Fetcher, kind desk.Kind, id desk.ID) error {
	err := del.Delete(ctx, kind, id)
	if errors.Is(err, connectors.ErrUnsupported) {
		return err
	}
	errs := []error{}
	if err != nil {
		errs = append(errs, fmt.Errorf("delete %s %s: %w", kind, id, err))
	}
	if _, err := f.Fetch(ctx, kind, id); !errors.Is(err, connectors.ErrNotFound) {
		errs = append(errs, fmt.Errorf("fetch of the deleted %s %s said %v, want ErrNotFound", kind, id, said(err)))
	}
	if err := del.Delete(ctx, kind, id); !errors.Is(err, connectors.ErrNotFound) {
		errs = append(errs, fmt.Errorf("deleting %s %s again said %v, want ErrNotFound", kind, id, said(err)))
	}
	return errors.Join(errs...)
}
