package rest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/deskhaul/deskhaul/connectors"
)

// Spool is a JSON body that is put on disk before it is sent: a file that cannot be read is
// noticed while nothing was sent yet, and the length is known, as servers want it. The caller
// calls done when the call is over. A disk that is full ends the run: the error then wraps
// connectors.ErrDenied.
func Spool(folder, pattern string, write func(io.Writer) error) (b *Body, done func(), err error) {
	f, err := os.CreateTemp(folder, pattern)
	if err != nil {
		return nil, nil, noRoom(err)
	}
	done = func() { _ = os.Remove(f.Name()) } // the folder is emptied between runs
	w := &spooled{w: bufio.NewWriterSize(f, 64<<10)}
	if err = errors.Join(write(w), w.w.Flush(), f.Close()); err != nil {
		done()
		return nil, nil, err
	}
	open := func() (io.ReadCloser, error) { return os.Open(f.Name()) }
	return &Body{Type: "application/json", Size: w.n, Open: open}, done, nil
}

// spooled counts what is written.
type spooled struct {
	w *bufio.Writer
	n int64
}

// Write implements io.Writer.
func (s *spooled) Write(b []byte) (int, error) {
	n, err := s.w.Write(b)
	if s.n += int64(n); err != nil {
		err = noRoom(err)
	}
	return n, err
}

func noRoom(err error) error {
	return fmt.Errorf("room for attachments: %w: %w", err, connectors.ErrDenied)
}
