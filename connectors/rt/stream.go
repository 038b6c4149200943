package rt

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
)

// stream opens the bytes of an attachment. RT has them only as base64 inside a JSON
// object; they are taken out of it as they come, for a file may be of any size.
func (s *Source) stream(ctx context.Context, id text) (io.ReadCloser, error) {
	resp, err := s.client.Do(ctx, rest.Call{Path: "attachment/" + string(id), Header: http.Header{"Accept-Encoding": {"identity"}}})
	if err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(resp.Body, 64<<10)
	found, err := seekContent(in)
	if err != nil {
		_ = resp.Body.Close() // it is worth nothing
		return nil, fmt.Errorf("attachment %s: the answer is not what this system sends: %w: %w", id, err, connectors.ErrBusy)
	}
	c := &content{id: id, Closer: resp.Body}
	if c.Reader = io.LimitReader(in, 0); found {
		c.Reader = base64.NewDecoder(base64.StdEncoding, rest.JSONText(in))
	}
	return c, nil
}

// content is the bytes of an attachment.
type content struct {
	io.Reader
	io.Closer
	id text
}

// Read implements io.Reader.
func (c *content) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("attachment %s: the answer broke off: %w: %w", c.id, err, connectors.ErrBusy)
	}
	return n, err
}

// seekContent reads up to the first character of the text that the object has in its
// field Content; false if it has none there.
func seekContent(in *bufio.Reader) (bool, error) {
	depth, last := 0, ""
	for {
		b, err := in.ReadByte()
		if err != nil {
			return false, rest.Whole(err)
		}
		switch b {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return false, nil
			}
		case ':':
			if depth == 1 && last == "Content" {
				return opens(in)
			}
		case '"':
			if last, err = shortText(in); err != nil {
				return false, err
			}
		}
	}
}

// opens tells whether a value is a text, and reads its first quote.
func opens(in *bufio.Reader) (bool, error) {
	for {
		b, err := in.ReadByte()
		if err != nil {
			return false, rest.Whole(err)
		}
		switch b {
		case ' ', '\t', '\r', '\n':
		default:
			return b == '"', nil
		}
	}
}

// shortText reads a text to its end, and returns its beginning.
func shortText(in *bufio.Reader) (string, error) {
	var start []byte
	for {
		b, err := in.ReadByte()
		switch {
		case err != nil:
			return "", rest.Whole(err)
		case b == '"':
			return string(start), nil
		case b == '\\':
			if _, err := in.Discard(1); err != nil {
				return "", rest.Whole(err)
			}
		}
		if len(start) < 16 {
			start = append(start, b)
		}
	}
}
