package mbox

import (
	"bytes"
	"io"
	"sort"
)

// wholeMail is up to how many bytes a mail is read at once.
const wholeMail = 4 << 20

var quotedFrom = append([]byte(">"), fromWord...)

// unquote drops one ">" from each line of ">…>From ", the quoting of mboxrd. It
// may change b.
func unquote(b []byte) []byte {
	if !bytes.Contains(b, quotedFrom) {
		return b // as nearly always: nothing to copy
	}
	out := b[:0]
	lineStart := true
	for len(b) > 0 {
		if lineStart && isQuoted(b) {
			b = b[1:]
		}
		n := nextQuote(b)
		out = append(out, b[:n]...)
		b = b[n:]
		lineStart = true
	}
	return out
}

// nextQuote is how far b goes until a line that begins with ">", or to its end.
func nextQuote(b []byte) int {
	if i := bytes.Index(b, []byte("\n>")); i >= 0 {
		return i + 1
	}
	return len(b)
}

// isQuoted tells whether b begins with a quoted "From " line.
func isQuoted(b []byte) bool {
	rest := bytes.TrimLeft(b, ">")
	return len(rest) < len(b) && bytes.HasPrefix(rest, fromWord)
}

// cutReader is a stretch of a file from which some bytes are left out: the quotes
// of a mail that is too large for memory.
type cutReader struct {
	r    io.ReaderAt
	off  int64
	size int64   // with the cuts
	cuts []int64 // ascending, relative to off
}

// mostCuts bounds how many quotes of one large mail are taken out; the rest stay.
const mostCuts = 1 << 16

// newCutReader finds the quotes in a stretch of a file.
func newCutReader(r io.ReaderAt, off, size int64) (*cutReader, error) {
	c := &cutReader{r: r, off: off, size: size}
	buf := make([]byte, 1<<20)
	for at := int64(0); at < size && len(c.cuts) < mostCuts; {
		n, err := r.ReadAt(buf[:min(int64(len(buf)), size-at)], off+at)
		if n == 0 && err != nil {
			return nil, err
		}
		c.find(buf[:n], at)
		if at+int64(n) >= size {
			break
		}
		at += int64(max(1, n-64)) // a quote may lie across the end of the window
	}
	return c, nil
}

func (c *cutReader) find(b []byte, at int64) {
	for i := 0; i < len(b); {
		if (i > 0 || at == 0) && isQuoted(b[i:]) && (len(c.cuts) == 0 || c.cuts[len(c.cuts)-1] < at+int64(i)) {
			c.cuts = append(c.cuts, at+int64(i))
		}
		i += nextQuote(b[i:])
	}
}

// Size is the number of bytes that are left.
func (c *cutReader) Size() int64 { return c.size - int64(len(c.cuts)) }

// ReadAt reads what is left as if nothing had been there.
func (c *cutReader) ReadAt(p []byte, off int64) (int, error) {
	done := 0
	for done < len(p) {
		k := sort.Search(len(c.cuts), func(i int) bool { return c.cuts[i]-int64(i) > off })
		from, end := off+int64(k), c.size
		if k < len(c.cuts) {
			end = c.cuts[k]
		}
		if from >= c.size {
			return done, io.EOF
		}
		n, err := c.r.ReadAt(p[done:done+int(min(int64(len(p)-done), end-from))], c.off+from)
		done, off = done+n, off+int64(n)
		if err != nil && (err != io.EOF || n == 0) {
			return done, err
		}
	}
	return done, nil
}
