package rest

import (
	"bufio"
	"errors"
	"io"
)

// JSONText reads a text in JSON up to its closing quote, after its opening one, as it comes:
// files that stand in an answer as base64 have no end that memory could wait for. It knows the
// escapes of line ends and slashes, and base64 has no others.
func JSONText(in *bufio.Reader) io.Reader { return &jsonText{in: in} }

type jsonText struct {
	in   *bufio.Reader
	over bool
}

// Read implements io.Reader.
func (t *jsonText) Read(p []byte) (n int, err error) {
	for n < len(p) && !t.over {
		if n > 0 && t.in.Buffered() == 0 {
			return n, nil
		}
		b, err := t.in.ReadByte()
		if err != nil {
			return n, Whole(err)
		}
		switch b {
		case '"':
			t.over = true
			continue
		case '\\':
			if b, err = t.in.ReadByte(); err != nil {
				return n, Whole(err)
			}
			if b == 'n' || b == 'r' {
				b = '\n'
			}
		}
		p[n] = b
		n++
	}
	if n == 0 && t.over {
		return 0, io.EOF
	}
	return n, nil
}

// Whole is the error of an answer that ends too early: io.ErrUnexpectedEOF for io.EOF.
func Whole(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
