package mbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
)

// mostHandles bounds how many files are kept open.
const mostHandles = 128

// store is one mbox file or a folder of them.
type store struct {
	root   string
	quoted bool // lines of ">From " lose one ">"

	mu      sync.Mutex
	handles map[string]*os.File
	retired []*os.File // replaced by newer files, perhaps still being read
}

// Title says what this is.
func (s *store) Title() string { return "mbox " + s.root }

// Folders lists the folders: one a file.
func (s *store) Folders(ctx context.Context) ([]string, error) {
	files, err := s.files(ctx)
	var folders []string
	for _, f := range files {
		folders = append(folders, f.folder)
	}
	return folders, err
}

// Made tells whether deskhaul wrote the first mail.
func (s *store) Made(ctx context.Context) (bool, error) {
	files, err := s.files(ctx)
	if err != nil || len(files) == 0 {
		return false, err
	}
	f, err := os.Open(files[0].path)
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	h, _, err := rfc5322.ReadHeader(io.NewSectionReader(f, 0, info.Size()))
	return err == nil && stamp.Sealed(h), err
}

// Close closes the files.
func (s *store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, f := range s.handles {
		errs = append(errs, f.Close())
	}
	for _, f := range s.retired {
		errs = append(errs, f.Close())
	}
	s.handles, s.retired = nil, nil
	return errors.Join(errs...)
}

// handle opens a file or returns it open. close is to be called when it is no
// longer read.
func (s *store) handle(path string) (f *os.File, done func() error, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.handles[path]; f != nil {
		return f, func() error { return nil }, nil
	}
	if f, err = os.Open(path); err != nil {
		return nil, nil, err
	}
	if len(s.handles) >= mostHandles {
		return f, f.Close, nil
	}
	if s.handles == nil {
		s.handles = map[string]*os.File{}
	}
	s.handles[path] = f
	return f, func() error { return nil }, nil
}

// refresh makes sure that the file now at path is the one that handle returns.
func (s *store) refresh(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.handles[path]
	if f == nil {
		return nil
	}
	if old, err := f.Stat(); err == nil && os.SameFile(old, info) {
		return nil
	}
	delete(s.handles, path)
	s.retired = append(s.retired, f)
	return nil
}

// Open opens a mail if its file has not been rewritten since.
func (s *store) Open(ctx context.Context, notes mail.Notes, p mail.Place) (mail.Opened, error) {
	b, err := notes.Note(ctx, positionKey(p.Path))
	if err != nil {
		return nil, err
	}
	if generation(b) != p.Gen {
		return nil, fmt.Errorf("%s: the file was rewritten: %w", p, mail.ErrMoved)
	}
	return s.open(s.pathOf(p.Path), p)
}

func (s *store) pathOf(rel string) string {
	if filepath.Base(s.root) == rel {
		if s.isOpen(s.root) {
			return s.root // asked for with every mail that is opened
		}
		if info, err := os.Stat(s.root); err == nil && !info.IsDir() {
			return s.root
		}
	}
	return filepath.Join(s.root, filepath.FromSlash(rel))
}

// isOpen tells whether a file is open; a folder never is.
func (s *store) isOpen(path string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.handles[path] != nil
}

// open reads the mail at a place without asking whether it is still the same one.
func (s *store) open(path string, p mail.Place) (mail.Opened, error) {
	f, done, err := s.handle(path)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) { // the latter: the one file has another name now
		return nil, fmt.Errorf("%s: %w", p, mail.ErrMoved)
	}
	if err != nil {
		return nil, err
	}
	o, err := s.openAt(f, p)
	if err != nil {
		return nil, errors.Join(err, done())
	}
	o.close = done
	return o, nil
}

// openMail is one mail, unquoted.
type openMail struct {
	rfc5322.Raw
	whole []byte  // of one that lies in memory
	lent  *[]byte // what it lies in
	close func() error
}

// Bytes are the whole mail, until it is closed; nil if it is too large for memory.
func (o *openMail) Bytes() []byte { return o.whole }

// Close lets go of the file.
func (o *openMail) Close() error {
	if o.lent != nil {
		mailBuffers.Put(o.lent)
		o.Raw, o.whole, o.lent = rfc5322.Bytes(nil), nil, nil
	}
	return o.close()
}

// mailBuffers lends what mails are read into.
var mailBuffers = sync.Pool{New: func() any { return new([]byte) }}

func (s *store) openAt(f *os.File, p mail.Place) (o *openMail, err error) {
	lent, _ := mailBuffers.Get().(*[]byte)
	defer func() {
		if o == nil || o.lent == nil {
			mailBuffers.Put(lent)
		}
	}()
	if size := int(min(p.Length, wholeMail)); cap(*lent) < size {
		*lent = make([]byte, size)
	}
	b := (*lent)[:min(p.Length, wholeMail)]
	n, err := f.ReadAt(b, p.Offset)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	b = b[:n]
	line := bytes.IndexByte(b, '\n')
	if int64(n) < min(p.Length, wholeMail) || !bytes.HasPrefix(b, fromWord) {
		return nil, fmt.Errorf("%s: %w", p, mail.ErrMoved)
	}
	if line < 0 {
		line = n - 1
	}
	if p.Length <= wholeMail {
		b = b[line+1:]
		if s.quoted {
			b = unquote(b)
		}
		return &openMail{Raw: rfc5322.Bytes(b), whole: b, lent: lent}, nil
	}
	off, size := p.Offset+int64(line)+1, p.Length-int64(line)-1
	if !s.quoted {
		return &openMail{Raw: io.NewSectionReader(f, off, size)}, nil
	}
	cut, err := newCutReader(f, off, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	return &openMail{Raw: cut}, nil
}

func positionKey(rel string) string { return "f/" + strings.TrimPrefix(rel, "/") }
