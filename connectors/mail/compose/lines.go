package compose

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// Lines makes a writer that turns line ends, CRLF and LF alike, into end. lead,
// if not nil, is called with the beginning of each line and returns what is to
// stand instead of its first n bytes.
func Lines(w io.Writer, end string, lead func(start []byte) (instead string, n int)) *LineWriter {
	return &LineWriter{w: bufio.NewWriterSize(w, 32<<10), end: end, lead: lead}
}

// LineWriter is a filter made by [Lines]. Flush must be called at the end.
type LineWriter struct {
	w    *bufio.Writer
	end  string
	lead func([]byte) (string, int)
	// held is a line whose end has not come yet, as far as it has not been written.
	held  []byte
	begun bool // part of the line has been written
}

// longLine is how much of a line is held back at most.
const longLine = 4096

// Write takes any piece of text; lines may be cut anywhere.
func (l *LineWriter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			l.held = append(l.held, p...)
			if len(l.held) > longLine {
				cr := l.held[len(l.held)-1] == '\r'
				l.part(bytes.TrimSuffix(l.held, []byte("\r")))
				if l.held = l.held[:0]; cr {
					l.held = append(l.held, '\r')
				}
			}
			break
		}
		line := p[:i]
		if len(l.held) > 0 {
			line = append(l.held, line...)
		}
		l.part(bytes.TrimSuffix(line, []byte("\r")))
		l.write(l.end)
		l.held, l.begun = l.held[:0], false
		p = p[i+1:]
	}
	return n, l.failed()
}

func (l *LineWriter) part(line []byte) {
	if !l.begun && l.lead != nil {
		instead, n := l.lead(line)
		l.write(instead)
		line = line[n:]
	}
	l.begun = true
	_, _ = l.w.Write(line) // bufio keeps the error
}

func (l *LineWriter) write(s string) { _, _ = l.w.WriteString(s) } // as above

// failed returns the first error of the writer below.
func (l *LineWriter) failed() error {
	_, err := l.w.Write(nil)
	return err
}

// Flush writes what is held back.
func (l *LineWriter) Flush() error {
	if len(l.held) > 0 {
		l.part(l.held)
		l.held = l.held[:0]
	}
	return l.w.Flush()
}

// guardFrom hides a "From " at the beginning of a line, quoted ones too, from
// readers of mbox files, which differ in how they undo the quoting (RFC 2049
// section 3). Such lines stand in quoted-printable texts only.
func guardFrom(line []byte) (string, int) {
	if len(line) == 0 || !bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
		return "", 0
	}
	return fmt.Sprintf("=%02X", line[0]), 1
}
