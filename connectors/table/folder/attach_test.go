package folder

import (
	"context"
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// A full disk is told from a file that cannot be read: it stops the run.
func TestFullDiskStopsTheRun(t *testing.T) {
	tg := &Target{o: Options{Connector: "csv"}}
	to := &sink{w: full{}}
	f := &desk.File{Name: "a.png", Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("picture")), nil
	}}
	if _, _, err := tg.copyTo(t.Context(), to, f); err == nil || to.err == nil {
		t.Fatalf("%v %v", err, to.err)
	}
	var trouble *connectors.Trouble
	err := tg.denied("files/a.png", to.err)
	if !errors.Is(err, connectors.ErrDenied) || !errors.As(err, &trouble) || !strings.Contains(trouble.Hint, "free space") {
		t.Errorf("%v", err)
	}
	gone := &sink{w: io.Discard}
	f.Open = func(context.Context) (io.ReadCloser, error) { return nil, errors.New("gone") }
	if _, _, err := tg.copyTo(t.Context(), gone, f); err == nil || gone.err != nil {
		t.Errorf("%v %v", err, gone.err)
	}
}
