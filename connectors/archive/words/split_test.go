package words

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// A text that is too long for one segment goes on in the next, and any phrase of it
// is found, before these are merged and after.
func TestLongDocument(t *testing.T) {
	db := opened(t, filepath.Join(t.TempDir(), "words.db"))
	defer func() { _ = db.Close() }()
	w := testWriter()
	w.Into(db)
	var text []string
	for i := range 1000 {
		text = append(text, fmt.Sprint("w", i))
	}
	w.Begin(Cover(7) + 1)
	if err := w.Words(t.Context(), []byte(strings.Join(text, " "))); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, left := range []int{8, 1} {
		tidy := tidier{fanout: left + 1, smallest: 1 << 20, bytesAtOnce: 1 << 20, blocksAtOnce: 10, paused: func() error { return nil }}
		if err := tidy.tidy(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		splitPhrases(t, db, text, left)
	}
}

// splitPhrases looks for phrases of the one text, which is in record 7.
func splitPhrases(t *testing.T, db *sql.DB, text []string, left int) {
	t.Helper()
	s, err := NewSnapshot(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.list) != left {
		t.Fatalf("%d segments, want %d", len(s.list), left)
	}
	for from := 120; from < 200; from++ { // across the first seam
		set, err := s.Phrase(t.Context(), text[from:from+LongestPhrase], false)
		if err != nil || !set.Has(7) {
			t.Fatalf("the words from %d on are not found, %v", from, err)
		}
	}
	if set, err := s.Phrase(t.Context(), text[:LongestPhrase+9], false); err != nil || !set.Has(7) {
		t.Errorf("a long phrase is not found, %v", err)
	}
	if set, err := s.Phrase(t.Context(), []string{"w1", "w3"}, false); err != nil || !set.Empty() {
		t.Errorf("found what is not side by side, %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// A cover that was cut in two, with a key in both parts, counts once.
func TestSplitCoverCountsOnce(t *testing.T) {
	db := opened(t, filepath.Join(t.TempDir(), "words.db"))
	defer func() { _ = db.Close() }()
	w := testWriter()
	w.Into(db)
	w.Begin(Cover(7))
	for range 2 {
		if err := w.Key(t.Context(), FirstKey+1, "x"); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.Begin(Cover(7))
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	s, err := NewSnapshot(t.Context(), tx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if len(s.list) < 2 {
		t.Fatalf("%d segments: nothing was cut", len(s.list))
	}
	if err := s.Count(t.Context(), FirstKey+1, nil, func(v string, n int64) {
		if n != 1 {
			t.Errorf("%q is counted %d times", v, n)
		}
	}); err != nil {
		t.Error(err)
	}
}
