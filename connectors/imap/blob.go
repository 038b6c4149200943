package imap

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"

	"github.com/deskhaul/deskhaul/connectors"
)

// inMemory is up to how many bytes a message is held in memory; a larger one lies in
// a file.
const inMemory = 1 << 20

// blob is a message as the server gave it. It is released when nobody holds it any
// more.
type blob struct {
	b      []byte // the message, or:
	file   *os.File
	size   int64    // of the message
	labels []string // what people at the server gave it
	held   atomic.Int32
}

// receive takes a message of so many bytes from the server.
func receive(r io.Reader, size int64, temp string) (*blob, error) {
	x := &blob{size: size}
	x.held.Store(1)
	if size <= inMemory {
		x.b = make([]byte, size)
		_, err := io.ReadFull(r, x.b)
		return x, short(err)
	}
	f, err := os.CreateTemp(temp, "mail-*")
	if err != nil {
		return nil, noRoom(err)
	}
	x.file = f
	n, err := io.Copy(f, r)
	if err == nil && n < size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		x.drop()
		return nil, noRoom(short(err))
	}
	return x, nil
}

// noRoom says of an error of the disk that the run has to stop.
func noRoom(err error) error {
	var disk *fs.PathError
	if !errors.As(err, &disk) {
		return err
	}
	err = fmt.Errorf("a message cannot be kept for the time being: %w", err)
	if stop := connectors.StopIfFull(err); errors.Is(stop, connectors.ErrDenied) {
		return &ours{stop}
	}
	return &ours{fmt.Errorf("%w: %w", err, connectors.ErrDenied)}
}

// short makes a broken line of a message that ends too early: the library reports
// one as the end of the message.
func short(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w in the middle of a message", errLost)
	}
	return err
}

// hold lets another use the blob; it is false if nobody holds it any more.
func (x *blob) hold() bool {
	for {
		n := x.held.Load()
		if n == 0 {
			return false
		}
		if x.held.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// drop ends one use of it.
func (x *blob) drop() {
	if x.held.Add(-1) > 0 || x.file == nil {
		return
	}
	_, _ = x.file.Close(), os.Remove(x.file.Name()) // the folder is emptied between runs
}

// opened is one use of a blob, as a message.
type opened struct {
	*blob
	closed bool
}

// Size is the length in bytes.
func (o *opened) Size() int64 { return o.size }

// Labels implements mail.Labeled.
func (o *opened) Labels() []string { return o.labels }

// ReadAt implements io.ReaderAt.
func (o *opened) ReadAt(p []byte, off int64) (n int, err error) {
	if o.file != nil {
		return o.file.ReadAt(p, off)
	}
	if off < int64(len(o.b)) {
		n = copy(p, o.b[off:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Bytes are all of it; nil where it lies in a file.
func (o *opened) Bytes() []byte {
	if o.file != nil || o.closed {
		return nil
	}
	return o.b
}

// Close ends this use.
func (o *opened) Close() error {
	if !o.closed {
		o.closed = true
		o.drop()
	}
	return nil
}
