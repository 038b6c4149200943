package conntest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func fullRules() []rule {
	return []rule{{
		name:    "SyncFailed",
		promise: "A Sync that failed (a full disk) is final: no later Sync or Close of that opening says that all is well. What an earlier Sync made sure of stands, and a target opened anew takes the other records again: each is there once.",
		needs:   []need{aTarget, reopening, tickets, fillable}, check: syncFailed,
	}}
}

var fillable = need{"Far.Full, or a path in Far.Config and a system that can limit the size of files", func(r *rig) bool {
	return r.far.Full != nil || len(paths(r.far.Config)) > 0 && canLimit
}}

// syncFailed lets writing fail early and late, into an empty system and into one
// that holds something, each time in a copy of its own.
func syncFailed(ctx context.Context, r *rig) error {
	d, err := r.open(ctx)
	if err != nil {
		return err
	}
	if _, ok := d.(connectors.Syncer); !ok {
		return skipped("needs a target that is a Syncer")
	}
	if err := r.close(ctx); err != nil {
		return err
	}
	rooms, begun := []int64{1, 700, 6_000, 70_000}, []bool{false, true}
	if len(paths(r.far.Config)) == 0 { // there is one system, and no copy of it
		rooms, begun = rooms[:1], begun[1:]
	}
	failures := 0
	for _, begun := range begun {
		if begun {
			if err := r.begin(ctx); err != nil {
				return err
			}
		}
		for i, room := range rooms {
			failed, err := r.failsAt(ctx, room, i%2 == 0)
			if err != nil {
				return fmt.Errorf("begun before %v, room for %d bytes: %w", begun, room, err)
			}
			failures += failed
		}
	}
	if failures == 0 {
		return errors.New("neither Create nor Sync failed with files that must not grow: a failure was kept silent, or Far.Full is needed")
	}
	return nil
}

// begin writes something that stands before the writing fails.
func (r *rig) begin(ctx context.Context) error {
	if _, _, err := r.makeTicket(ctx, simple("before", "it stood", "and stands")); err != nil {
		return err
	}
	return r.close(ctx)
}

// failing is a target whose writes begin to fail.
type failing struct {
	*rig
	batch  []desk.Record
	sure   map[named]desk.ID // what a Sync has claimed
	puts   int               // in the state when it returned
	failed error             // the first failure of Sync
	errs   int               // of Create and Sync
}

// failsAt writes in a copy of the system until the room is used up, closes, and
// goes on with a target opened anew. With again there is room once more before
// the first opening ends. It returns how many calls failed.
func (r *rig) failsAt(ctx context.Context, room int64, again bool) (int, error) {
	k, err := r.kill(r.written.Len())
	if err != nil {
		return 0, err
	}
	defer k.forget()
	f := &failing{rig: k, batch: r.batch(), sure: maps.Clone(k.targets), puts: k.written.Len()}
	if err := f.end(ctx, room, again); err != nil {
		return f.errs, err
	}
	states := []int{f.puts, f.written.Len()}
	if len(paths(r.far.Config)) == 0 {
		states = states[1:]
	}
	for _, puts := range states {
		if err := f.anew(ctx, puts); err != nil {
			return f.errs, fmt.Errorf("opened anew with %d of %d puts, %d of them before the last Sync that returned nil (it then failed with: %s): %w",
				puts, f.written.Len(), f.puts, said(f.failed), err)
		}
	}
	return f.errs, nil
}

// batch is what is written while the room shrinks.
func (r *rig) batch() []desk.Record {
	all := append(r.writable(Sample()), r.writable(crowd("full", 2))...)
	large := simple("large", "with a large file", "and an answer")
	if r.keepsFiles() {
		large.Messages[0].Files = []desk.File{Bytes("large.bin", "application/octet-stream", make([]byte, 100_000)), streamed("larger.bin", 150_000)}
	}
	return append(all, large, simple("last", "one", "two", "three"))
}

// end plays the opening in which writing fails.
func (f *failing) end(ctx context.Context, room int64, again bool) error {
	d, err := f.open(ctx)
	if err != nil {
		return err
	}
	if err := f.make(ctx, f.batch, 3); err != nil { // not synced when the room is used up
		return err
	}
	lift, err := f.fill(room)
	if err != nil {
		return err
	}
	lifted := false
	defer func() {
		if !lifted {
			lift()
		}
	}()
	for _, part := range [][]desk.Record{f.batch[:len(f.batch)/2], f.batch} {
		if err := f.write(ctx, part); err != nil {
			return err
		}
	}
	if again {
		lift()
		lifted = true
	}
	if err := f.write(ctx, f.batch); err != nil { // a second attempt, as a run may make it
		return err
	}
	f.target = nil
	if c, ok := d.(connectors.Closer); ok {
		if err := c.Close(); err == nil && f.failed != nil {
			return fmt.Errorf("Sync failed (%w), and Close said nothing", f.failed)
		}
	}
	return nil
}

// write makes the records that were not made yet, up to the first failure, and
// syncs.
func (f *failing) write(ctx context.Context, rs []desk.Record) error {
	if err := f.make(ctx, rs, len(rs)); err != nil {
		f.errs++
	}
	err := f.sync(ctx)
	switch {
	case err == nil && f.failed != nil:
		return fmt.Errorf("Sync failed (%w), and a later one of the same opening returned nil", f.failed)
	case err == nil:
		f.sure, f.puts = maps.Clone(f.targets), f.written.Len()
	default:
		f.errs++
		f.failed = err
	}
	return nil
}

// anew goes on after the failure, with the first puts of the state.
func (f *failing) anew(ctx context.Context, puts int) error {
	k, err := f.kill(puts)
	if err != nil {
		return err
	}
	defer k.forget()
	k.targets = maps.Clone(f.sure)
	if err := k.stands(ctx, f.batch); err != nil {
		return fmt.Errorf("a Sync had returned nil: %w", err)
	}
	if err := k.make(ctx, f.batch, len(f.batch)); err != nil {
		return err
	}
	if err := k.close(ctx); err != nil {
		return err
	}
	if err := k.stands(ctx, f.batch); err != nil {
		return err
	}
	return k.noneTwice(ctx)
}

// make writes those of the records that were not made yet, at most n of them and
// up to the first failure.
func (r *rig) make(ctx context.Context, rs []desk.Record, n int) error {
	for _, rec := range rs {
		name := named{rec.Kind(), rec.About().ID}
		if r.targets[name] != "" {
			continue
		}
		if n--; n < 0 {
			return nil
		}
		if _, _, err := r.create(ctx, rec); err != nil {
			delete(r.targets, name)
			return err
		}
	}
	return nil
}

// stands compares those of the records that were made with what is there.
func (r *rig) stands(ctx context.Context, rs []desk.Record) error {
	for _, rec := range rs {
		id := r.targets[named{rec.Kind(), rec.About().ID}]
		if id == "" {
			continue
		}
		want := r.link(rec)
		back, err := r.back(ctx, id, want)
		if err == nil {
			err = same(ctx, r.writes, want, back)
		}
		if err != nil {
			return fmt.Errorf("%s %s: %w", rec.Kind(), rec.About().ID, err)
		}
	}
	return nil
}

// fill leaves room for so many bytes more in the largest file, and none for a
// room of one byte: every write fails then. lift makes room again.
func (r *rig) fill(room int64) (lift func(), err error) {
	if full := r.far.Full; full != nil {
		full(true)
		return func() { full(false) }, nil
	}
	if room > 1 {
		largest, err := r.largest()
		if err != nil {
			return nil, err
		}
		room += largest
	}
	return limitFiles(room)
}

func (r *rig) largest() (size int64, err error) {
	for _, p := range paths(r.far.Config) {
		err = filepath.WalkDir(room(p), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			info, err := d.Info()
			if err == nil {
				size = max(size, info.Size())
			}
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return size, nil
}
