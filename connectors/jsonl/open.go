package jsonl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func openTarget(ctx context.Context, c *Config, env connectors.Env) (*target, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	t := &target{cfg: c, store: newStore(c), dry: env.DryRun, log: env.Log}
	t.index = index{state: env.State, pending: map[string]spot{}}
	if err := t.openFile(); err != nil || t.f == nil {
		return t, err
	}
	if err := t.takeUp(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", c.Path, err), t.f.Close())
	}
	return t, nil
}

func (t *target) openFile() (err error) {
	if t.dry {
		t.f, err = os.Open(t.cfg.Path)
		if errors.Is(err, fs.ErrNotExist) {
			t.f, err = nil, nil
		}
		return err
	}
	if err := os.MkdirAll(filepath.Dir(t.cfg.Path), 0o700); err != nil {
		return connectors.StopIfFull(err)
	}
	if t.f, err = os.OpenFile(t.cfg.Path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		t.f = nil
		return connectors.StopIfFull(err)
	}
	if err := connectors.Private(t.f); err != nil {
		return errors.Join(err, t.f.Close())
	}
	return nil
}

// takeUp goes on where the journal says: what we wrote behind its length was never
// promised, and is cut off; see takeIn. A file that the journal does not fit is
// indexed anew: one that was here before us, or one that a kill left just after
// it was compacted.
func (t *target) takeUp(ctx context.Context) error {
	fits, err := t.remember(ctx)
	if err != nil {
		return err
	}
	x := &t.index
	if fits {
		if err = t.scan(ctx, min(x.journal.Indexed, x.journal.Length), x.journal.Length); err == nil {
			err = t.takeIn(ctx)
		}
	} else {
		err = t.adopt(ctx)
	}
	if err != nil || t.dry {
		return err
	}
	if err := errors.Join(t.store.sweep(), connectors.StopIfFull(t.f.Truncate(t.end))); err != nil {
		return err
	}
	if err := t.seekEnd(); err != nil {
		return err
	}
	if !fits {
		return t.commit(ctx)
	}
	return x.commit(ctx, t.f, t.end)
}

// remember reads the journal and tells whether the file is what it says.
func (t *target) remember(ctx context.Context) (fits bool, err error) {
	b, err := t.index.state.Get(ctx, journalKey)
	if err != nil || b == nil {
		return false, err
	}
	j := &t.index.journal
	if err := json.Unmarshal(b, j); err != nil {
		return false, fmt.Errorf("the journal is damaged: %w", err)
	}
	info, err := t.f.Stat()
	if err != nil {
		return false, err
	}
	if info.Size() == 0 && j.Length > 0 {
		return false, &connectors.Trouble{
			Reason: connectors.ReasonVanished, Hint: "put it back, or begin a new project for a new file",
			Err: fmt.Errorf("%d bytes were written to it and it is empty or gone: %w", j.Length, connectors.ErrDenied),
		}
	}
	if info.Size() < j.Length {
		return false, nil
	}
	head, tail, err := looks(t.f, j.Length)
	return err == nil && head == j.Head && tail == j.Tail, err
}

// adopt indexes a file from its beginning, under a generation of its own.
func (t *target) adopt(ctx context.Context) error {
	x := &t.index
	x.journal = journal{Gen: x.journal.Gen + 1}
	if err := t.looksRight(); err != nil {
		return err
	}
	if !t.dry {
		if err := x.drop(ctx, x.journal.Gen); err != nil {
			return err
		}
	}
	end, torn, err := t.whole()
	if err != nil {
		return err
	}
	if torn && !t.likeOurs(end) {
		return &connectors.Trouble{
			Reason: connectors.ReasonUnreadable, Hint: "complete or remove its last line",
			Err: fmt.Errorf("its last line (byte %d) is torn: %w", end, connectors.ErrDenied),
		}
	}
	t.end = end
	return t.scan(ctx, 0, end)
}

// looksRight refuses a file whose first line is no record.
func (t *target) looksRight() error {
	if _, err := t.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	for ls := newLines(t.f, 0, 0); ; {
		ln, err := ls.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(ln.text) == 0 || ln.torn && (topLevel(ln.text, "kind") != "" || t.likeOurs(ln.start)) {
			continue
		}
		if _, err := decode(ln.text); err != nil || ln.long {
			return &connectors.Trouble{
				Reason: connectors.ReasonUnreadable, Hint: "choose another file",
				Err: fmt.Errorf("it is not a file of records (line %d): %w: %w", ln.n, errors.Join(err), connectors.ErrDenied),
			}
		}
		return nil
	}
}

// whole is the length of the file up to its last line end; torn tells that
// something lies behind it. A last line that only lacks its end is given one.
func (t *target) whole() (end int64, torn bool, err error) {
	if _, err := t.f.Seek(0, io.SeekStart); err != nil {
		return 0, false, err
	}
	for ls := newLines(t.f, 0, 0); ; {
		ln, err := ls.next()
		if errors.Is(err, io.EOF) {
			return end, false, nil
		}
		if err != nil {
			return end, false, err
		}
		if !ln.torn {
			end = ln.end
			continue
		}
		if _, err := decode(ln.text); err != nil || ln.long {
			return end, true, nil
		}
		if !t.dry {
			_, err = t.f.WriteAt([]byte("\n"), ln.end)
			ln.end++
		}
		return ln.end, false, connectors.StopIfFull(err)
	}
}

// likeOurs tells whether the torn line at the offset begins as we write: a run
// that was killed before its journal was durable leaves such a one.
func (t *target) likeOurs(offset int64) bool {
	b := make([]byte, 32)
	n, err := t.f.ReadAt(b, offset)
	if err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	for _, kind := range desk.Kinds {
		begins := `{"kind":"` + string(kind) + `"`
		if m := min(n, len(begins)); string(b[:m]) == begins[:m] {
			return true
		}
	}
	return false
}

// scan indexes the lines from one offset to another; what is no record stays
// where it is. In a dry run the index lives in memory.
func (t *target) scan(ctx context.Context, from, to int64) error {
	x := &t.index
	ls := newLines(io.NewSectionReader(t.f, from, to-from), 0, from)
	for {
		ln, err := ls.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		rec, err := decode(ln.text)
		if err != nil || ln.long {
			continue
		}
		if err := x.set(ctx, rec, spotOf(rec, ln)); err != nil {
			return err
		}
		if x.crowded() && !t.dry {
			if err := x.flush(ctx); err != nil {
				return err
			}
		}
	}
}

// flush puts pending spots of lines that are durable already.
func (x *index) flush(ctx context.Context) error {
	for key, s := range x.pending {
		if err := x.put(ctx, key, s); err != nil {
			return err
		}
	}
	clear(x.pending)
	return nil
}

// spotOf tells a tombstone that Delete wrote from a record that was marked as
// deleted: the one has nothing but its id.
func spotOf(rec desk.Record, ln line) spot {
	s := spot{Offset: ln.start, Length: ln.end - ln.start, Mark: rec.About().Mark}
	stone := desk.New(rec.Kind())
	stone.About().Deleted = true
	s.Gone = rec.About().Deleted && s.Mark == "" && len(desk.PrintsOf(rec).Changed(desk.PrintsOf(stone))) == 0
	return s
}
