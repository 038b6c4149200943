package eml

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
)

// store is a folder tree or a zip archive with one message in each file.
type store struct {
	root  string
	globs []string // what a message's file is called
	temp  string
	zip   *archive // nil for a folder
	last  atomic.Pointer[look]
}

// look counts what one look through all files came upon.
type look struct {
	read, out int
	first     string // of those left out
}

// mailFile is one file that may hold a message.
type mailFile struct {
	name  string // below the root, with "/"
	size  int64
	stamp string // changes when the file does
	open  func() (mail.Opened, error)
}

// newStore looks at what the path is.
func newStore(root string, globs []string, temp string) (*store, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, fmt.Errorf("eml: %w: give the folder or .zip in path", err)
	}
	s := &store{root: root, globs: globs, temp: temp}
	if len(s.globs) == 0 {
		s.globs = []string{"*.eml"}
	}
	if info.IsDir() {
		return s, nil
	}
	if !info.Mode().IsRegular() || !strings.EqualFold(filepath.Ext(root), ".zip") {
		return nil, fmt.Errorf("eml: %s is neither a folder nor a .zip: put the messages into one, or use the connector mbox", root)
	}
	s.zip = &archive{path: root, temp: temp}
	return s, nil
}

// Title says what this is.
func (s *store) Title() string { return "EML " + s.root }

// Made tells whether deskhaul made the folder.
func (s *store) Made(context.Context) (bool, error) {
	if s.zip != nil {
		return false, nil
	}
	_, err := os.Stat(filepath.Join(s.root, stamp.MailboxFile))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Close closes the archive.
func (s *store) Close() error {
	if s.zip == nil {
		return nil
	}
	return s.zip.Close()
}

// wanted tells whether a file's name is that of a message.
func (s *store) wanted(name string) bool {
	base := strings.ToLower(path.Base(name))
	for _, g := range s.globs {
		if ok, err := path.Match(strings.ToLower(g), base); ok && err == nil {
			return !strings.HasPrefix(base, ".") && base != stamp.MailboxFile
		}
	}
	return false
}

// folderOf is the folder that a file lies in; "" at the top.
func folderOf(name string) string {
	if dir := path.Dir(name); dir != "." {
		return dir
	}
	return ""
}

// files lists the files that are called like messages, by name.
func (s *store) files(ctx context.Context) iter.Seq2[mailFile, error] {
	return func(yield func(mailFile, error) bool) {
		l := &look{}
		all := s.tree
		if s.zip != nil {
			all = s.zip.files
		}
		for f, err := range all(ctx, func(name string) bool { return s.choose(l, name) }) {
			if !yield(f, err) || err != nil {
				return
			}
		}
		s.last.Store(l)
	}
}

// choose counts a file and tells whether to read it. Hidden files and our own do
// not count.
func (s *store) choose(l *look, name string) bool {
	if s.wanted(name) {
		l.read++
		return true
	}
	if base := path.Base(name); strings.HasPrefix(base, ".") || strings.EqualFold(base, stamp.MailboxFile) {
		return false
	}
	if l.out++; l.out == 1 {
		l.first = name
	}
	return false
}

// LeftOut tells how many files are not called like messages.
func (s *store) LeftOut() string {
	l := s.last.Load()
	if l == nil || l.out == 0 {
		return ""
	}
	return fmt.Sprintf(`%d of %d files in %s are left out, because they are not called like %s (%s): to read them as mails too, say how they are called, as in files: ["*"]`,
		l.out, l.read+l.out, s.root, strings.Join(s.globs, " or "), l.first)
}

// Folders lists the folders that hold messages, in order; the top is not among
// them unless it is the only one.
func (s *store) Folders(ctx context.Context) ([]string, error) {
	var names []string
	seen := map[string]bool{}
	some := false
	for f, err := range s.files(ctx) {
		if err != nil {
			return nil, err
		}
		some = true
		if dir := folderOf(f.name); dir != "" && !seen[dir] {
			seen[dir] = true
			names = append(names, dir)
		}
	}
	if made, err := s.Made(ctx); err != nil || made {
		return names, err
	}
	if !some {
		return nil, fmt.Errorf("eml: no file in %s is called like %s: set files to how yours are called", s.root, strings.Join(s.globs, " or "))
	}
	return names, nil
}

func fileKey(name string) string { return "n/" + name }

// Scan yields the messages whose files are new or have changed.
func (s *store) Scan(ctx context.Context, notes mail.Notes) iter.Seq2[mail.Entry, error] {
	return func(yield func(mail.Entry, error) bool) {
		for f, err := range s.files(ctx) {
			var was []byte
			if err == nil {
				was, err = notes.Note(ctx, fileKey(f.name))
			}
			if err != nil {
				yield(mail.Entry{}, err)
				return
			}
			if string(was) == f.stamp {
				continue
			}
			e := mail.Entry{
				Place:    mail.Place{Path: f.name, Length: f.size, Folder: folderOf(f.name)},
				Received: rfc5322.Received{Folder: folderOf(f.name)},
				Open:     func(context.Context) (mail.Opened, error) { return f.open() },
				Marks:    []mail.Mark{{Key: fileKey(f.name), Value: []byte(f.stamp)}},
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Open opens a message by its file's name.
func (s *store) Open(_ context.Context, _ mail.Notes, p mail.Place) (mail.Opened, error) {
	var o mail.Opened
	var err error
	if s.zip != nil {
		o, err = s.zip.openName(p.Path)
	} else {
		o, err = openFile(filepath.Join(s.root, filepath.FromSlash(p.Path)))
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", p, mail.ErrMoved)
	}
	return o, err
}

// opened is a message in a file or in memory.
type opened struct {
	io.ReaderAt
	size  int64
	close func() error
}

// Size is the length in bytes.
func (o opened) Size() int64 { return o.size }

// Close lets go of the file.
func (o opened) Close() error { return o.close() }

func openFile(path string) (mail.Opened, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return opened{f, info.Size(), f.Close}, nil
}
