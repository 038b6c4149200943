package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func filed(id string, contents ...string) *desk.Ticket {
	r := &desk.Ticket{Meta: desk.Meta{ID: desk.ID(id), Mark: id}, Messages: []desk.Message{{Mark: id}}}
	for i, b := range contents {
		r.Messages[0].Files = append(r.Messages[0].Files, desk.File{
			Name: fmt.Sprint(i), Size: int64(len(b)),
			Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte(b))), nil },
		})
	}
	return r
}

func create(t *testing.T, a *Target, rs ...desk.Record) {
	t.Helper()
	for _, r := range rs {
		if _, err := a.Create(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
}

func syncNow(t *testing.T, a *Target) {
	t.Helper()
	if err := a.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// sizes lists the packs in the folder with their lengths.
func sizes(t *testing.T, path string) string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(path, packFolder))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%s %d", e.Name(), info.Size()))
	}
	return fmt.Sprint(list)
}

func TestFullPacksAreClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk")
	a := opened(t, path)
	a.packs.limit = 10
	create(t, a, filed("1", "123456789"), filed("2", "of one larger than a pack", "next", "of another"))
	if got, want := sizes(t, path), "[000001.pack 34 000002.pack 14]"; got != want {
		t.Errorf("packs %s, want %s", got, want)
	}
	syncNow(t, a)
	if n := len(a.packs.open); n != 0 {
		t.Errorf("%d packs are still open", n)
	}
	create(t, a, filed("3", "new"))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = opened(t, path)
	create(t, a, filed("4", "word"))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := sizes(t, path), "[000001.pack 38 000002.pack 14 000003.pack 3]"; got != want {
		t.Errorf("packs %s, want %s", got, want)
	}
}

// A rollback takes back the bytes too: what was written before it is cut off, and
// who began before it is told to begin again.
func TestRollbackCutsPacks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk")
	a := opened(t, path)
	create(t, a, filed("1", "safe"))
	syncNow(t, a)
	create(t, a, filed("2", "lost with the others"))

	caught := filed("3", "written before", "under way")
	caught.Messages[0].Files[1].Open = func(context.Context) (io.ReadCloser, error) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if err := a.fail(t.Context(), "test", errors.New("the disk broke")); err == nil {
			t.Error("a failure was not kept")
		}
		a.lost = nil // as Sync tells it
		return io.NopCloser(bytes.NewReader([]byte("under way"))), nil
	}
	if _, err := a.Create(t.Context(), caught); !errors.Is(err, connectors.ErrBusy) {
		t.Fatalf("a record whose transaction is gone: %v", err)
	}
	if got, want := sizes(t, path), "[000001.pack 4]"; got != want {
		t.Errorf("packs %s, want %s", got, want)
	}
	create(t, a, filed("2", "again"))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := sizes(t, path), "[000001.pack 9]"; got != want {
		t.Errorf("packs %s, want %s", got, want)
	}
}

// A flush that failed must not be followed by a commit: the system may have
// dropped the bytes and say nothing the second time.
func TestFailedFlushRollsBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk")
	a := opened(t, path)
	create(t, a, filed("1", "lost"))
	p := a.packs.open[0]
	if err := p.file.Close(); err != nil { // so that it cannot be flushed
		t.Fatal(err)
	}
	if err := a.Sync(t.Context()); !errors.Is(err, os.ErrClosed) {
		t.Fatalf("a sync without a flush says %v", err)
	}
	if _, err := a.Fetch(t.Context(), desk.KindTicket, "1"); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("the record is still there: %v", err)
	}
	if err := a.Close(); err == nil {
		t.Error("after a failed flush it closed in peace")
	}
	a = opened(t, path)
	create(t, a, filed("1", "again"))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := sizes(t, path), "[000001.pack 5]"; got != want {
		t.Errorf("packs %s, want %s", got, want)
	}
}

// A full disk stops the run with a word of what to do; with room again, the same
// writes go on.
func TestDiskFullOfAttachments(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip("there is no device that is always full")
	}
	path := filepath.Join(t.TempDir(), "desk")
	a := opened(t, path)
	create(t, a, filed("1", "safe"))
	syncNow(t, a)
	p := a.packs.open[0]
	room := p.file
	p.file = full
	for _, content := range []string{"small", strings.Repeat("larger than memory ", spoolFile/10)} {
		_, err = a.Create(t.Context(), filed("2", content))
		if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "free space on the disk of "+path) {
			t.Errorf("got %v", err)
		}
	}
	p.file = room
	create(t, a, filed("2", "small"))
	if err := errors.Join(a.Close(), full.Close()); err != nil {
		t.Fatal(err)
	}
	if got, want := sizes(t, path), "[000001.pack 9]"; got != want {
		t.Errorf("packs %s, want %s", got, want)
	}
}
