package maildir

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// settled is how long a directory must have been left alone before its time of
// change proves that it has not changed: file systems count in coarse steps.
const settled = 2 * time.Second

// Scan yields the messages whose names are new. A folder whose directories have
// not changed since is not listed again.
func (s *store) Scan(ctx context.Context, notes mail.Notes) iter.Seq2[mail.Entry, error] {
	return func(yield func(mail.Entry, error) bool) {
		folders, err := s.folders(ctx)
		if err != nil {
			yield(mail.Entry{}, err)
			return
		}
		for _, f := range folders {
			more, err := s.scanFolder(ctx, notes, f, yield)
			if err != nil {
				yield(mail.Entry{}, fmt.Errorf("maildir %s, folder %s: %w", s.root, f.name, err))
				return
			}
			if !more {
				return
			}
		}
	}
}

func (s *store) scanFolder(ctx context.Context, notes mail.Notes, f folder, yield func(mail.Entry, error) bool) (bool, error) {
	stamp, quiet, err := s.stamp(f)
	if err != nil {
		return false, err
	}
	stampKey := "d/" + f.rel
	if b, err := notes.Note(ctx, stampKey); err != nil || string(b) == stamp {
		return err == nil, err
	}
	names, err := s.list(f)
	if err != nil {
		return false, err
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		e, known, err := s.entry(ctx, notes, f, name)
		if err != nil {
			return false, err
		}
		if !known && !yield(e, nil) {
			return false, nil
		}
	}
	if !quiet {
		stamp = ""
	}
	return yield(mail.Entry{Marks: []mail.Mark{{Key: stampKey, Value: []byte(stamp)}}}, nil), nil
}

// stamp tells when cur and new last changed; quiet, whether long enough ago.
func (s *store) stamp(f folder) (stamp string, quiet bool, err error) {
	quiet = true
	for _, sub := range []string{"cur", "new"} {
		info, err := os.Stat(filepath.Join(s.root, filepath.FromSlash(f.rel), sub))
		if errors.Is(err, os.ErrNotExist) {
			stamp += "-/"
			continue
		}
		if err != nil {
			return "", false, err
		}
		quiet = quiet && s.now().Sub(info.ModTime()) > settled
		stamp += strconv.FormatInt(info.ModTime().UnixNano(), 36) + "/"
	}
	return stamp, quiet, nil
}

// list returns "cur/NAME" and "new/NAME" of a folder in the order of delivery.
func (s *store) list(f folder) ([]string, error) {
	var names []string
	for _, sub := range []string{"cur", "new"} {
		dir := filepath.Join(s.root, filepath.FromSlash(f.rel), sub)
		d, err := os.Open(dir)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found, err := d.Readdirnames(-1)
		if err := errors.Join(err, d.Close()); err != nil {
			return nil, err
		}
		for _, name := range found {
			if !strings.HasPrefix(name, ".") {
				names = append(names, sub+"/"+name)
			}
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(strings.Compare(unique(a[4:]), unique(b[4:])), strings.Compare(a, b))
	})
	return names, nil
}

// entry makes the entry of a file. One that is known under this name is passed
// over; one that was renamed gives its new name only.
func (s *store) entry(ctx context.Context, notes mail.Notes, f folder, name string) (e mail.Entry, known bool, err error) {
	place := mail.Place{Path: f.rel + "/" + unique(name[4:]), Folder: f.name}
	was, err := notes.Note(ctx, nameKey(place.Path))
	if err != nil || string(was) == name {
		return e, true, err
	}
	e.Marks = []mail.Mark{{Key: nameKey(place.Path), Value: []byte(name)}}
	if was != nil {
		return e, false, nil
	}
	e.Place = place
	path := filepath.Join(s.root, filepath.FromSlash(f.rel), filepath.FromSlash(name))
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return e, true, nil // renamed this instant: the directory will be listed again
	case err != nil:
		e.Err = err
		return e, false, nil
	case info.IsDir():
		e.Err = fmt.Errorf("%s is a folder where a message should be", path)
		return e, false, nil
	}
	e.Place.Length = info.Size()
	e.Received = rfc5322.Received{At: deliveredAt(name[4:]), Folder: f.name, Flags: flagsOf(name[4:])}
	if e.Received.At.IsZero() {
		e.Received.At = info.ModTime().UTC()
	}
	e.Open = func(context.Context) (mail.Opened, error) { return s.open(f.rel, name) }
	return e, false, nil
}
