package rest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"sync/atomic"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Sent is a file on its way, and what the last attempt to send it read of it. An attempt
// that was turned away early may still be reading when the next one begins.
type Sent struct {
	file desk.File
	most int64
	last atomic.Pointer[sending] // nil: nothing was read yet
}

// NewSent is a file of which nothing was sent yet. One of more than so many bytes is refused
// while it is read, whatever it said of its size; 0 is any number.
func NewSent(f desk.File, most int64) *Sent { return &Sent{file: f, most: most} }

// Open opens the file for an attempt.
func (s *Sent) Open(ctx context.Context) (io.ReadCloser, error) {
	if s.file.Open == nil {
		return nil, connectors.Refuse(connectors.ReasonVanished, "", "the source gives no bytes for it")
	}
	r, err := s.file.Open(ctx)
	if err != nil {
		return nil, err
	}
	now := &sending{ReadCloser: r, most: s.most, hash: sha256.New()}
	s.last.Store(now)
	return now, nil
}

// Receipts are those of the files of a message of which something was read; m may be nil if
// there are none.
func Receipts(m *desk.Message, all []*Sent) (out []connectors.FileReceipt) {
	for _, s := range all {
		if last := s.last.Load(); last != nil {
			out = append(out, connectors.FileReceipt{Message: m.ID, Name: s.file.Name, Size: last.n, SHA256: hex.EncodeToString(last.hash.Sum(nil))})
		}
	}
	return out
}

// sending is one attempt: how many bytes were read, and what they hash to.
type sending struct {
	io.ReadCloser
	most, n int64
	hash    hash.Hash
}

// Read implements io.Reader.
func (r *sending) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.n += int64(n)
	_, _ = r.hash.Write(p[:n]) // a hash never fails
	if r.most > 0 && r.n > r.most {
		return 0, connectors.Refuse(connectors.ReasonTooLarge, "leave it out in the mapping", "it is larger than %d bytes", r.most)
	}
	return n, err
}

// WithoutLargest are files without the largest of them, which is left: a system that refuses a
// message for the size of its files does not say which is too large. There is at least one.
func WithoutLargest(files []desk.File) (others []desk.File, left desk.File) {
	at := 0
	for i, f := range files {
		if f.Size > files[at].Size {
			at = i
		}
	}
	return append(append(others, files[:at]...), files[at+1:]...), files[at]
}
