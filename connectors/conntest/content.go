package conntest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func readReferences(ctx context.Context, r *rig) error {
	if err := r.seed(ctx, world()...); err != nil {
		return err
	}
	there, all := map[named]bool{}, []desk.Record{}
	for _, kind := range r.reads.Kinds {
		items, err := r.readAll(ctx, kind)
		if err != nil {
			return err
		}
		for id, rec := range latest(items) {
			there[named{kind, id}] = true
			all = append(all, rec)
		}
	}
	var errs []error
	for _, rec := range all {
		for _, ref := range desk.Refs(rec) {
			if !ref.IsZero() && !there[named{ref.Kind, ref.ID}] {
				errs = append(errs, fmt.Errorf("%s %s refers to %s %q, which is never yielded", rec.Kind(), rec.About().ID, ref.Kind, ref.ID))
			}
		}
	}
	return errors.Join(errs...)
}

func readOrder(ctx context.Context, r *rig) error {
	if err := r.seed(ctx, append(world(), simple("long", "one", "two", "three", "four"))...); err != nil {
		return err
	}
	items, err := r.readAll(ctx, desk.KindTicket)
	if err != nil {
		return err
	}
	for _, rec := range latest(items) {
		t := rec.(*desk.Ticket)
		seen := map[desk.ID]bool{}
		for i := range t.Messages {
			m := &t.Messages[i]
			if m.ID == "" || seen[m.ID] {
				return fmt.Errorf("ticket %s: message %d has the id %q, empty or taken", t.ID, i+1, m.ID)
			}
			if seen[m.ID] = true; i > 0 && m.At.Before(t.Messages[i-1].At) {
				return fmt.Errorf("ticket %s: message %d is older than the one before it", t.ID, i+1)
			}
		}
	}
	return nil
}

func readFiles(ctx context.Context, r *rig) error {
	if err := r.seed(ctx, Sample()...); err != nil {
		return err
	}
	items, err := r.readAll(ctx, desk.KindTicket)
	if err != nil {
		return err
	}
	for _, rec := range latest(items) {
		for _, m := range rec.(*desk.Ticket).Messages {
			for i := range m.Files {
				if err := opensTwice(ctx, &m.Files[i]); err != nil {
					return fmt.Errorf("ticket %s, file %q: %w", rec.About().ID, m.Files[i].Name, err)
				}
			}
		}
	}
	return nil
}

func opensTwice(ctx context.Context, f *desk.File) error {
	var wg sync.WaitGroup
	got, errs := make([][]byte, 3), make([]error, 3)
	for i := range 2 {
		wg.Go(func() { got[i], errs[i] = content(ctx, f) })
	}
	wg.Wait()
	got[2], errs[2] = content(ctx, f)
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if !bytes.Equal(got[0], got[1]) || !bytes.Equal(got[0], got[2]) {
		return fmt.Errorf("three openings gave %d, %d and %d bytes, or different ones", len(got[0]), len(got[1]), len(got[2]))
	}
	return nil
}

func fetchEqualsRead(ctx context.Context, r *rig) error {
	s, err := r.seeded(ctx)
	if err != nil {
		return err
	}
	f, ok := s.(connectors.Fetcher)
	if !ok {
		return skipped("needs a source that is a Fetcher")
	}
	for _, kind := range r.reads.Kinds {
		items, err := list(s.Read(ctx, kind, ""))
		if err != nil {
			return err
		}
		for id, want := range latest(items) {
			got, err := f.Fetch(ctx, kind, id)
			if err != nil {
				return fmt.Errorf("fetch %s %s: %w", kind, id, err)
			}
			w, err1 := desk.Marshal(want)
			g, err2 := desk.Marshal(got)
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			if !bytes.Equal(w, g) {
				return fmt.Errorf("%s %s: Read gives %.500s, Fetch gives %.500s", kind, id, w, g)
			}
		}
		if _, err := f.Fetch(ctx, kind, "conntest-nothing"); !errors.Is(err, connectors.ErrNotFound) {
			return fmt.Errorf("fetch of a %s that is not there: %v, want ErrNotFound", kind, said(err))
		}
	}
	return nil
}

func describe(ctx context.Context, r *rig) error {
	s, err := r.seeded(ctx)
	if err != nil {
		return err
	}
	d, ok := s.(connectors.Describer)
	if !ok {
		return skipped("needs a source that is a Describer")
	}
	schema, err := d.Describe(ctx)
	if err != nil {
		return err
	}
	for kind, n := range schema.Counts {
		if !r.reads.Has(kind) {
			continue
		}
		items, err := list(s.Read(ctx, kind, ""))
		if err != nil {
			return err
		}
		if got := len(latest(items)); int64(got) != n {
			return fmt.Errorf("describes %d records of kind %s, %d are read", n, kind, got)
		}
	}
	return nil
}
