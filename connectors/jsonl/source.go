package jsonl

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// source reads a file of lines. Standard input is first copied into a temporary
// file, because it is read once for each kind.
type source struct {
	cfg   *Config
	state connectors.State
	store store
	temp  string

	mu    sync.Mutex
	spool string // of standard input; "" until it was read
}

func openSource(c *Config, env connectors.Env) (*source, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	return &source{cfg: c, state: env.State, store: newStore(c), temp: env.Temp}, nil
}

// file opens the lines.
func (s *source) file(ctx context.Context) (*os.File, error) {
	path := s.cfg.Path
	if s.cfg.stdio() {
		var err error
		if path, err = s.spooled(ctx); err != nil {
			return nil, err
		}
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &connectors.Trouble{
			Reason: connectors.ReasonVanished, Err: fmt.Errorf("%w: %w", err, connectors.ErrNotFound), Hint: "check the path",
		}
	}
	if err != nil {
		return nil, err
	}
	if err := glance(f); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", s.cfg.Path, err), f.Close())
	}
	return f, nil
}

// spooled copies standard input, once, and names the copy.
func (s *source) spooled(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spool != "" {
		return s.spool, nil
	}
	f, err := os.CreateTemp(s.temp, "stdin-*.jsonl")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, patient{ctx, s.cfg.input()})
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("copy standard input: %w", err), os.Remove(f.Name()))
	}
	s.spool = f.Name()
	return s.spool, nil
}

// patient reads until its context is cancelled.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}

// Close removes the copy of standard input.
func (s *source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spool == "" {
		return nil
	}
	err := os.Remove(s.spool)
	s.spool = ""
	return err
}

// Read yields the records of one kind in the order of their lines. A file that
// was appended to goes on where the cursor says; one that was rewritten is read
// from its beginning, and lines that were read before and are the same are left
// out. What is no record is yielded as an Aside with the number of its line.
func (s *source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		if err := s.read(ctx, kind, after, func(it connectors.Item) bool { return yield(it, nil) }); err != nil {
			yield(connectors.Item{}, err)
		}
	}
}

func (s *source) read(ctx context.Context, kind desk.Kind, after connectors.Cursor, yield func(connectors.Item) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f, err := s.file(ctx)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	from, err := resume(f, after)
	if err != nil {
		return fmt.Errorf("%s: %w", s.cfg.Path, err)
	}
	if _, err := f.Seek(from.Offset, io.SeekStart); err != nil {
		return err
	}
	ls := newLines(f, from.Line, from.Offset)
	for {
		ln, err := ls.next()
		if errors.Is(err, io.EOF) {
			return ctx.Err()
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return fmt.Errorf("%s, line %d: %w", s.cfg.Path, ln.n, err)
		}
		if len(ln.text) == 0 || kindOf(ln.text) != kind {
			continue
		}
		more, err := s.yieldLine(ctx, f, from, ln, yield)
		if err != nil || !more {
			return err
		}
	}
}

// yieldLine yields what a line holds; more is false when the reader has enough.
func (s *source) yieldLine(ctx context.Context, f *os.File, from place, ln line, yield func(connectors.Item) bool) (more bool, err error) {
	rec, lost, aside := s.record(ln)
	cursor, err := from.cursor(f, ln, aside != nil && ln.torn)
	if err != nil {
		return false, fmt.Errorf("%s, line %d: %w", s.cfg.Path, ln.n, err)
	}
	if aside != nil {
		return yield(connectors.Item{Aside: aside, Cursor: cursor}), nil
	}
	known, err := s.known(ctx, from, ln, rec)
	if err != nil || known {
		return true, err
	}
	for _, a := range lost {
		before, err := from.cursor(f, ln, true)
		if err != nil {
			return false, fmt.Errorf("%s, line %d: %w", s.cfg.Path, ln.n, err)
		}
		if !yield(connectors.Item{Aside: a, Cursor: before}) {
			return false, nil
		}
	}
	return yield(connectors.Item{Record: rec, Cursor: cursor}), nil
}

// record makes a record of a line, or tells why it is none. lost are its files
// whose bytes are not there.
func (s *source) record(ln line) (rec desk.Record, lost []*connectors.Aside, aside *connectors.Aside) {
	var err error
	reason := connectors.ReasonUnreadable
	if ln.long {
		reason, err = connectors.ReasonTooLarge, fmt.Errorf("it is longer than %d MiB", maxLine>>20)
	} else if rec, err = decode(ln.text); err == nil {
		err = commonWords(rec)
	}
	if err == nil {
		lost, err = s.store.open(rec)
	}
	if err == nil {
		return rec, lost, nil
	}
	id := desk.ID(topLevel(ln.text[:min(len(ln.text), headSize)], "id"))
	if id == "" {
		id = desk.ID(fmt.Sprintf("line %d", ln.n))
	}
	detail := fmt.Sprintf("%s, line %d (byte %d) is no record: %v; correct the line and run again", filepath.Base(s.cfg.Path), ln.n, ln.start, err)
	return nil, nil, &connectors.Aside{Kind: kindOf(ln.text), ID: id, Reason: reason, Detail: detail}
}

// sighting is where and in which pass a version of a record was read.
type sighting struct {
	Pass string `json:"p"`
	End  int64  `json:"e"`
	Sum  []byte `json:"s"`
}

// known tells whether an earlier pass took the same line; if not, it notes the
// line down. State may be ahead of the cursor, so a sighting alone proves nothing:
// the cursor must have passed it too.
func (s *source) known(ctx context.Context, from place, ln line, rec desk.Record) (bool, error) {
	if s.cfg.stdio() {
		return false, nil
	}
	key := "seen/" + string(rec.Kind()) + "/" + string(rec.About().ID)
	sum := sha256.Sum256(ln.text)
	if len(from.Was) > 0 {
		b, err := s.state.Get(ctx, key)
		if err != nil {
			return false, err
		}
		var was sighting
		if json.Unmarshal(b, &was) == nil && from.took(was.Pass, was.End) && string(was.Sum) == string(sum[:]) {
			return true, nil
		}
	}
	b, err := json.Marshal(sighting{from.Pass, ln.end, sum[:]})
	if err != nil {
		return false, err
	}
	return false, s.state.Put(ctx, key, b)
}

// Fetch looks for the last version of one record, through the whole file.
func (s *source) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (found desk.Record, err error) {
	f, err := s.file(ctx)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	ls := newLines(f, 0, 0)
	for {
		ln, err := ls.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
		if kindOf(ln.text) != kind || topLevel(ln.text, "id") != string(id) {
			continue
		}
		if rec, _, aside := s.record(ln); aside == nil {
			found = rec
		}
	}
	if found == nil {
		return nil, fmt.Errorf("%s %q in %s: %w", kind, id, s.cfg.Path, connectors.ErrNotFound)
	}
	return found, nil
}

// Describe counts the lines of each kind.
func (s *source) Describe(ctx context.Context) (connectors.Schema, error) {
	schema := connectors.Schema{Title: "lines of JSON on standard input"}
	if s.cfg.stdio() {
		return schema, nil
	}
	schema.Title = "lines of JSON in " + s.cfg.Path
	f, err := s.file(ctx)
	if err != nil {
		return schema, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	schema.Counts = map[desk.Kind]int64{}
	for ls := newLines(f, 0, 0); ; {
		ln, err := ls.next()
		if errors.Is(err, io.EOF) {
			return schema, nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return schema, err
		}
		if len(ln.text) > 0 {
			schema.Counts[kindOf(ln.text)]++
		}
	}
}
