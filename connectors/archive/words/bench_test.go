package words

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
)

// prose makes folded words whose frequencies fall as in language.
func prose(r *rand.Rand, count int) []byte {
	var b strings.Builder
	for range count {
		if r.IntN(40) == 0 {
			fmt.Fprintf(&b, "%x ", r.Uint32()) // a number that occurs nowhere else
			continue
		}
		fmt.Fprintf(&b, "word%d ", int(20000*r.Float64()*r.Float64()*r.Float64()))
	}
	return []byte(b.String())
}

// BenchmarkWrite indexes records of four documents of 350 words, 500 to a segment,
// and merges; an operation is a document.
func BenchmarkWrite(b *testing.B) {
	db := opened(b, filepath.Join(b.TempDir(), "words.db"))
	defer func() { _ = db.Close() }()
	r := rand.New(rand.NewPCG(1, 2))
	texts := make([][]byte, 1000)
	for i := range texts {
		texts[i] = prose(r, 350)
	}
	w := NewWriter()
	b.ResetTimer()
	for i := 0; i < b.N; {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		w.Into(tx)
		for range 2000 {
			w.Begin(Cover(int64(i/4+1)) + int64(i%4))
			if err := w.Words(b.Context(), texts[r.IntN(len(texts))]); err != nil {
				b.Fatal(err)
			}
			i++
		}
		if err := w.Flush(b.Context()); err != nil {
			b.Fatal(err)
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
		if err := Tidy(b.Context(), db); err != nil {
			b.Fatal(err)
		}
	}
}
