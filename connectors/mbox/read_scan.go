package mbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// markEvery is after how many messages the position is remembered within a file.
const markEvery = 1000

// Scan yields the messages that were not there at the last scan, file by file. A
// file that has grown is read on from its last message, which may have been torn
// then; one that was rewritten, from its beginning.
func (s *store) Scan(ctx context.Context, notes mail.Notes) iter.Seq2[mail.Entry, error] {
	return func(yield func(mail.Entry, error) bool) {
		files, err := s.files(ctx)
		if err != nil {
			yield(mail.Entry{}, err)
			return
		}
		for _, f := range files {
			sc := &scan{store: s, file: f, single: len(files) == 1, notes: notes, yield: yield}
			err := sc.run(ctx)
			var shut *unopened
			if errors.As(err, &shut) && !sc.single { // the others can be read
				err = nil
				sc.send(mail.Entry{Place: mail.Place{Path: f.rel, Folder: f.folder}, Err: shut})
			}
			if err != nil {
				yield(mail.Entry{}, fmt.Errorf("mbox %s: %w", f.path, err))
				return
			}
			if sc.stopped {
				return
			}
		}
	}
}

// scan is one look through one file.
type scan struct {
	store   *store
	file    boxFile
	single  bool // the file was named by the configuration
	notes   mail.Notes
	yield   func(mail.Entry, error) bool
	pos     position
	held    piece // the message before the one that is found next
	count   int
	stopped bool
}

// unopened is the error of a file that cannot even be opened.
type unopened struct{ error }

func (u *unopened) Unwrap() error { return u.error }

func (s *scan) run(ctx context.Context) error {
	if err := s.store.refresh(s.file.path); err != nil {
		return &unopened{err}
	}
	f, done, err := s.store.handle(s.file.path)
	if err != nil {
		return &unopened{err}
	}
	err = s.read(ctx, f)
	return errors.Join(err, done())
}

func (s *scan) read(ctx context.Context, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	start, fresh, err := s.begin(ctx, f, info)
	var not *notBox
	if errors.As(err, &not) && !s.single {
		s.send(mail.Entry{Place: mail.Place{Path: s.file.rel, Folder: s.file.folder}, Err: fmt.Errorf("%s: %w", s.file.path, err)})
		return nil
	}
	if err != nil || start < 0 {
		return err
	}
	if fresh && !s.mark(f) {
		return nil
	}
	before := s.pos.Size
	s.pos.Size = -1
	found := func(p piece) bool { return s.found(f, p) }
	if err := split(ctx, f, start, info.Size(), found); err != nil || s.stopped {
		return err
	}
	torn, err := isTorn(f, s.held)
	if err != nil {
		return err
	}
	s.pos.Size, s.pos.Time = info.Size(), info.ModTime().UnixNano()
	if !torn || before == info.Size() {
		s.emit(s.held)
	}
	if !s.stopped {
		s.mark(f)
	}
	return nil
}

// begin tells where to read from; -1 if there is nothing new. fresh says that the
// file is new or was rewritten.
func (s *scan) begin(ctx context.Context, f *os.File, info os.FileInfo) (start int64, fresh bool, err error) {
	b, err := s.notes.Note(ctx, positionKey(s.file.rel))
	if err != nil {
		return 0, false, err
	}
	if s.pos, err = decodePosition(b); err != nil {
		return 0, false, err
	}
	distrust, err := s.notes.Note(ctx, mail.DistrustMark(s.file.rel))
	if err != nil {
		return 0, false, err
	}
	if s.pos.Gen > 0 && len(distrust) == 0 {
		fits, err := s.pos.fits(f, info.Size())
		if err != nil {
			return 0, false, err
		}
		if fits && s.pos.done(info) && s.pos.Checked == info.Size() {
			return -1, false, nil
		}
		if fits && s.pos.Checked > 0 {
			return s.pos.Last, false, nil
		}
		if fits { // nothing was whole yet
			start, err = firstSeparator(f)
			return start, false, err
		}
	}
	start, err = firstSeparator(f)
	s.pos = position{Gen: s.pos.Gen + 1, Size: -1}
	return start, true, err
}

// found holds a message back until the next one shows that it is whole.
func (s *scan) found(f *os.File, p piece) bool {
	if s.held.from != nil && !s.emit(s.held) {
		return false
	}
	s.held = p
	if s.count > 0 && s.count%markEvery == 0 && !s.mark(f) {
		return false
	}
	return true
}

func (s *scan) emit(p piece) bool {
	place := mail.Place{Path: s.file.rel, Gen: s.pos.Gen, Offset: p.start, Length: p.end - p.start, Folder: s.file.folder}
	s.pos.Checked, s.pos.Last = p.end, p.start
	s.count++
	return s.send(mail.Entry{
		Place:    place,
		Received: rfc5322.Received{At: fromDate(p.from), Folder: s.file.folder},
		Open:     func(context.Context) (mail.Opened, error) { return s.store.open(s.file.path, place) },
	})
}

// mark remembers how far the file has been read.
func (s *scan) mark(f *os.File) bool {
	err := s.pos.seal(f)
	var b []byte
	if err == nil {
		b, err = s.pos.encode()
	}
	if err != nil {
		s.stopped = true
		s.yield(mail.Entry{}, fmt.Errorf("mbox %s: %w", s.file.path, err))
		return false
	}
	return s.send(mail.Entry{Marks: []mail.Mark{
		{Key: positionKey(s.file.rel), Value: b},
		{Key: mail.DistrustMark(s.file.rel), Value: []byte{}},
	}})
}

func (s *scan) send(e mail.Entry) bool {
	if s.stopped {
		return false
	}
	s.stopped = !s.yield(e, nil)
	return !s.stopped
}

// isTorn tells whether the last message of a file ends inside its header, as one
// does that is being written. It is read once it is longer, or the next time if
// the file has stayed as it is.
func isTorn(r io.ReaderAt, p piece) (bool, error) {
	b := make([]byte, min(p.end-p.start, 64<<10))
	if n, err := r.ReadAt(b, p.start); n < len(b) {
		return false, err
	}
	whole := int64(len(b)) < p.end-p.start
	ended := bytes.HasSuffix(b, []byte("\n")) || bytes.Contains(b, []byte("\n\n")) || bytes.Contains(b, []byte("\n\r\n"))
	return !whole && !ended, nil
}
