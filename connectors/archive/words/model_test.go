package words

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the database
	"pgregory.net/rapid"
)

// model is the index as one would write it without a thought of speed.
type model map[int64]document

type document struct {
	words []string
	keys  map[byte][]string
}

func (m model) records(is func(document) bool) []int64 {
	found := map[int64]bool{}
	for doc, d := range m {
		if is(d) {
			found[doc>>PlaceBits] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func (d document) says(words []string, open bool) bool {
	for i := range d.words {
		if i+len(words) > len(d.words) {
			return false
		}
		last := len(words) - 1
		here := d.words[i : i+len(words)]
		if slices.Equal(here[:last], words[:last]) && (here[last] == words[last] || open && strings.HasPrefix(here[last], words[last])) {
			return true
		}
	}
	return false
}

type failing interface {
	Helper()
	Fatal(args ...any)
}

func opened(t failing, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)")
	if err == nil {
		db.SetMaxOpenConns(1)
		_, err = db.Exec(strings.NewReplacer("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", "CREATE INDEX", "CREATE INDEX IF NOT EXISTS").Replace(Schema()))
	}
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// machine indexes documents, and is killed at times.
type machine struct {
	db           *sql.DB
	path         string
	tx           *sql.Tx
	w            *Writer
	now, durable model
}

var errKilled = errors.New("killed")

func anyWord() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"a", "ab", "abc", "abd", "b", "ж", "же", "返", "金", "12", "שלום", "zzz"}),
		rapid.StringMatching(`[a-c0-1]{1,3}`), rapid.StringMatching(`[\p{L}\p{N}]{1,70}`))
}

func (m *machine) check(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (m *machine) begin(t *rapid.T) {
	if m.tx != nil {
		return
	}
	var err error
	m.tx, err = m.db.Begin()
	m.check(t, err)
	m.w.Into(m.tx)
}

func (m *machine) document(t *rapid.T, doc int64) {
	d := document{keys: map[byte][]string{}}
	few := rapid.SliceOfN(anyWord(), 0, 12)
	for range rapid.SampledFrom([]int{1, 1, 1, 1, 30}).Draw(t, "times") {
		d.words = append(d.words, few.Draw(t, "words")...)
	}
	m.w.Begin(doc)
	m.check(t, m.w.Words(t.Context(), []byte(strings.Join(d.words, " "))))
	for name := range byte(2) {
		if name == 1 && doc&placeMask != 0 {
			break // what is counted is on covers only
		}
		for _, v := range rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y", "long value", "\x00"}), 0, 2).Draw(t, "values") {
			d.keys[FirstKey+name] = append(d.keys[FirstKey+name], v)
			m.check(t, m.w.Key(t.Context(), FirstKey+name, v))
		}
	}
	m.now[doc] = d
}

// Index indexes a record, or again, with its messages or its cover and more messages only.
func (m *machine) Index(t *rapid.T) {
	m.begin(t)
	n := rapid.Int64Range(1, 12).Draw(t, "record")
	if rapid.IntRange(0, 9).Draw(t, "far") == 0 {
		n += rapid.SampledFrom([]int64{100_000, 1 << 33, mostRecord - 20}).Draw(t, "distance")
	}
	var places []int64
	for doc := range m.now {
		if doc>>PlaceBits == n {
			places = append(places, doc&placeMask)
		}
	}
	slices.Sort(places)
	whole, next := rapid.Bool().Draw(t, "whole"), int64(1)
	if len(places) > 0 {
		m.check(t, m.w.Replace(t.Context(), n, whole))
		next = places[len(places)-1] + 1
	}
	for _, at := range places {
		if whole || at == 0 {
			delete(m.now, Cover(n)+at)
		}
	}
	if rapid.IntRange(0, 5).Draw(t, "forget") == 0 && whole {
		return
	}
	m.document(t, Cover(n))
	for range rapid.IntRange(0, 3).Draw(t, "messages") {
		m.document(t, Cover(n)+next)
		next += rapid.Int64Range(1, 3).Draw(t, "step")
	}
}

func (m *machine) Flush(t *rapid.T) {
	m.begin(t)
	m.check(t, m.w.Flush(t.Context()))
}

func (m *machine) Commit(t *rapid.T) {
	m.Flush(t)
	m.check(t, m.tx.Commit())
	m.tx, m.durable = nil, maps.Clone(m.now)
}

// Kill drops what was not committed, and opens the file again.
func (m *machine) Kill(t *rapid.T) {
	if m.tx != nil {
		m.check(t, m.tx.Rollback())
		m.tx = nil
	}
	m.now = maps.Clone(m.durable)
	m.check(t, m.db.Close())
	m.db = opened(t, m.path)
	m.w = testWriter()
}

// Tidy merges, and may be killed between any two of its transactions.
func (m *machine) Tidy(t *rapid.T) {
	m.Commit(t)
	left := rapid.IntRange(0, 20).Draw(t, "transactions")
	tidy := tidier{fanout: rapid.IntRange(2, 4).Draw(t, "fanout"), smallest: 1000, bytesAtOnce: 1, blocksAtOnce: 1, paused: func() error {
		if left--; left < 0 {
			return errKilled
		}
		return nil
	}}
	if err := tidy.tidy(t.Context(), m.db); err != nil && !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
}

func testWriter() *Writer {
	w := NewWriter()
	w.most = 3 * LongestPhrase
	return w
}

// Check compares what is committed.
func (m *machine) Check(t *rapid.T) {
	if m.tx != nil {
		return
	}
	tx, err := m.db.Begin()
	m.check(t, err)
	s, err := NewSnapshot(t.Context(), tx)
	m.check(t, err)
	for range 3 {
		m.checkWords(t, s)
	}
	m.checkKeys(t, s)
	m.check(t, s.Close())
	m.check(t, tx.Rollback())
}

func (m *machine) checkWords(t *rapid.T, s *Snapshot) {
	words := rapid.SliceOfN(anyWord(), 1, 4).Draw(t, "sought")
	open := rapid.Bool().Draw(t, "open")
	if list := slices.Sorted(maps.Keys(m.durable)); len(list) > 0 && rapid.IntRange(0, 3).Draw(t, "there") > 0 {
		if d := m.durable[rapid.SampledFrom(list).Draw(t, "in")]; len(d.words) > 0 {
			from := rapid.IntRange(0, len(d.words)-1).Draw(t, "from")
			words = d.words[from:min(len(d.words), from+rapid.IntRange(1, LongestPhrase).Draw(t, "length"))]
		}
	}
	got, err := s.Phrase(t.Context(), words, open)
	m.check(t, err)
	want := m.durable.records(func(d document) bool { return d.says(words, open) })
	m.same(t, fmt.Sprintf("%q, open %t", words, open), got, want)
}

func (m *machine) checkKeys(t *rapid.T, s *Snapshot) {
	for name := byte(FirstKey); name < FirstKey+2; name++ {
		want := map[string]int64{}
		for _, d := range m.durable {
			for _, v := range slices.Compact(slices.Sorted(slices.Values(d.keys[name]))) {
				want[v]++
			}
		}
		covers := map[string]int64{}
		among := NewSet()
		for doc := range m.durable {
			among.Add(doc >> PlaceBits)
		}
		if name == FirstKey {
			got, err := s.Keys(t.Context(), name, []string{"y", "x", "none"})
			m.check(t, err)
			m.same(t, "keys", got, m.durable.records(func(d document) bool {
				return slices.Contains(d.keys[name], "x") || slices.Contains(d.keys[name], "y")
			}))
			continue
		}
		m.check(t, s.Count(t.Context(), name, among, func(v string, n int64) { covers[v] += n }))
		if !maps.Equal(covers, want) {
			t.Fatalf("key %d: counted %v, want %v", name, covers, want)
		}
	}
}

func (m *machine) same(t *rapid.T, what string, got *Set, want []int64) {
	if list := slices.Sorted(got.All); !slices.Equal(list, want) || got.Count() != int64(len(want)) {
		t.Fatalf("%s: found in %v, want %v", what, list, want)
	}
}

// Whatever is indexed, replaced, merged and killed: what is found is what is there.
func TestAgainstTheModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		path := filepath.Join(t.TempDir(), "words.db")
		m := &machine{db: opened(rt, path), path: path, w: testWriter(), now: model{}, durable: model{}}
		rt.Repeat(map[string]func(*rapid.T){
			"Index": m.Index, "IndexMore": m.Index, "IndexAgain": m.Index, "Flush": m.Flush, "Commit": m.Commit,
			"Kill": m.Kill, "Tidy": m.Tidy, "": m.Check,
		})
		if m.tx != nil {
			m.check(rt, m.tx.Rollback())
		}
		m.check(rt, m.db.Close())
	})
}
