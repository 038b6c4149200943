package rest

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
)

// A file comes as it is; one that is kept packed is unpacked, and not without end.
func TestDownload(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "identity" {
			t.Errorf("asked for it as %q", got)
		}
		if r.URL.Path == "/plain" {
			_, _ = io.WriteString(w, "bytes")
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		if r.URL.Path == "/packed" {
			_, _ = io.WriteString(z, "bytes")
		} else {
			_, _ = z.Write(make([]byte, 4<<20))
		}
		_ = z.Close()
	})
	c := clientOf(t, Options{Base: s.URL})
	c.mostFile = 1 << 20
	for path, want := range map[string]string{"/plain": "bytes", "/packed": "bytes", "/bomb": ""} {
		r, err := c.Download(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		switch {
		case want == "" && !errors.Is(err, connectors.ErrRefused):
			t.Errorf("%s: %d bytes, %v", path, len(got), err)
		case want != "" && (string(got) != want || err != nil):
			t.Errorf("%s: %q, %v", path, got, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}
