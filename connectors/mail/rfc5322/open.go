package rfc5322

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
)

// Open gives the decoded bytes of the part, as a stream. raw is the message that
// the part was parsed from. The caller closes the reader. Bytes that break the
// rules of the encoding are passed over; errors are those of reading raw, and a
// part that does not lie inside raw.
func (p Part) Open(raw Raw) (io.ReadCloser, error) {
	if p.Inner != nil {
		return io.NopCloser(bytes.NewReader(p.Inner)), nil
	}
	if p.Offset < 0 || p.Length < 0 || p.Offset > raw.Size() || p.Length > raw.Size()-p.Offset {
		return nil, fmt.Errorf("part %s: bytes %d to %d do not lie in the message of %d bytes; the file has changed, read it again",
			charset.Quoted(p.Name), p.Offset, p.Offset+p.Length, raw.Size())
	}
	start := stepFor(p.Encoding)
	if start == nil {
		return io.NopCloser(io.NewSectionReader(raw, p.Offset, p.Length)), nil
	}
	return &partReader{raw: raw, pos: p.Offset, end: p.Offset + p.Length, step: start()}, nil
}

// chunkSize is how much of a part is decoded at a time.
const chunkSize = 64 << 10

// chunks lends the buffers of partReader.
var chunks = sync.Pool{New: func() any { return new(chunk) }}

type chunk struct {
	in  [chunkSize]byte
	out [chunkSize + 16]byte
}

// partReader decodes a stretch of a message as it is read.
type partReader struct {
	raw      Raw
	pos, end int64
	step     decodeStep
	buf      *chunk
	left     int    // undecoded bytes at the front of buf.in
	ready    []byte // decoded, not yet handed out
	err      error
}

// Read implements io.Reader.
func (r *partReader) Read(p []byte) (int, error) {
	for len(r.ready) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.fill()
	}
	n := copy(p, r.ready)
	r.ready = r.ready[n:]
	return n, nil
}

// WriteTo implements io.WriterTo, which spares a copy.
func (r *partReader) WriteTo(w io.Writer) (n int64, err error) {
	for {
		if len(r.ready) > 0 {
			k, err := w.Write(r.ready)
			n += int64(k)
			r.ready = r.ready[k:]
			if err != nil {
				return n, err
			}
		}
		if r.err != nil {
			if errors.Is(r.err, io.EOF) {
				return n, nil
			}
			return n, r.err
		}
		r.fill()
	}
}

// fill decodes the next stretch. When the last one is decoded r.err is io.EOF.
func (r *partReader) fill() {
	if m, ok := r.raw.(memory); ok {
		r.decode(m.b[r.pos:min(r.end, r.pos+chunkSize)])
		return
	}
	if r.buf == nil {
		r.buf, _ = chunks.Get().(*chunk)
	}
	n := min(int64(chunkSize-r.left), r.end-r.pos-int64(r.left))
	b, err := ReadInto(r.raw, r.pos+int64(r.left), r.buf.in[r.left:][:n])
	if err == nil && int64(len(b)) < n {
		err = fmt.Errorf("the message ends at byte %d inside a part: %w", r.pos, io.ErrUnexpectedEOF)
	}
	if err != nil {
		r.err = err
		return
	}
	in := r.buf.in[:r.left+len(b)]
	used := r.decode(in)
	r.left = copy(r.buf.in[:], in[used:])
}

func (r *partReader) decode(in []byte) int {
	if r.buf == nil {
		r.buf, _ = chunks.Get().(*chunk)
	}
	eof := r.pos+int64(len(in)) >= r.end
	out, used := r.step(r.buf.out[:0], in, eof)
	r.ready = out
	r.pos += int64(used)
	if eof {
		r.err = io.EOF
	}
	return used
}

// Close gives the buffers back.
func (r *partReader) Close() error {
	if r.buf != nil {
		chunks.Put(r.buf)
		r.buf = nil
	}
	r.ready, r.err = nil, io.ErrClosedPipe
	return nil
}
