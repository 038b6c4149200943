package conntest

import (
	"io"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// BytesOf are the bytes of a file of a record that was read.
func BytesOf(t testing.TB, f desk.File) []byte {
	t.Helper()
	r, err := f.Open(t.Context())
	if err != nil {
		t.Fatalf("file %q: %v", f.Name, err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return b
}
