// Package mem is a helpdesk in memory: the reference connector, and the far end
// in other packages' tests. It keeps everything, forgets nothing and promises
// all there is to promise; its knobs make it a poorer system.
package mem

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Spec describes the connector. Its configuration is a *Desk, so that what a
// test opens as a target it may open as a source, or look into.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:    "mem",
		Doc:     "a helpdesk in memory, for tests",
		Config:  func() any { return new(Desk) },
		Account: func(config any) string { return fmt.Sprintf("%p", config) },
		Reads:   connectors.Caps{Kinds: desk.Kinds, Resume: true, Deletions: true, Parallel: 8},
		Writes:  connectors.Caps{Kinds: desk.Kinds, Backdate: true, Silent: true, Tombstones: true, Parallel: 8},
		Silence: connectors.Nobody("The helpdesk is in memory"),
		Source: func(_ context.Context, config any, _ connectors.Env) (connectors.Source, error) {
			return config.(*Desk), nil
		},
		Target: func(_ context.Context, config any, env connectors.Env) (connectors.Target, error) {
			return config.(*Desk).target(env.DryRun), nil
		},
	}
}

// Knobs make a Desk a poorer system. They are set before its first use.
type Knobs struct {
	Kinds          []desk.Kind            // nil all
	Fields         map[desk.Kind][]string // what it keeps, as in connectors.Caps; what is not listed it drops
	AtOnce         int                    // most messages with a new ticket; 0 any number
	MaxFile        int64                  // bytes; 0 unlimited
	MaxText        int                    // bytes of a message's text; 0 unlimited
	MaxMessages    int                    // of one ticket; 0 unlimited
	SearchLag      time.Duration          // Find sees a record only that long after it was made
	NoFinder       bool                   // nothing can be searched
	NoMessageMarks bool                   // messages have no room for a mark
	CreateOnly     bool                   // Update and Append are not supported
	Idempotent     bool                   // a write whose mark is known makes nothing new
}

// Desk is a helpdesk, empty when zero. It must not be copied, and may be used by
// many goroutines.
type Desk struct {
	Knobs
	// Fail breaks calls. It is asked once a call, outside any lock, with the verb
	// (create, update, append, find, fetch, delete, read) and what the call is
	// about (a record, a *desk.Message, an id or a kind). With before set nothing
	// happens and the call returns it; with after set the call does its work and
	// then returns it, as when the answer is lost.
	Fail func(verb string, r any) (before, after error)
	// Clock tells the time of Updated and of SearchLag; nil time.Now.
	Clock func() time.Time

	mu    sync.Mutex
	n     int // ids and change numbers given so far
	rows  map[key]*row
	marks map[string]key // kind and mark of a record → its row
	files map[string][]byte
}

type key struct {
	kind desk.Kind
	id   desk.ID
}

// row is one record and the number of its last change.
type row struct {
	seq  int
	rec  desk.Record // references by ID; never changed in place
	made time.Time
	gone bool
}

// Caps is what a desk with these knobs promises.
func (d *Desk) Caps(reads, writes connectors.Caps) (connectors.Caps, connectors.Caps) {
	if d.Kinds != nil {
		reads.Kinds, writes.Kinds = d.Kinds, d.Kinds
	}
	writes.Fields = d.keeps()
	writes.AtOnce, writes.MaxFile, writes.MaxText, writes.MaxMessages = d.AtOnce, d.MaxFile, d.MaxText, d.MaxMessages
	writes.CreateOnly, writes.Idempotent = d.CreateOnly, d.Idempotent
	return reads, writes
}

// keeps is Fields, less the marks of messages if there is no room for them.
func (d *Desk) keeps() map[desk.Kind][]string {
	if !d.NoMessageMarks || d.Fields[desk.KindMessage] != nil {
		return d.Fields
	}
	all := map[desk.Kind][]string{}
	for k, names := range d.Fields {
		all[k] = names
	}
	all[desk.KindMessage] = slices.DeleteFunc(slices.Clone(messageFields), func(n string) bool { return n == "mark" })
	return all
}

// target is the desk with the abilities that the knobs leave it.
func (d *Desk) target(dry bool) connectors.Target {
	var t connectors.Target = d
	if dry {
		t = readOnly{d}
	}
	if d.NoFinder {
		t = unfound{t, d, d, d, d}
	}
	return t
}

// unfound is a desk without a search.
type unfound struct {
	connectors.Target
	connectors.Fetcher
	connectors.Deleter
	connectors.MessageDeleter
	connectors.Describer
}

// readOnly refuses every write: in a dry run none may come.
type readOnly struct{ *Desk }

func (readOnly) Create(context.Context, desk.Record) (connectors.Receipt, error) {
	return connectors.Receipt{}, errDry
}

func (readOnly) Update(context.Context, desk.ID, desk.Record, []string) (connectors.Receipt, error) {
	return connectors.Receipt{}, errDry
}

func (readOnly) Append(context.Context, desk.ID, *desk.Message) (connectors.Receipt, error) {
	return connectors.Receipt{}, errDry
}

var errDry = fmt.Errorf("a dry run writes nothing: %w", connectors.ErrDenied)

// Seed puts records there behind the connector's back, as agents at work would. A
// record whose id is known takes the place of the one there; one without an id
// gets one. References are by ID and taken as they are. It panics if the bytes
// of a file cannot be read: a test's own files can.
func (d *Desk) Seed(rs ...desk.Record) {
	for _, r := range rs {
		rec := desk.Clone(r)
		if err := d.takeFiles(context.Background(), rec); err != nil {
			panic(err)
		}
		d.mu.Lock()
		k := key{rec.Kind(), rec.About().ID}
		if k.id == "" {
			k.id = d.next(k.kind)
		}
		if t, ok := rec.(*desk.Ticket); ok {
			for i := range t.Messages {
				if t.Messages[i].ID == "" {
					t.Messages[i].ID = d.next(desk.KindMessage)
				}
			}
		}
		d.put(k, rec)
		d.mu.Unlock()
	}
}

// next gives out an id. The caller holds the lock.
func (d *Desk) next(k desk.Kind) desk.ID {
	d.n++
	return desk.ID(fmt.Sprintf("%.1s%d", k, d.n))
}

// put files rec under k as the latest change. The caller holds the lock.
func (d *Desk) put(k key, rec desk.Record) *row {
	if d.rows == nil {
		d.rows, d.marks = map[key]*row{}, map[string]key{}
	}
	d.n++
	now := d.now()
	w := &row{seq: d.n, rec: rec, made: now}
	if old := d.rows[k]; old != nil {
		w.made = old.made
	}
	m := rec.About()
	m.ID, m.Updated, m.Version = k.id, now.UTC(), strconv.Itoa(d.n)
	if m.Mark != "" {
		d.marks[markKey(rec)] = k
	}
	d.rows[k] = w
	return w
}

func (d *Desk) now() time.Time {
	if d.Clock != nil {
		return d.Clock()
	}
	return time.Now()
}

func markKey(r desk.Record) string { return string(r.Kind()) + " " + r.About().Mark }

func (d *Desk) fail(verb string, r any) (before, after error) {
	if d.Fail == nil {
		return nil, nil
	}
	return d.Fail(verb, r)
}
