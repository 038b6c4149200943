package mbox

import (
	"bytes"
	"context"
	"fmt"
	"io"
)

const (
	splitWindow = 1 << 20
	// splitAhead is how much must follow a separator in the window: its line and
	// the next.
	splitAhead = 2 * mostFromLine
)

var separator = []byte("\nFrom ")

// piece is one message in a file: its separator line, then the mail.
type piece struct {
	start, end int64  // bytes in the file
	from       []byte // the separator line
}

// split finds the messages between start, which is the beginning of a separator,
// and size. It stops when found returns false.
func split(ctx context.Context, r io.ReaderAt, start, size int64, found func(piece) bool) error {
	s := splitter{r: r, size: size, base: start, buf: make([]byte, 0, splitWindow)}
	if err := s.fill(start); err != nil {
		return err
	}
	current := piece{start: start, from: lineAt(s.buf, 0)}
	for from := 0; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		i := bytes.Index(s.buf[from:], separator)
		if i < 0 {
			if s.end() {
				break
			}
			// A separator may begin in the last bytes of the window, and the byte before
			// it tells whether a blank line does.
			if err := s.fill(s.base + int64(max(0, len(s.buf)-len(separator)-2))); err != nil {
				return err
			}
			from = 0
			continue
		}
		i += from
		if !s.end() && i+splitAhead > len(s.buf) && i > 2 {
			if err := s.fill(s.base + int64(i) - 2); err != nil {
				return err
			}
			from = 0
			continue
		}
		from = i + 1
		if !s.separates(i) {
			continue
		}
		at := s.base + int64(i) + 1
		current.end = at
		if !found(current) {
			return nil
		}
		current = piece{start: at, from: lineAt(s.buf, i+1)}
	}
	current.end = size
	found(current)
	return nil
}

type splitter struct {
	r    io.ReaderAt
	size int64
	base int64 // of buf in the file
	buf  []byte
}

// end tells whether the window reaches the end of the file.
func (s *splitter) end() bool { return s.base+int64(len(s.buf)) >= s.size }

// fill moves the window to an offset.
func (s *splitter) fill(at int64) error {
	n := int(min(splitWindow, s.size-at))
	s.base, s.buf = at, s.buf[:n]
	if m, err := s.r.ReadAt(s.buf, at); m < n {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("reading at byte %d: %w", at, err)
	}
	return nil
}

// separates tells whether the separator at buf[i] begins a message.
func (s *splitter) separates(i int) bool {
	line := lineAt(s.buf, i+1)
	next := lineAt(s.buf, i+1+len(line))
	blank := i > 0 && (s.buf[i-1] == '\n' || i > 1 && s.buf[i-1] == '\r' && s.buf[i-2] == '\n')
	return isSeparator(bytes.TrimRight(line, "\r\n"), next, blank)
}

// lineAt copies the line that begins at b[i], its end included; of a long line no
// more than tells that it is long.
func lineAt(b []byte, i int) []byte {
	b = b[min(i, len(b)):]
	if n := bytes.IndexByte(b[:min(len(b), splitAhead)], '\n'); n >= 0 {
		b = b[:n+1]
	}
	return bytes.Clone(b[:min(len(b), splitAhead)])
}
