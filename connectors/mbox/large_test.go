package mbox

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/desk"
)

// writeLarge writes n mails in threads of three, of about three kilobytes each.
func writeLarge(tb testing.TB, n int) (path string, size int64) {
	tb.Helper()
	path = filepath.Join(tb.TempDir(), "large.mbox")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriter(f)
	text := strings.Repeat("The pump makes a noise that it did not make before, and nobody knows why.\n", 36)
	for i := range n { // the writer keeps its first error for Flush
		_, _ = fmt.Fprintf(w, "From c%d@example.test Mon Jun  3 10:00:00 2019\nMessage-ID: <%d.pump@example.test>\nDate: Mon, 3 Jun 2019 10:00:00 +0000\n"+
			"From: Customer %d <c%d@example.test>\nTo: help@example.com\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n", i%5000, i, i%5000, i%5000)
		if i%3 > 0 {
			_, _ = fmt.Fprintf(w, "In-Reply-To: <%d.pump@example.test>\nReferences: <%d.pump@example.test>\n", i-1, i-i%3)
		}
		_, _ = fmt.Fprintf(w, "Subject: Pump %d\n\nNumber %d.\n%s\n", i/3, i, text)
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	return path, info.Size()
}

// memoryOf is the live heap without the State, which lives in a database outside
// of tests.
func memoryOf(s *conntest.State) int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) - s.Bytes()
}

// The live heap does not grow with the number of mails: of 30,000 or more it stays far
// below what the mails take.
func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a mailbox of 85 MB")
	}
	mails := rounds.Of(0, 30_000, 60_000)
	path, _ := writeLarge(t, mails)
	r := newRig(t, path)
	src, err := r.source()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.(connectors.Closer).Close() }()
	n, most := 0, int64(0)
	for item, err := range src.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		n += len(item.Record.(*desk.Ticket).Messages)
		if n%7_500 == 0 {
			most = max(most, memoryOf(r.state))
		}
	}
	t.Logf("%d messages, live heap at most %d MiB", n, most>>20)
	if n != mails || most > 40<<20 {
		t.Errorf("%d messages, live heap %d MiB, want %d and at most 40", n, most>>20, mails)
	}
}

func BenchmarkRead(b *testing.B) {
	path, size := writeLarge(b, 20_000)
	b.SetBytes(size)
	for b.Loop() {
		c := Spec().Config().(*Config)
		c.Path = path
		src, err := Spec().Source(b.Context(), c, testEnv(b, new(conntest.State)))
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range src.Read(b.Context(), desk.KindTicket, "") {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkSplit(b *testing.B) {
	path, size := writeLarge(b, 20_000)
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	b.SetBytes(size)
	for b.Loop() {
		if err := split(b.Context(), f, 0, size, func(piece) bool { return true }); err != nil {
			b.Fatal(err)
		}
	}
}
