package maildir

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
)

// store is a Maildir with its folders. A message is known by its folder and the
// unique part of its file's name; flags and the move from new to cur change the
// rest (https://cr.yp.to/proto/maildir.html).
type store struct {
	root   string
	now    func() time.Time
	listed listings
}

// Title says what this is.
func (s *store) Title() string { return "Maildir " + s.root }

// Folders lists the folders' names.
func (s *store) Folders(ctx context.Context) ([]string, error) {
	fs, err := s.folders(ctx)
	var names []string
	for _, f := range fs {
		names = append(names, f.name)
	}
	return names, err
}

// Made tells whether deskhaul made the Maildir.
func (s *store) Made(context.Context) (bool, error) {
	_, err := os.Stat(filepath.Join(s.root, stamp.MailboxFile))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// unique is the part of a file's name that never changes.
func unique(name string) string {
	if i := strings.LastIndexAny(name, ":;!"); i > 0 && strings.HasPrefix(name[i+1:], "2,") {
		return name[:i]
	}
	return name
}

// flagWords are the letters after ":2,".
var flagWords = map[rune]string{'S': "seen", 'R': "answered", 'F': "flagged", 'D': "draft", 'T': "deleted"}

func flagsOf(name string) []string {
	var flags []string
	for _, c := range strings.TrimPrefix(strings.TrimLeft(strings.TrimPrefix(name, unique(name)), ":;!"), "2,") {
		if w := flagWords[c]; w != "" {
			flags = append(flags, w)
		}
	}
	return flags
}

// deliveredAt is when the message came: names begin with the second.
func deliveredAt(name string) time.Time {
	digits, _, _ := strings.Cut(name, ".")
	if n, err := strconv.ParseInt(digits, 10, 64); err == nil && len(digits) >= 9 && len(digits) <= 11 {
		return time.Unix(n, 0).UTC()
	}
	return time.Time{}
}

func nameKey(place string) string { return "n/" + place }

// Open opens a message wherever in its folder it is now.
func (s *store) Open(ctx context.Context, notes mail.Notes, p mail.Place) (mail.Opened, error) {
	b, err := notes.Note(ctx, nameKey(p.Path))
	if err != nil {
		return nil, err
	}
	dir, uniq := splitPlace(p.Path)
	if len(b) > 0 {
		o, err := s.open(dir, string(b))
		if !errors.Is(err, os.ErrNotExist) {
			return o, err
		}
	}
	name, err := s.search(dir, uniq)
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, fmt.Errorf("%s: %w", p, mail.ErrMoved)
	}
	return s.open(dir, name)
}

// splitPlace cuts a place into the folder's directory and the unique name.
func splitPlace(path string) (dir, uniq string) {
	i := strings.LastIndexByte(path, '/')
	return path[:max(i, 0)], path[i+1:]
}

// search looks for a message that was renamed since; "" if it is gone.
func (s *store) search(dir, uniq string) (string, error) {
	stamp, quiet, err := s.stamp(folder{rel: dir})
	if err != nil || s.listed.lacks(dir, stamp, uniq) {
		return "", err
	}
	names, err := s.list(folder{rel: dir})
	if err != nil {
		return "", err
	}
	if quiet {
		s.listed.keep(dir, stamp, names)
	}
	for _, name := range names {
		if unique(name[4:]) == uniq {
			return name, nil
		}
	}
	return "", nil
}

// openFile is one message.
type openFile struct {
	*os.File
	size int64
}

// Size is the length in bytes.
func (f openFile) Size() int64 { return f.size }

// open opens a message by its folder and "cur/NAME" or "new/NAME".
func (s *store) open(dir, name string) (mail.Opened, error) {
	f, err := os.Open(filepath.Join(s.root, filepath.FromSlash(dir), filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no file", f.Name())
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return openFile{f, info.Size()}, nil
}
