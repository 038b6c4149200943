package archive_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// pulled opens the archive in path as the target of a pull from one source.
func pulled(t testing.TB, path, id, name string) *archive.Target {
	t.Helper()
	a, err := archive.OpenTarget(t.Context(), archive.Config{Path: path, SourceID: id, SourceName: name}, connectors.Env{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func plain(t testing.TB, path string) *archive.Target {
	t.Helper()
	return pulled(t, path, "", "")
}

func closed(t testing.TB, c interface{ Close() error }) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

func synced(t testing.TB, a *archive.Target) {
	t.Helper()
	if err := a.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func created(t testing.TB, a connectors.Target, r desk.Record) connectors.Receipt {
	t.Helper()
	got, err := a.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func library(t testing.TB, path string) *archive.Library {
	t.Helper()
	l, err := archive.OpenLibrary(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, l) })
	return l
}

// dump is everything that a reader sees, one canonical line a record, with the
// bytes of every file.
func dump(t testing.TB, path string) string {
	t.Helper()
	var b strings.Builder
	for _, kind := range desk.Kinds {
		for _, r := range changes(t, path, kind, "") {
			r.About().Version = "" // the order of writes shows there
			line, err := desk.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(line)
			b.WriteByte('\n')
			fmt.Fprintf(&b, "%x\n", sha256.Sum256([]byte(bytesOf(t, r))))
		}
	}
	return b.String()
}

func changes(t testing.TB, path string, kind desk.Kind, after connectors.Cursor) []desk.Record {
	t.Helper()
	s, err := archive.OpenSource(t.Context(), archive.Config{Path: path}, connectors.Env{})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, s)
	var list []desk.Record
	for it, err := range s.Read(t.Context(), kind, after) {
		if err != nil {
			t.Fatal(err)
		}
		inline(t, it.Record)
		list = append(list, it.Record)
	}
	return list
}

// inline reads the files of a record while its source is open.
func inline(t testing.TB, r desk.Record) {
	t.Helper()
	eachFile(r, func(f *desk.File) {
		b := readFile(t, f)
		f.Open = opens(b)
	})
}

func bytesOf(t testing.TB, r desk.Record) string {
	t.Helper()
	var b strings.Builder
	eachFile(r, func(f *desk.File) { b.Write(readFile(t, f)) })
	return b.String()
}

func eachFile(r desk.Record, do func(*desk.File)) {
	ticket, ok := r.(*desk.Ticket)
	if !ok {
		return
	}
	for i := range ticket.Messages {
		for k := range ticket.Messages[i].Files {
			do(&ticket.Messages[i].Files[k])
		}
	}
}

func readFile(t testing.TB, f *desk.File) []byte {
	t.Helper()
	r, err := f.Open(t.Context())
	if err != nil {
		t.Fatalf("file %s: %v", f.Name, err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("file %s: %v", f.Name, err)
	}
	closed(t, r)
	return b
}

func opens(b []byte) func(context.Context) (io.ReadCloser, error) {
	return func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

func attachment(name string, b []byte) desk.File {
	return desk.File{Name: name, Type: "application/octet-stream", Size: int64(len(b)), Open: opens(b)}
}

func day(n int) time.Time { return time.Date(2024, 3, n, 9, 30, 0, 0, time.UTC) }

// ticket is a small one with a message for each text.
func ticket(id string, texts ...string) *desk.Ticket {
	t := &desk.Ticket{
		Meta:    desk.Meta{ID: desk.ID(id), Mark: "mark-" + id, Created: day(1)},
		Subject: "Subject of " + id, Status: desk.StatusOpen,
	}
	for i, text := range texts {
		m := string(rune('a' + i))
		t.Messages = append(t.Messages, desk.Message{ID: desk.ID(m), Mark: "mark-" + id + "-" + m, At: day(1 + i), Text: text})
	}
	return t
}

func contact(id, name string, emails ...string) *desk.Contact {
	return &desk.Contact{Meta: desk.Meta{ID: desk.ID(id), Mark: "mark-" + id}, Name: name, Emails: emails}
}

func folderOf(t testing.TB) string { return filepath.Join(t.TempDir(), "desk") }
