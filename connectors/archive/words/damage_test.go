package words

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"errors"
	"path/filepath"
	"slices"
	"testing"
)

// few writes a small index of two segments.
func few(t testing.TB) *sql.DB {
	t.Helper()
	db := opened(t, filepath.Join(t.TempDir(), "words.db"))
	t.Cleanup(func() { _ = db.Close() })
	w := NewWriter()
	for _, text := range []string{"a few words to find", "a few more words to find and to merge"} {
		w.Into(db)
		for n := int64(1); n < 9; n++ {
			if err := w.Replace(t.Context(), n, n%2 == 0); err != nil {
				t.Fatal(err)
			}
			w.Begin(Cover(n))
			if err := errors.Join(w.Words(t.Context(), []byte(text)), w.Key(t.Context(), FirstKey, "x")); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// searched asks all kinds of questions and merges.
func searched(t testing.TB, db *sql.DB) (err error) {
	t.Helper()
	s, err := NewSnapshot(t.Context(), db)
	if err != nil {
		return err
	}
	_, key := s.Key(t.Context(), FirstKey, "x")
	_, phrase := s.Phrase(t.Context(), []string{"to", "find"}, false)
	_, open := s.Phrase(t.Context(), []string{"few", "m"}, true)
	_, prefix := s.Phrase(t.Context(), []string{"w"}, true)
	count := s.Count(t.Context(), FirstKey, nil, func(string, int64) {})
	merging := tidier{fanout: 2, smallest: 1 << 20, bytesAtOnce: 1, blocksAtOnce: 1, paused: func() error { return nil }}
	return errors.Join(key, phrase, open, prefix, count, s.Close(), merging.tidy(t.Context(), db))
}

// A byte that was changed, wherever, is noticed by whoever reads the block.
func TestDamageIsNoticed(t *testing.T) {
	for _, column := range []string{"docs", "places"} {
		for _, do := range []string{
			"UPDATE block SET " + column + " = CAST(substr(" + column + ", 1, 10) || x'ff' || substr(" + column + ", 12) AS BLOB)",
			"UPDATE block SET " + column + " = substr(" + column + ", 1, length(" + column + ") - 1)",
			"UPDATE block SET " + column + " = x''",
			"DELETE FROM block",
		} {
			db := few(t)
			if err := searched(t, few(t)); err != nil {
				t.Fatal(err)
			}
			if _, err := db.ExecContext(t.Context(), do); err != nil {
				t.Fatal(err)
			}
			if err := searched(t, db); !errors.Is(err, ErrDamaged) {
				t.Errorf("%s: %v", do, err)
			}
		}
	}
}

// Whatever a block says, reading it ends, in an error or with documents and terms
// in order, and asks for no more memory than the block has.
func FuzzBlock(f *testing.F) {
	b, r := newBlock(), new(run)
	for i, term := range []string{"a", "abc", "abd", "b"} {
		for n := range int64(i + 1) {
			r.add(Cover(n+1)+n%3, binary.AppendUvarint(nil, uint64(n+1)))
		}
		b.add([]byte(term), r)
		r.clear()
	}
	f.Add(b.docs[sumSize:], b.places[sumSize:])
	f.Add([]byte{0, 1, 'a', 200, 1, 1}, []byte{1})
	f.Add([]byte{0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}, []byte{})
	f.Fuzz(func(t *testing.T, docs, where []byte) {
		for _, bare := range []bool{false, true} {
			e := entries{docs: docs, places: where, bare: bare}
			if bare {
				e.places = nil
			}
			readAll(t, &e)
		}
	})
}

func readAll(t *testing.T, e *entries) {
	var last []byte
	for {
		more, err := e.next()
		if ended(t, more, err) {
			return
		}
		if bytes.Compare(e.term, last) < 0 {
			t.Fatalf("%q comes after %q", e.term, last)
		}
		last = slices.Clone(e.term)
		for doc := int64(-1); ; {
			more, err := e.postings.next()
			if ended(t, more, err) {
				break
			}
			if e.postings.doc <= doc {
				t.Fatalf("document %d comes after %d", e.postings.doc, doc)
			}
			doc = e.postings.doc
			readPlaces(t, e.postings.here)
		}
	}
}

func readPlaces(t *testing.T, here []byte) {
	p := places{rest: here}
	for at := uint64(0); ; at = p.at {
		more, err := p.next()
		if ended(t, more, err) {
			break
		}
		if p.at <= at {
			t.Fatalf("place %d comes after %d", p.at, at)
		}
	}
	if _, err := united(here, here); err != nil && !errors.Is(err, ErrDamaged) {
		t.Fatal(err)
	}
}

func ended(t *testing.T, more bool, err error) bool {
	if err != nil && !errors.Is(err, ErrDamaged) {
		t.Fatal(err)
	}
	return !more || err != nil
}
