package archive

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// packs are those that a target appends to: as many as wrote at the same time.
type packs struct {
	folder string
	limit  int64 // packSize

	mu   sync.Mutex
	open []*pack
	last int64 // the highest number in use

	flushing sync.Mutex
	failed   error // of a flush since the last rollback: the bytes may be lost
}

// take gives the caller a pack of its own to append to.
func (s *packs) take() (*pack, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.open, func(p *pack) bool { return !p.held && p.size < s.limit })
	if i < 0 {
		i = len(s.open)
		s.last++
		s.open = append(s.open, &pack{n: s.last, fresh: true})
	}
	p := s.open[i]
	if p.file == nil {
		if err := p.open(s.folder); err != nil {
			return nil, err
		}
	}
	p.held, p.tail = true, p.size
	return p, nil
}

// give takes a pack back and cuts off what no row speaks of.
func (s *packs) give(p *pack) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.held = false
	p.cut(p.size)
}

// enter says that rows of the open transaction speak of all that p's holder wrote.
func (s *packs) enter(p *pack) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.size, p.dirty = p.tail, true
}

// touched lists the packs that rows of the open transaction speak of.
func (s *packs) touched() (list []*pack) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.open {
		if p.dirty {
			list = append(list, p)
		}
	}
	return list
}

// flush brings all that was entered so far to the disk: each pack once, and the
// folder if packs are new. After a failure the system may forget what it could not
// write, so that only a rollback helps.
func (s *packs) flush() error {
	s.flushing.Lock()
	defer s.flushing.Unlock()
	if s.failed != nil {
		return s.failed
	}
	var fresh bool
	var g errgroup.Group
	for _, p := range s.touched() {
		fresh = fresh || p.fresh
		g.Go(p.file.Sync) // a journalling file system flushes those that wait together
	}
	s.failed = g.Wait()
	if fresh && s.failed == nil {
		s.failed = errors.Join(flushFolder(filepath.Join(s.folder, packFolder)), flushFolder(s.folder))
	}
	return s.failed
}

func flushFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil // keeps folders itself and cannot flush them
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// save flushes, and writes down how far each pack reaches.
func (s *packs) save(ctx context.Context, stmt *sql.Stmt) error {
	if err := s.flush(); err != nil {
		return err
	}
	for _, p := range s.touched() {
		if _, err := stmt.ExecContext(ctx, p.n, p.size); err != nil {
			return err
		}
	}
	return nil
}

// committed says that what was saved last will stay. Full packs are closed.
func (s *packs) committed() {
	s.flushing.Lock() // of files that are closed here
	defer s.flushing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = slices.DeleteFunc(s.open, func(p *pack) bool {
		if p.dirty {
			p.saved, p.dirty, p.fresh = p.size, false, false
		}
		full := !p.held && p.saved >= s.limit
		if full {
			_ = p.close(s.folder) // its bytes are on the disk already
		}
		return full
	})
}

// rollback goes back to what is committed. What writers hold is cut when they give
// it back.
func (s *packs) rollback() {
	s.flushing.Lock()
	s.failed = nil
	s.flushing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.open {
		p.size, p.dirty = p.saved, false
		if !p.held && p.file != nil {
			p.cut(p.saved)
		}
	}
}

// close gives the files back. Nobody holds a pack any more.
func (s *packs) close() error {
	var errs []error
	for _, p := range s.open {
		errs = append(errs, p.close(s.folder))
	}
	s.open = nil
	return errors.Join(errs...)
}
