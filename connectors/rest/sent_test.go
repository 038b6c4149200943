package rest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// A file that is sent again is hashed anew, whatever the attempt before still reads of
// it: a server may turn a form away before its end.
func TestStragglerDoesNotCount(t *testing.T) {
	c := NewSent(desk.File{Name: "a", Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("bytes")), nil
	}}, 100)
	first, err := c.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []io.Reader{second, first} {
		if _, err := io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	sum := sha256.Sum256([]byte("bytes"))
	got := Receipts(&desk.Message{ID: "m"}, []*Sent{c})
	if len(got) != 1 || got[0].Size != 5 || got[0].SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("%+v", got)
	}
}
