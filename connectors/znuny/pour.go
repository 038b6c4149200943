package znuny

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
)

// TicketGet gives all files of a ticket in one answer, as base64. They are taken out of it
// as they come, and laid in a file beside: only what is left is held in memory.

// poured is where the bytes of a ticket's attachments lie: one after the other in a file.
type poured struct {
	path string
	ends []int64 // of each, in the order of the answer
	keys map[string]int
}

// section is the place of the n-th.
func (p *poured) section(n int) (from, size int64) {
	if n > 0 {
		from = p.ends[n-1]
	}
	return from, p.ends[n] - from
}

// pour copies an answer without the values of its fields "Content", whose bytes go to a new
// file in the folder; in their places stand their numbers.
func pour(from io.Reader, rest io.Writer, folder string) (p *poured, err error) {
	f, err := os.CreateTemp(folder, "znuny-*.bin")
	if err != nil {
		return nil, fmt.Errorf("room for attachments: %w: %w", err, connectors.ErrDenied)
	}
	p = &poured{path: f.Name()}
	in, out := bufio.NewReaderSize(from, 64<<10), bufio.NewWriterSize(f, 64<<10)
	s := &sieve{in: in, rest: rest}
	for {
		found, scanning := s.next()
		if scanning != nil {
			err = scanning
			break
		}
		if !found {
			break
		}
		if _, err = fmt.Fprintf(rest, "\"%d\"", len(p.ends)); err != nil {
			break
		}
		if err = p.take(in, out); err != nil {
			break
		}
	}
	if flushing := errors.Join(out.Flush(), f.Close()); flushing != nil {
		err = errors.Join(err, fmt.Errorf("room for attachments: %w: %w", flushing, connectors.ErrDenied))
	}
	if err != nil {
		_ = os.Remove(p.path) // the folder is emptied between runs
		return nil, err
	}
	return p, nil
}

// take reads a value to its closing quote.
func (p *poured) take(in *bufio.Reader, out *bufio.Writer) error {
	text := rest.JSONText(in)
	n, err := io.Copy(out, base64.NewDecoder(base64.StdEncoding, text))
	if err != nil {
		return rest.Whole(err)
	}
	if _, err := io.Copy(io.Discard, text); err != nil { // what stands behind the padding
		return rest.Whole(err)
	}
	last := int64(0)
	if len(p.ends) > 0 {
		last = p.ends[len(p.ends)-1]
	}
	p.ends = append(p.ends, last+n)
	return nil
}

// sieve copies JSON up to the values of "Content".
type sieve struct {
	in   *bufio.Reader
	rest io.Writer
	last string // the text that was read last
}

// next copies up to the next such value and its opening quote, which is read and not
// copied; false at the end.
func (s *sieve) next() (bool, error) {
	key := ""
	for {
		b, err := s.in.ReadByte()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		switch b {
		case '"':
			if key == "Content" {
				return true, nil
			}
			if err := s.text(); err != nil {
				return false, err
			}
			key = ""
			continue
		case ':':
			key = s.last
		case ' ', '\t', '\r', '\n':
		default:
			key = ""
		}
		if _, err := s.rest.Write([]byte{b}); err != nil {
			return false, err
		}
	}
}

// text copies a text whose opening quote was read, and remembers its beginning.
func (s *sieve) text() error {
	start := []byte{}
	buf := []byte{'"'}
	for {
		b, err := s.in.ReadByte()
		if err != nil {
			return rest.Whole(err)
		}
		buf = append(buf, b)
		switch {
		case b == '\\':
			if b, err = s.in.ReadByte(); err != nil {
				return rest.Whole(err)
			}
			buf = append(buf, b)
			start = append(start, 0) // no key of ours has an escape
		case b == '"':
			s.last = string(start[:min(len(start), 16)])
			_, err := s.rest.Write(buf)
			return err
		case len(start) < 16:
			start = append(start, b)
		}
		if len(buf) > 32<<10 {
			if _, err := s.rest.Write(buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
	}
}
