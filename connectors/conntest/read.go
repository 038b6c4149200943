package conntest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"go.uber.org/goleak"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func readRules() []rule {
	on := []need{aSource, seeding}
	twice := []need{aSource, seeding, rereading}
	return []rule{
		{"ReadKinds", "Read yields every record of the kinds that Caps.Kinds promises, each under its kind, and nothing of a kind that is not promised.", on, readKinds},
		{"ReadTwice", "An unchanged system read twice, also after reopening, gives the same ids of records and messages; no id stands for two things.", twice, readTwice},
		{"ReadStops", "Leaving the loop early releases what Read holds: no goroutine stays behind once a source that is a Closer is closed, and the next Read works.", on, readStops},
		{"ReadCancelled", "A cancelled context ends the stream with the context's error, before the first item and between items.", on, readCancelled},
		{"ReadParallel", "The methods of a source may be called from several goroutines.", on, readParallel},
		{"ReadReferences", "References point only to records that the source yields.", on, readReferences},
		{"ReadOrder", "The messages of a ticket come oldest first, each with an id of its own.", append(on, readTicket), readOrder},
		{"ReadFiles", "File.Open gives a fresh reader each time, the same bytes, from any goroutine.", append(on, readTicket), readFiles},
		{"FetchEqualsRead", "A source's Fetch gives the record as Read does, and ErrNotFound for an id that is not there.", on, fetchEqualsRead},
		{"Describe", "Describe does not fail; a count that it gives is the number of records that Read yields.", on, describe},
	}
}

func readKinds(ctx context.Context, r *rig) error {
	seeds := world()
	if err := r.seed(ctx, seeds...); err != nil {
		return err
	}
	var errs []error
	for _, kind := range desk.Kinds {
		items, err := r.readAll(ctx, kind)
		if err != nil {
			return err
		}
		for _, rec := range records(items) {
			if rec.Kind() != kind {
				errs = append(errs, fmt.Errorf("asked for %s, got a %s", kind, rec.Kind()))
			}
		}
		got, want := len(latest(items)), r.sown(kind, seeds)
		switch {
		case !r.reads.Has(kind) && len(items) > 0:
			errs = append(errs, fmt.Errorf("%d items of kind %s, which is not promised", len(items), kind))
		case got < want || kind == desk.KindTicket && want > 0 && got > want:
			errs = append(errs, fmt.Errorf("%d records of kind %s are there, %d were read", want, kind, got))
		}
	}
	return errors.Join(errs...)
}

// sown is how many records of the kind must be there. What lies behind Far.Seed
// may know people only through their tickets.
func (r *rig) sown(kind desk.Kind, seeds []desk.Record) (n int) {
	if !r.reads.Has(kind) || r.far.Seed != nil && kind != desk.KindTicket || r.far.Seed == nil && !r.writes.Has(kind) {
		return 0
	}
	for _, rec := range seeds {
		if rec.Kind() == kind {
			n++
		}
	}
	return n
}

// names lists what a read gave: ids of records and messages, in order.
func names(items []connectors.Item) (out []desk.ID) {
	for _, it := range items {
		if it.Aside != nil {
			out = append(out, "aside:"+it.Aside.ID)
			continue
		}
		out = append(out, it.Record.About().ID)
		if t, ok := it.Record.(*desk.Ticket); ok {
			for i := range t.Messages {
				out = append(out, t.ID+"/"+t.Messages[i].ID)
			}
		}
	}
	return out
}

func readTwice(ctx context.Context, r *rig) error {
	if err := r.seed(ctx, world()...); err != nil {
		return err
	}
	for _, kind := range r.reads.Kinds {
		first, err := r.readAll(ctx, kind)
		if err != nil {
			return err
		}
		second, err := r.readAll(ctx, kind)
		if err != nil {
			return err
		}
		a, b := slices.Sorted(slices.Values(names(first))), slices.Sorted(slices.Values(names(second)))
		if !slices.Equal(a, b) {
			return fmt.Errorf("%s: first %q, then %q", kind, a, b)
		}
		if len(slices.Compact(a)) != len(b) || slices.Contains(b, "") {
			return fmt.Errorf("%s: ids are empty or stand twice: %q", kind, b)
		}
	}
	return nil
}

func readStops(ctx context.Context, r *rig) error {
	if err := r.seed(ctx, world()...); err != nil {
		return err
	}
	before := goleak.IgnoreCurrent()
	s, err := r.source(ctx)
	if err != nil {
		return err
	}
	for _, kind := range r.reads.Kinds {
		for range 3 {
			for _, err := range s.Read(ctx, kind, "") {
				if err != nil {
					return err
				}
				break
			}
		}
	}
	if _, err = list(s.Read(ctx, r.reads.Kinds[0], "")); err != nil {
		return err
	}
	r.forget() // connections may be kept until then
	if idle, ok := r.far.HTTP.(interface{ CloseIdleConnections() }); ok {
		idle.CloseIdleConnections() // they are the transport's
	}
	if err := goleak.Find(before); err != nil {
		return fmt.Errorf("left behind: %w", err)
	}
	return nil
}

func readCancelled(ctx context.Context, r *rig) error {
	if err := r.seed(ctx, world()...); err != nil {
		return err
	}
	for _, deaf := range []bool{false, true} {
		r.deaf = deaf
		if err := r.readsCancelled(ctx); err != nil {
			return fmt.Errorf("with a State that notices no cancelled context %v: %w", deaf, err)
		}
	}
	return nil
}

func (r *rig) readsCancelled(ctx context.Context) error {
	s, err := r.source(ctx)
	if err != nil {
		return err
	}
	for _, kind := range r.reads.Kinds {
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := list(s.Read(gone, kind, "")); !errors.Is(err, context.Canceled) {
			return fmt.Errorf("%s: read with a cancelled context ended with %v", kind, said(err))
		}
		midway, cancel := context.WithCancel(ctx)
		defer cancel()
		n := 0
		for _, err = range s.Read(midway, kind, "") {
			n++
			cancel()
		}
		if n > 0 && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("%s: cancelled after the first item, the read ended with %v after %d", kind, said(err), n)
		}
	}
	return nil
}

func readParallel(ctx context.Context, r *rig) error {
	s, err := r.seeded(ctx)
	if err != nil {
		return err
	}
	kinds := slices.Concat(r.reads.Kinds, r.reads.Kinds)
	got, errs := make([][]connectors.Item, len(kinds)), make([]error, len(kinds))
	var wg sync.WaitGroup
	for i, kind := range kinds {
		wg.Go(func() { got[i], errs[i] = list(s.Read(ctx, kind, "")) })
	}
	wg.Wait()
	for i, kind := range r.reads.Kinds {
		j := i + len(r.reads.Kinds)
		if len(got[i]) != len(got[j]) {
			errs = append(errs, fmt.Errorf("%s: two reads at once gave %d and %d items", kind, len(got[i]), len(got[j])))
		}
	}
	return errors.Join(errs...)
}
