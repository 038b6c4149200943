package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/deskhaul/deskhaul/desk"
)

// spoolFile is the size up to which a file is read into memory before it is
// written: by then its hash tells whether it is here already.
const spoolFile = 1 << 20

// spooled is one file, read and hashed: in memory if it is small, else at the end
// of a pack.
type spooled struct {
	sum    hash
	size   int64
	bytes  []byte
	lent   *[]byte // what bytes lie in, to be given back
	pack   *pack   // nil if the file is in memory
	offset int64   // in the pack
}

// spools lends the memory that files are read into.
var spools = sync.Pool{New: func() any { b := make([]byte, 0, 64<<10); return &b }}

func (s *spooled) release() {
	if s.lent != nil {
		spools.Put(s.lent)
		s.lent, s.bytes = nil, nil
	}
}

// spool reads src to its end: into memory while there is room, else to a pack of h.
func (t *Target) spool(ctx context.Context, h *haul, src io.Reader) (*spooled, error) {
	lent, _ := spools.Get().(*[]byte)
	s := &spooled{lent: lent}
	head, whole, err := readSome(src, (*lent)[:0])
	*lent = head[:0]
	switch {
	case err != nil:
		err = unread(ctx, err)
	case whole:
		s.sum, s.size, s.bytes = sha256.Sum256(head), int64(len(head)), head
	default:
		err = t.stream(ctx, h, s, io.MultiReader(bytes.NewReader(head), src))
	}
	return s, err
}

// readSome reads src into b, which grows, as far as spoolFile. It tells whether
// src ended there.
func readSome(src io.Reader, b []byte) (_ []byte, whole bool, err error) {
	for len(b) < spoolFile {
		b = slices.Grow(b, 4<<10)
		n, err := src.Read(b[len(b):min(cap(b), spoolFile)])
		b = b[:len(b)+n]
		if errors.Is(err, io.EOF) {
			return b, true, nil
		}
		if err != nil {
			return b, false, err
		}
	}
	return b, false, nil
}

// stream copies src to the end of a pack.
func (t *Target) stream(ctx context.Context, h *haul, s *spooled, src io.Reader) (err error) {
	if s.pack, err = h.pack(&t.packs); err != nil {
		return trouble(t.folder, "store attachment", err)
	}
	s.offset = s.pack.tail
	sum := sha256.New()
	tap := &tap{r: src}
	s.size, err = io.CopyBuffer(io.MultiWriter(s.pack, sum), tap, make([]byte, 64<<10))
	sum.Sum(s.sum[:0])
	if tap.err != nil {
		return unread(ctx, tap.err)
	}
	return trouble(t.folder, "store attachment", err)
}

// tap remembers a reader's error, to tell it from a writer's.
type tap struct {
	r   io.Reader
	err error
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		t.err = err
	}
	return n, err
}

// settle lets the file stay in a pack of h, unless its content is here already.
func (t *Target) settle(ctx context.Context, h *haul, s *spooled) error {
	_, here, err := t.holds(ctx, h, s.sum)
	switch {
	case err != nil:
		return err
	case here && s.pack != nil:
		s.pack.cut(s.offset)
		return nil
	case here:
		return nil
	case s.pack == nil:
		err = t.append(h, s)
	}
	if err == nil {
		h.add(s.sum, s.pack, s.offset)
	}
	return trouble(t.folder, "store attachment", err)
}

// append writes a file that is in memory.
func (t *Target) append(h *haul, s *spooled) (err error) {
	if s.pack, err = h.pack(&t.packs); err != nil {
		return err
	}
	s.offset = s.pack.tail
	_, err = s.pack.Write(s.bytes)
	return err
}

// complete compares what was read with what the source said there would be.
func complete(f *desk.File, s *spooled) error {
	switch {
	case f.Size >= 0 && s.size < f.Size:
		return unread(context.Background(), fmt.Errorf("it ended after %d of %d bytes", s.size, f.Size))
	case f.SHA256 != "" && f.SHA256 != s.sum.String():
		return unread(context.Background(), fmt.Errorf("its SHA-256 is %s, the source said %s", s.sum, f.SHA256))
	}
	return nil
}
