package words

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
)

// written indexes count records, a segment for each hundred, merging as it goes.
func written(t *testing.T, count int64, text func(n int64) string) (segmentsLeft int, size, rewritten int64) {
	db := opened(t, filepath.Join(t.TempDir(), "words.db"))
	defer func() { _ = db.Close() }()
	w := NewWriter()
	tidy := tidier{fanout: 4, smallest: 4 << 10, bytesAtOnce: 1 << 20, blocksAtOnce: 100, paused: func() error { return nil }}
	for n := int64(1); n <= count; {
		w.Into(db)
		for range 100 {
			w.Begin(Cover(n))
			if err := w.Words(t.Context(), []byte(text(n))); err != nil {
				t.Fatal(err)
			}
			n++
		}
		if err := w.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		before, err := segments(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range tidy.due(before) {
			rewritten += s.size
		}
		if err := tidy.tidy(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	left, err := segments(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range left {
		size += s.size
	}
	return len(left), size, rewritten
}

// Few segments stay, each posting is written again a few times, and a word in a
// text takes a few bytes.
func TestSizes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const records, said = 10_000, 40
	left, size, rewritten := written(t, records, func(int64) string {
		var b strings.Builder
		for range said {
			fmt.Fprintf(&b, "word%d ", int(1000*r.Float64()*r.Float64()))
		}
		return b.String()
	})
	if left > 3*6 {
		t.Errorf("%d segments stay", left)
	}
	if size > 6*records*said {
		t.Errorf("%d bytes for %d words", size, records*said)
	}
	if rewritten > 6*size {
		t.Errorf("%d bytes were written again for an index of %d", rewritten, size)
	}
}

// A word that is everywhere goes through many blocks.
func TestFrequentWord(t *testing.T) {
	db := opened(t, filepath.Join(t.TempDir(), "words.db"))
	defer func() { _ = db.Close() }()
	w := NewWriter()
	w.Into(db)
	const records = 30_000
	for n := int64(1); n <= records; n++ {
		w.Begin(Cover(n) + n%5)
		if err := w.Words(t.Context(), []byte("before everywhere "+strings.Repeat("x ", int(n%3))+"after")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := NewSnapshot(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	for phrase, want := range map[string]int64{
		"everywhere": records, "before everywhere": records, "everywhere after": records / 3, "x x after": records / 3, "after everywhere": 0,
	} {
		for _, open := range []bool{false, true} {
			set, err := s.Phrase(t.Context(), strings.Fields(phrase), open)
			if err != nil || set.Count() != want {
				t.Errorf("%s, open %t: %d records, want %d, %v", phrase, open, set.Count(), want, err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
