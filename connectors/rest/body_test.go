package rest

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// A body is opened once for each time that it is sent, and for nothing else: to open
// it may be to download it. One that cannot be opened was not sent.
func TestBodyIsOpenedToBeSent(t *testing.T) {
	torn := connectors.Refuse(connectors.ReasonVanished, "", "it is gone")
	for name, c := range map[string]struct {
		turned, opened int
		fails          int // the opening that fails; 0 none
	}{
		"taken at once":            {opened: 1},
		"turned away twice":        {turned: 2, opened: 3},
		"not opened at first":      {opened: 1, fails: 1},
		"not opened a second time": {turned: 1, opened: 2, fails: 2},
	} {
		t.Run(name, func(t *testing.T) {
			asked, opened := 0, 0
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				if asked++; asked <= c.turned {
					w.WriteHeader(http.StatusTooManyRequests)
				}
				_, _ = io.WriteString(w, "{}")
			})
			body := &Body{Type: "text/plain", Size: 5, Open: func() (io.ReadCloser, error) {
				if opened++; opened == c.fails {
					return nil, torn
				}
				return io.NopCloser(strings.NewReader("bytes")), nil
			}}
			_, err := clientOf(t, Options{Base: s.URL, Wait: time.Millisecond}).JSON(t.Context(), Call{Method: http.MethodPost, Path: "x", Body: body}, nil)
			if opened != c.opened || (err == nil) != (c.fails == 0) {
				t.Errorf("it was opened %d times, want %d: %v", opened, c.opened, err)
			}
			if err != nil && (!errors.Is(err, torn) || errors.Is(err, connectors.ErrUnsure)) {
				t.Errorf("what could not be opened: %v", err)
			}
		})
	}
}

// A few packed bytes that unpack without end are not taken into memory.
func TestAnswerWithoutEnd(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close() //nolint:errcheck // nobody reads to its end
		for range 64 {
			if _, err := z.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
	})
	c := clientOf(t, Options{Base: s.URL})
	c.most = 2 << 20
	var out any
	if _, err := c.JSON(t.Context(), Call{Path: "/tickets"}, &out); !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), "longer than 2 MiB") {
		t.Error(err)
	}
}
