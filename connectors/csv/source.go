package csv

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// source reads the files of one configuration.
type source struct {
	cfg *Config
	env connectors.Env
	// turns holds one token for each kind: two readings of one kind would take
	// each other's marks in the state for their own.
	turns map[desk.Kind]chan struct{}
	warn  sync.Once // of the first reading
	mu    sync.Mutex
	found map[string]*sheet // by number and path: what the last look at each file found
}

func newSource(ctx context.Context, cfg *Config, env connectors.Env) (*source, error) {
	if err := cfg.Check(); err != nil {
		return nil, fmt.Errorf("csv: %w", err)
	}
	s := &source{cfg: cfg, env: env, turns: map[desk.Kind]chan struct{}{}, found: map[string]*sheet{}}
	for _, kind := range desk.Kinds {
		s.turns[kind] = make(chan struct{}, 1)
	}
	state, err := newNovel(ctx, env.State)
	if err != nil {
		return nil, fmt.Errorf("csv: the state cannot be read: %w", err)
	}
	s.env.State = state
	sheets, err := s.open()
	if err != nil {
		return nil, err
	}
	return s, closeAll(sheets)
}

// open opens every file and finds out what it is. Files can change between two
// reads, so each read opens them again, and looks again at those that changed.
func (s *source) open() ([]*sheet, error) {
	sheets, _, err := s.opened()
	return sheets, err
}

// opened is open, and names the files of the folder that are left out because
// nobody said what their rows are.
func (s *source) opened() (sheets []*sheet, out []string, err error) {
	files, listed, err := s.files()
	if err != nil {
		return nil, nil, err
	}
	for i, f := range files {
		sh, err := s.sheet(i, f)
		if listed && (errors.Is(err, errKind) || errors.Is(err, errNoText)) {
			out = append(out, filepath.Base(f.Path))
			continue
		}
		if err != nil {
			return nil, nil, errors.Join(err, closeAll(sheets))
		}
		if listed && sh.vague {
			out = append(out, sh.base)
			if err := sh.close(); err != nil {
				return nil, nil, errors.Join(err, closeAll(sheets))
			}
			continue
		}
		sheets = append(sheets, sh)
	}
	if len(sheets) == 0 {
		return nil, nil, fmt.Errorf("csv: %s: %s", s.cfg.Path, leftOut(out))
	}
	return sheets, out, nil
}

// sheet opens one file; a file can be listed twice, as of two kinds.
func (s *source) sheet(i int, f File) (*sheet, error) {
	key := fmt.Sprint(i, " ", f.Path)
	s.mu.Lock()
	was := s.found[key]
	s.mu.Unlock()
	sh, err := openSheet(f, s.cfg.MaxRow, s.env.Temp, was)
	if err == nil {
		s.mu.Lock()
		s.found[key] = sh
		s.mu.Unlock()
	}
	return sh, err
}

func closeAll(sheets []*sheet) error {
	var errs []error
	for _, s := range sheets {
		errs = append(errs, s.close())
	}
	return errors.Join(errs...)
}

// files lists the files to read: those of the configuration, else those of the
// folder in the order of their names, which the second result tells. Empty ones
// are left out.
func (s *source) files() (files []File, listed bool, err error) {
	for _, f := range s.cfg.Files {
		files = append(files, s.cfg.merged(f))
	}
	if len(files) > 0 {
		return files, false, nil
	}
	info, err := os.Stat(s.cfg.Path)
	if err != nil {
		return nil, false, fmt.Errorf("csv: %w", err)
	}
	if !info.IsDir() {
		return []File{s.cfg.only()}, false, nil
	}
	if files, err = s.folder(); err == nil && len(files) == 0 {
		err = fmt.Errorf("csv: %s: there is no .csv, .tsv or .txt file with anything in it: name one with path", s.cfg.Path)
	}
	return files, true, err
}

func (s *source) folder() ([]File, error) {
	entries, err := os.ReadDir(s.cfg.Path)
	if err != nil {
		return nil, fmt.Errorf("csv: %w", err)
	}
	var files []File
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || info.Size() == 0 || strings.HasPrefix(e.Name(), ".") {
			continue // gone since, or nothing to read
		}
		if slices.Contains([]string{".csv", ".tsv", ".txt"}, strings.ToLower(filepath.Ext(e.Name()))) {
			files = append(files, s.cfg.merged(File{Path: e.Name()}))
		}
	}
	return files, nil
}

// Read yields what changed after the cursor; see pass. An item is held back
// until the next is there, so that the last one's cursor can say that it is. A
// second reading of the same kind waits for the first to end.
func (s *source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		turn, ok := s.turns[kind]
		if !ok {
			return // not a kind of record
		}
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			yield(connectors.Item{}, ctx.Err())
			return
		}
		p, err := s.begin(ctx, kind, after)
		if err != nil {
			yield(connectors.Item{}, err)
			return
		}
		var held connectors.Item
		stopped, holds := false, false
		for item, e := range p.items(ctx) {
			if e != nil {
				err = e
				break
			}
			if holds && !yield(held, nil) {
				stopped = true
				break
			}
			held, holds = item, true
		}
		if err == nil && !stopped {
			if err = p.finish(ctx); holds && err == nil {
				held.Cursor = cursor{Gen: p.rec.Gen, Base: p.rec.Base, Done: true}.String()
			}
		}
		if cerr := closeAll(p.sheets); err == nil {
			err = cerr
		}
		if holds && !stopped && !yield(held, nil) {
			return
		}
		if err == nil {
			err = ctx.Err() // cancelled at the last item
		}
		if err != nil && !stopped {
			yield(connectors.Item{}, err)
		}
	}
}

// inputs picks the sheets that hold records of the kind: those of its own first,
// so that what they say of a person comes before what a ticket's columns do.
func inputs(sheets []*sheet, kind desk.Kind) []*sheet {
	var own, derived []*sheet
	tickets := slices.ContainsFunc(sheets, func(s *sheet) bool { return s.Kind == desk.KindTicket })
	for _, s := range sheets {
		switch {
		case s.Kind == kind, kind == desk.KindTicket && s.Kind == desk.KindMessage && !s.joins && !tickets:
			own = append(own, s)
		case slices.Contains(s.Gives(), kind):
			derived = append(derived, s)
		}
	}
	return append(own, derived...)
}
