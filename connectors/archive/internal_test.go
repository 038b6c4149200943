package archive

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func opened(t *testing.T, path string) *Target {
	t.Helper()
	a, err := OpenTarget(t.Context(), Config{Path: path}, connectors.Env{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func long(id string) *desk.Ticket {
	return &desk.Ticket{
		Meta: desk.Meta{ID: desk.ID(id), Mark: id}, Subject: "s",
		Messages: []desk.Message{{Mark: id, Text: strings.Repeat("word ", 20_000)}},
	}
}

// A full disk is made by a limit on the pages of the database.
func TestDiskFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk")
	a := opened(t, path)
	ctx := t.Context()
	_, err := a.Create(ctx, long("safe"))
	if err := errors.Join(err, a.Sync(ctx)); err != nil {
		t.Fatal(err)
	}
	limit(t, a, "PRAGMA max_page_count = 45")
	ids := []string{"b", "c", "d", "e", "f", "g"}
	var failed error
	for _, id := range ids {
		if _, err := a.Create(ctx, long(id)); err != nil {
			failed = err
		}
	}
	var trouble *connectors.Trouble
	if !errors.Is(failed, connectors.ErrDenied) || !errors.As(failed, &trouble) || !strings.Contains(trouble.Hint, "free space on the disk of "+path) {
		t.Fatalf("got %v", failed)
	}
	if err := a.Sync(ctx); !errors.Is(err, connectors.ErrDenied) {
		t.Fatalf("a sync after a lost write says %v", err)
	}
	limit(t, a, "PRAGMA max_page_count = 100000")
	if _, err := a.Fetch(ctx, desk.KindTicket, "b"); !errors.Is(err, connectors.ErrNotFound) {
		t.Fatalf("a write that was rolled back is there: %v", err)
	}
	if err := errors.Join(a.Sync(ctx), a.Close()); !errors.Is(err, connectors.ErrDenied) {
		t.Fatalf("with room again this opening says %v, as if nothing had been lost", err)
	}
	a = opened(t, path)
	for _, id := range ids {
		if _, err := a.Create(ctx, long(id)); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	s := &Source{folder: path}
	n := 0
	for _, err := range s.Read(ctx, desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if err := s.Close(); err != nil || n != 7 {
		t.Fatalf("read %d of 7, %v", n, err)
	}
}

func limit(t *testing.T, a *Target, pragma string) {
	t.Helper()
	if _, err := a.conn.ExecContext(t.Context(), pragma); err != nil {
		t.Fatal(err)
	}
}

// The driver sorts pragmas, so that one may come too late to count.
func TestPragmasHold(t *testing.T) {
	a := opened(t, filepath.Join(t.TempDir(), "desk"))
	var page int
	var journal, synchronous string
	err := errors.Join(
		a.conn.QueryRowContext(t.Context(), "PRAGMA page_size").Scan(&page),
		a.conn.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&journal),
		a.conn.QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&synchronous),
		a.Close())
	if err != nil || page != 8192 || journal != "wal" || synchronous != "2" {
		t.Errorf("pages of %d bytes, journal %s, synchronous %s, %v", page, journal, synchronous, err)
	}
}

// A closed archive is one whole database: the write-ahead log is folded in.
func TestCloseFoldsTheLogIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk")
	a := opened(t, path)
	create(t, a, long("x"))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(path, mainFile+"-wal")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the log is still there: %v", err)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk")
	if err := opened(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := openMain(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "PRAGMA user_version = 99")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	_, err = OpenTarget(t.Context(), Config{Path: path}, connectors.Env{})
	if err == nil || !strings.Contains(err.Error(), "use a newer deskhaul") {
		t.Errorf("writer: %v", err)
	}
	if _, err := OpenLibrary(t.Context(), path); err == nil || !strings.Contains(err.Error(), "use a newer deskhaul") {
		t.Errorf("reader: %v", err)
	}
}

// Every step from version 1 to today's must be there; the copy made before the
// first of them must be a database of the old version.
func TestMigrations(t *testing.T) {
	for v := 1; v < schemaVersion; v++ {
		if migrations()[v] == "" {
			t.Errorf("no migration from version %d", v)
		}
	}
	path := filepath.Join(t.TempDir(), "desk")
	a := opened(t, path)
	if _, err := a.Create(t.Context(), long("x")); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := openMain(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	main := filepath.Join(path, mainFile)
	for range 2 { // a second attempt replaces the copy of the first
		if err := backup(t.Context(), db, main, 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(main+".v1.bak", main); err != nil {
		t.Fatal(err)
	}
	s := &Source{folder: path}
	if _, err := s.Fetch(context.Background(), desk.KindTicket, "x"); err != nil {
		t.Errorf("the copy lacks a record: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"Hello, World":           "hello world",
		"Ünïcödé Łódź":           "unicode łodz",
		"Письмо о ВОЗВРАТЕ":      "письмо о возврате",
		"返金について":                 "返 金 に つ い て",
		"ＡＢＣ１２３ ﾌﾟﾘﾝﾀ":           "abc123 フ リ ン タ",
		"プリンタ":                   "フ リ ン タ",
		"mara@example.com":       "mara example com",
		"שלום":                   "שלום",
		"e\u0301te\u0301":        "ete",
		"한국어 메일":                 "한 국 어 메 일",
		"bad\xff\xfebytes":       "bad bytes",
		"":                       "",
		"İstanbul ß ﬁn":          "istanbul ß fin",
		"\x00a\x00":              "a",
		strings.Repeat("x", 200): strings.Repeat("x", longestWord),
	} {
		if got := strings.TrimSpace(string(newFolder().words(nil, text))); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// What findHits sees as words must be what the index holds.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"Hello, World", "返金 x", "a\xffb", "e\u0301", strings.Repeat("ab", 60), "ﾌﾟ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		indexed := strings.Fields(string(newFolder().words(nil, s)))
		var placed []string
		for _, p := range newFolder().placed(s) {
			if p.start < 0 || p.end > len(s) || p.start >= p.end {
				t.Fatalf("word %q stands at %d to %d of %d", p.word, p.start, p.end, len(s))
			}
			placed = append(placed, p.word)
		}
		if strings.Join(indexed, " ") != strings.Join(placed, " ") {
			t.Fatalf("%q is indexed as %q, but found as %q", s, indexed, placed)
		}
	})
}
