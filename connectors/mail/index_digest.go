package mail

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// bodyDigest digests a mail's body, whatever its line ends and however many of
// them stand at its end.
func bodyDigest(head [8]byte, raw rfc5322.Raw, body int64) (sum [16]byte, err error) {
	w := lineDigest{sha256.New(), 0}
	_, _ = w.Write(head[:]) // a hash never fails
	if b, ok := rfc5322.Held(raw); ok {
		w.held(b[min(body, int64(len(b))):])
	} else if err := w.stream(raw, body); err != nil {
		return sum, err
	}
	copy(sum[:], w.Sum(nil))
	return sum, nil
}

type lineDigest struct {
	hash.Hash
	breaks int // line ends held back: those at the end do not count
}

var lineBreaks = bytes.Repeat([]byte("\n"), 64)

// text takes the next bytes, which have no CR.
func (d *lineDigest) text(b []byte) {
	end := bytes.TrimRight(b, "\n")
	if len(end) > 0 {
		for ; d.breaks > 0; d.breaks -= min(d.breaks, len(lineBreaks)) {
			_, _ = d.Write(lineBreaks[:min(d.breaks, len(lineBreaks))]) // never fails
		}
		_, _ = d.Write(end)
	}
	d.breaks += len(b) - len(end)
}

// held takes a body that lies in memory and must not be changed.
func (d *lineDigest) held(b []byte) {
	if bytes.IndexByte(b, '\r') < 0 {
		d.text(b)
		return
	}
	buf, _ := mailBuffers.Get().(*[]byte)
	defer mailBuffers.Put(buf)
	for len(b) > 0 {
		n := min(len(b), len(*buf))
		d.text(withoutCR((*buf)[:0], b[:n]))
		b = b[n:]
	}
}

func (d *lineDigest) stream(raw rfc5322.Raw, off int64) error {
	r := io.NewSectionReader(raw, off, max(0, raw.Size()-off))
	buf := make([]byte, 128<<10)
	for {
		n, err := r.Read(buf)
		d.text(withoutCR(buf[:0], buf[:n]))
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading message: %w", err)
		}
	}
}

// withoutCR appends to out what b holds besides CR. out may be the front of b's
// own memory.
func withoutCR(out, b []byte) []byte {
	for {
		i := bytes.IndexByte(b, '\r')
		if i < 0 {
			return append(out, b...)
		}
		out = append(out, b[:i]...)
		b = b[i+1:]
	}
}
