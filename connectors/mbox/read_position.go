package mbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
)

// position is how far a file has been read, and by what it is known again.
type position struct {
	Gen     uint32   `json:"gen"`     // how often the file was found rewritten, from 1
	Checked int64    `json:"checked"` // bytes that the messages read so far take
	Last    int64    `json:"last"`    // where the last of them begins
	Head    [16]byte `json:"head"`    // digest of the first bytes
	Tail    [16]byte `json:"tail"`    // digest of the last bytes before Checked
	Size    int64    `json:"size"`    // of the file when its end was reached; -1 if it was not
	Time    int64    `json:"time"`    // its modification time then, Unix nanoseconds
}

// edge is how many bytes at the ends of a file are digested.
const edge = 4096

func decodePosition(b []byte) (position, error) {
	var p position
	if b == nil {
		return p, nil
	}
	_, rest, _ := bytes.Cut(b, []byte(" "))
	if err := json.Unmarshal(rest, &p); err != nil {
		return p, fmt.Errorf("position: %w", err)
	}
	return p, nil
}

// encode puts the generation before the rest: each mail that is opened asks for it.
func (p position) encode() ([]byte, error) {
	b, err := json.Marshal(p)
	return append(fmt.Appendf(nil, "%d ", p.Gen), b...), err
}

// generation reads Gen alone; 0 if there is no position.
func generation(b []byte) uint32 {
	digits, _, _ := bytes.Cut(b, []byte(" "))
	n, err := strconv.ParseUint(string(digits), 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// seal digests the ends of what was read.
func (p *position) seal(r io.ReaderAt) error {
	var err error
	if p.Head, err = digestOf(r, 0, min(edge, p.Checked)); err != nil {
		return err
	}
	p.Tail, err = digestOf(r, max(0, p.Checked-edge), p.Checked)
	return err
}

// fits tells whether the file still begins with what was read: then it has at
// most grown. A mailbox that was compacted or rewritten does not.
func (p position) fits(r io.ReaderAt, size int64) (bool, error) {
	if size < p.Checked {
		return false, nil
	}
	now := position{Checked: p.Checked}
	if err := now.seal(r); err != nil {
		return false, err
	}
	return now.Head == p.Head && now.Tail == p.Tail, nil
}

// done tells whether nothing was written to the file since its end was reached.
func (p position) done(info os.FileInfo) bool {
	return p.Size == info.Size() && p.Time == info.ModTime().UnixNano()
}

func digestOf(r io.ReaderAt, from, to int64) ([16]byte, error) {
	b := make([]byte, max(0, to-from))
	if n, err := r.ReadAt(b, from); n < len(b) {
		return [16]byte{}, fmt.Errorf("reading at byte %d: %w", from, err)
	}
	sum := sha256.Sum256(b)
	return [16]byte(sum[:16]), nil
}
