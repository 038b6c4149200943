package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/url"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// How often a journal becomes durable: after so many records, so many bytes, or so much
// time. What was looked at since is looked at again after a kill.
const (
	journalRecords = 500
	journalBytes   = 4 << 20
	journalEvery   = 500 * time.Millisecond
)

// chunk is how many findings go under one key, so that none is too large to read.
const chunk = 32

// Journal is what a verification of one hop has seen so far. It stands among the keys
// of a store; nothing of it is in memory but what is not durable yet.
type Journal struct {
	keys checkpoints.Keys

	mu      sync.Mutex
	all     int64 // records put since it was opened
	records int   // since it was last made durable
	bytes   int
}

// count is how many records were put since the journal was opened.
func (j *Journal) count() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.all
}

// NewJournal is the journal of a hop in a store. Hop names it for ever.
func NewJournal(store checkpoints.Store, hop string) *Journal {
	return &Journal{keys: store.Keys("verification of "+hop, false)}
}

// The keys of a journal: what was seen of a record, its findings, how far the source
// was read.
const (
	seenKey    = "r/"
	findingKey = "f/"
	cursorKey  = "c/"
)

// name is a record's place among the keys.
func name(kind desk.Kind, parent, id desk.ID) string {
	return string(kind) + "/" + url.PathEscape(string(parent)) + "/" + url.PathEscape(string(id))
}

func findingsOf(name string, n int) string { return fmt.Sprintf("%s%s/%06d", findingKey, name, n) }

// found is some findings of one record.
type found struct {
	Old  string    `json:"o,omitempty"`
	New  string    `json:"w,omitempty"`
	List []Finding `json:"l"`
}

// put takes the place of what was put of the record before, key by key: what is made
// durable in between is the one or the other, and what a kill leaves of it is looked at
// again. It tells whether it is time to make it durable.
func (j *Journal) put(ctx context.Context, l *Looked) (full bool, err error) {
	at := name(l.Kind, l.Parent, l.ID)
	was, err := j.get(ctx, at)
	if err != nil {
		return false, err
	}
	size := 0
	for n := 0; n*chunk < len(l.findings); n++ {
		some := found{Old: l.Old, New: l.New, List: l.findings[n*chunk : min(len(l.findings), (n+1)*chunk)]}
		if size, err = j.write(ctx, findingsOf(at, n), some, size); err != nil {
			return false, err
		}
		l.Chunks = n + 1
	}
	if size, err = j.write(ctx, seenKey+at, l, size); err != nil {
		return false, err
	}
	for n := l.Chunks; was != nil && n < was.Chunks; n++ {
		if err := j.keys.Put(ctx, findingsOf(at, n), nil); err != nil {
			return false, err
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.all, j.records, j.bytes = j.all+1, j.records+1, j.bytes+size
	return j.records >= journalRecords || j.bytes >= journalBytes, nil
}

func (j *Journal) write(ctx context.Context, key string, v any, size int) (int, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return size, err
	}
	return size + len(b), j.keys.Put(ctx, key, b)
}

// saved tells that what was put is about to become durable.
func (j *Journal) saved() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.records, j.bytes = 0, 0
}

// forget takes back what was put of a record.
func (j *Journal) forget(ctx context.Context, at string) error {
	l, err := j.get(ctx, at)
	if l == nil || err != nil {
		return err
	}
	for n := range l.Chunks {
		if err := j.keys.Put(ctx, findingsOf(at, n), nil); err != nil {
			return err
		}
	}
	return j.keys.Put(ctx, seenKey+at, nil)
}

func (j *Journal) get(ctx context.Context, at string) (*Looked, error) {
	b, err := j.keys.Get(ctx, seenKey+at)
	if b == nil || err != nil {
		return nil, err
	}
	l := new(Looked)
	return l, json.Unmarshal(b, l)
}

// had tells whether a record was looked at, in a form; "" is any.
func (j *Journal) had(ctx context.Context, kind desk.Kind, parent, id desk.ID, form string) (bool, error) {
	l, err := j.get(ctx, name(kind, parent, id))
	return l != nil && !l.Blind && (form == "" || l.Form == form), err
}

// cursor is how far a part of a kind was read; "" not at all.
func (j *Journal) cursor(ctx context.Context, kind desk.Kind, part string) (string, error) {
	b, err := j.keys.Get(ctx, cursorKey+string(kind)+"/"+part)
	return string(b), err
}

func (j *Journal) advance(ctx context.Context, kind desk.Kind, part, cursor string) error {
	return j.keys.Put(ctx, cursorKey+string(kind)+"/"+part, []byte(cursor))
}

// rewind makes the next reading begin at the beginning.
func (j *Journal) rewind(ctx context.Context) error {
	for key, err := range j.keys.Scan(ctx, cursorKey, "") {
		if err != nil {
			return err
		}
		if err := j.keys.Put(ctx, key.Name, nil); err != nil {
			return err
		}
	}
	return nil
}

// looked yields what was seen of the records, in an order of their names.
func (j *Journal) looked(ctx context.Context) iter.Seq2[*Looked, error] {
	return func(yield func(*Looked, error) bool) {
		for key, err := range j.keys.Scan(ctx, seenKey, "") {
			l := new(Looked)
			if err == nil {
				err = json.Unmarshal(key.Value, l)
			}
			if !yield(l, err) || err != nil {
				return
			}
		}
	}
}

// Any tells whether anything was looked at.
func (j *Journal) Any(ctx context.Context) (bool, error) {
	for _, err := range j.keys.Scan(ctx, seenKey, "") {
		return err == nil, err
	}
	return false, nil
}

// unseen yields the records of which something could not be looked at.
func (j *Journal) unseen(ctx context.Context) iter.Seq2[*Looked, error] {
	return func(yield func(*Looked, error) bool) {
		for l, err := range j.looked(ctx) {
			if (err != nil || l.Blind) && !yield(l, err) {
				return
			}
		}
	}
}

// Findings yields what was found, in an order of the records' names.
func (j *Journal) Findings(ctx context.Context) iter.Seq2[Finding, error] {
	return func(yield func(Finding, error) bool) {
		for key, err := range j.keys.Scan(ctx, findingKey, "") {
			var some found
			if err == nil {
				err = json.Unmarshal(key.Value, &some)
			}
			if err != nil {
				yield(Finding{}, err)
				return
			}
			for _, f := range some.List {
				f.Old, f.New = some.Old, some.New
				if !yield(f, nil) {
					return
				}
			}
		}
	}
}
