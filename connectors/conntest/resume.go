package conntest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func resumeRules() []rule {
	on := []need{aSource, seeding, rereading, resuming}
	return []rule{
		{"ResumeAnywhere", "Resuming from any item's cursor misses nothing that came after it, though many records share one time.", on, resumeAnywhere},
		{"ResumeIdle", "The last cursor of an unchanged system brings nothing new, also after reopening.", on, resumeIdle},
		{"ResumeChanged", "What was added or changed after a cursor is read from it.", on, resumeChanged},
		{"GarbageCursor", "A cursor that does not fit makes Read begin at the beginning: it neither panics nor loses anything.", []need{aSource, seeding, rereading}, garbageCursor},
		{"Deletions", "A record that is gone is yielded once more, marked Deleted.", append(on, deletions, aTarget), readDeletions},
		{"Partitions", "The partitions of a kind are the same at each asking, and together they yield what Read does.", []need{aSource, seeding, rereading}, partitions},
	}
}

func resumeAnywhere(ctx context.Context, r *rig) error {
	s, err := r.seeded(ctx)
	if err != nil {
		return err
	}
	for _, kind := range r.reads.Kinds {
		all, err := list(s.Read(ctx, kind, ""))
		if err != nil {
			return err
		}
		for i, it := range all {
			rest, err := list(s.Read(ctx, kind, it.Cursor))
			if err != nil {
				return fmt.Errorf("resume %s after item %d: %w", kind, i+1, err)
			}
			if missing := lost(names(all[i+1:]), names(rest)); len(missing) > 0 {
				return fmt.Errorf("resumed after item %d of %d, reading %s misses %q", i+1, len(all), kind, missing)
			}
		}
	}
	return nil
}

// lost are the names of want that got does not have.
func lost(want, got []desk.ID) []desk.ID {
	return slices.DeleteFunc(slices.Clone(want), func(id desk.ID) bool { return slices.Contains(got, id) })
}

// ends reads everything and returns the last cursor of each kind.
func (r *rig) ends(ctx context.Context) (map[desk.Kind]connectors.Cursor, map[desk.Kind][]connectors.Item, error) {
	ends, all := map[desk.Kind]connectors.Cursor{}, map[desk.Kind][]connectors.Item{}
	s, err := r.source(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, kind := range r.reads.Kinds {
		items, err := list(s.Read(ctx, kind, ""))
		if err != nil {
			return nil, nil, fmt.Errorf("read %s: %w", kind, err)
		}
		if all[kind] = items; len(items) > 0 {
			ends[kind] = items[len(items)-1].Cursor
		}
	}
	return ends, all, nil
}

func resumeIdle(ctx context.Context, r *rig) error {
	if err := r.seed(ctx, world()...); err != nil {
		return err
	}
	ends, all, err := r.ends(ctx)
	if err != nil {
		return err
	}
	s, err := r.source(ctx)
	if err != nil {
		return err
	}
	for kind, end := range ends {
		items, err := list(s.Read(ctx, kind, end))
		if err != nil {
			return err
		}
		if r.far.HTTP == nil && len(items) > 0 {
			return fmt.Errorf("nothing changed, and %d items of kind %s are read: %q", len(items), kind, names(items))
		}
		if fresh := lost(names(items), names(all[kind])); len(fresh) > 0 {
			return fmt.Errorf("nothing changed, and new %s are read: %q", kind, fresh)
		}
	}
	return nil
}

func resumeChanged(ctx context.Context, r *rig) error {
	if err := r.seed(ctx, world()...); err != nil {
		return err
	}
	ends, all, err := r.ends(ctx)
	if err != nil {
		return err
	}
	if err := r.seed(ctx, crowd("new", 2)...); err != nil {
		return err
	}
	changed, err := r.say(ctx)
	if err != nil {
		return err
	}
	s, err := r.source(ctx)
	if err != nil {
		return err
	}
	for _, kind := range []desk.Kind{desk.KindContact, desk.KindTicket} {
		if r.sown(kind, crowd("new", 2)) == 0 {
			continue
		}
		items, err := list(s.Read(ctx, kind, ends[kind]))
		if err != nil {
			return err
		}
		if n := len(lost(tops(items), tops(all[kind]))); n != 2 {
			return fmt.Errorf("2 new records of kind %s, %d were read: %q", kind, n, names(items))
		}
		if changed != "" && kind == desk.KindTicket && latest(items)[changed] == nil {
			return fmt.Errorf("ticket %s has a new message and was not read again", changed)
		}
	}
	return nil
}

// tops are the ids of the records alone.
func tops(items []connectors.Item) (out []desk.ID) {
	for _, rec := range records(items) {
		out = append(out, rec.About().ID)
	}
	return out
}

// say appends a message to the sample ticket; "" if that cannot be done here.
func (r *rig) say(ctx context.Context) (desk.ID, error) {
	id := r.targets[named{desk.KindTicket, "1"}]
	if id == "" || r.writes.CreateOnly {
		return "", nil
	}
	d, err := r.open(ctx)
	if err != nil {
		return "", err
	}
	m := say("", "late", "olga@gruen.test", "One thing more.")
	m.Author, m.At = desk.Ref{}, born.Add(minutes(600))
	if _, err := d.Append(ctx, id, &m); err != nil {
		return "", fmt.Errorf("append: %w", err)
	}
	return id, r.close(ctx)
}

func garbageCursor(ctx context.Context, r *rig) error {
	s, err := r.seeded(ctx)
	if err != nil {
		return err
	}
	for _, kind := range r.reads.Kinds {
		all, err := list(s.Read(ctx, kind, ""))
		if err != nil {
			return err
		}
		for _, bad := range []connectors.Cursor{"garbage", "\x00\xff", "-1", "99999999999999999999999", "{", `{"conntest":[]}`, "мусор:1:2", "::::"} {
			got, err := list(s.Read(ctx, kind, bad))
			if err != nil {
				return fmt.Errorf("read %s from the cursor %q: %w", kind, bad, err)
			}
			if missing := lost(tops(all), tops(got)); len(missing) > 0 {
				return fmt.Errorf("read from the cursor %q, %s %q are missing", bad, kind, missing)
			}
		}
	}
	return nil
}

func readDeletions(ctx context.Context, r *rig) error {
	if err := r.seed(ctx, Sample()...); err != nil {
		return err
	}
	ends, _, err := r.ends(ctx)
	if err != nil {
		return err
	}
	d, err := r.open(ctx)
	if err != nil {
		return err
	}
	del, ok := d.(connectors.Deleter)
	if !ok {
		return skipped("needs a target that is a Deleter")
	}
	for _, kind := range slices.Backward(desk.Kinds) { // some refuse whom a ticket still names
		if r.reads.Has(kind) {
			if err := r.deleteAll(ctx, del, kind); err != nil {
				return err
			}
		}
	}
	if err := r.close(ctx); err != nil {
		return err
	}
	s, err := r.source(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for what, id := range r.targets {
		items, err := list(s.Read(ctx, what.kind, ends[what.kind]))
		stone := slices.ContainsFunc(records(items), func(rec desk.Record) bool { return rec.About().ID == id && rec.About().Deleted })
		if r.reads.Has(what.kind) && !stone {
			errs = append(errs, fmt.Errorf("%s %s was deleted, and no tombstone is read (%s)", what.kind, id, said(err)))
		}
	}
	return errors.Join(errs...)
}

// deleteAll deletes what was made of a kind. It forgets what the target never deletes.
func (r *rig) deleteAll(ctx context.Context, del connectors.Deleter, kind desk.Kind) error {
	for what, id := range r.targets {
		if what.kind != kind {
			continue
		}
		err := del.Delete(ctx, kind, id)
		if errors.Is(err, connectors.ErrUnsupported) {
			delete(r.targets, what)
			continue
		}
		if err != nil {
			return fmt.Errorf("delete %s %s: %w", kind, id, err)
		}
	}
	return nil
}

func partitions(ctx context.Context, r *rig) error {
	s, err := r.seeded(ctx)
	if err != nil {
		return err
	}
	p, ok := s.(connectors.Partitioner)
	if !ok {
		return skipped("needs a source that is a Partitioner")
	}
	for _, kind := range r.reads.Kinds {
		parts, err := p.Partitions(ctx, kind)
		if err != nil {
			return err
		}
		again, err := p.Partitions(ctx, kind)
		if err != nil || !slices.Equal(parts, again) {
			return fmt.Errorf("%s: partitions %v, then %v (%s)", kind, parts, again, said(err))
		}
		var got []desk.ID
		for _, part := range parts {
			items, err := list(p.ReadPart(ctx, kind, part.ID, ""))
			if err != nil {
				return err
			}
			got = append(got, tops(items)...)
		}
		all, err := list(s.Read(ctx, kind, ""))
		if err != nil {
			return err
		}
		if a, b := lost(tops(all), got), lost(got, tops(all)); len(a)+len(b) > 0 {
			return fmt.Errorf("%s: the partitions miss %q and have besides %q", kind, a, b)
		}
	}
	return nil
}
