// Package connectors says what a connector is. Each connector is one package
// below this one; all.Specs lists them.
//
// Start here to write one: Source if it reads, Target if it writes, the small
// interfaces in abilities.go as far as the system offers them, and a Spec.
// Package conntest holds the result to every word below.
package connectors

import (
	"context"
	"iter"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Cursor is a place in a source's stream of changes. Only the source that made
// it can read it. Zero means the beginning.
type Cursor string

// Item is one thing that a source read, and the place just after it. Exactly one
// of Record and Aside is set.
type Item struct {
	Record desk.Record
	Aside  *Aside
	Cursor Cursor
}

// Aside is something that a source found and that is no record: a row too torn
// to read, a second copy of a message. The pipeline writes it down (in
// quarantine, or as skipped), counts it, and goes on.
type Aside struct {
	Kind   desk.Kind // what it would have been; a message names its ticket in Parent
	ID     desk.ID   // names the same thing at each reading
	Parent desk.ID
	Reason Reason // ReasonDuplicate means skipped; any other means quarantine
	// Detail says in one sentence what is wrong, where (file, line, offset), and
	// what can be done.
	Detail string
}

// Source reads a system. Its methods may be called from several goroutines.
type Source interface {
	// Read yields the records of one kind that changed after the cursor, in an
	// order such that resuming from any Item's Cursor misses nothing. It may
	// repeat records; it must not skip them. What cannot be read as a record is
	// yielded as an Aside. The first error ends the stream. Stopping early
	// releases everything Read holds. A cursor that no longer fits the system (a
	// mailbox rewritten, a window expired) makes it read from the beginning.
	//
	// Read never yields a kind that Caps.Kinds leaves out. A cancelled context
	// ends the stream with the context's error.
	Read(ctx context.Context, kind desk.Kind, after Cursor) iter.Seq2[Item, error]
}

// Target writes a system. Each call makes at most one thing and tells what it
// made, or returns an error that wraps one of the Err values. The pipeline calls
// at most Caps.Parallel methods at once, and never two for one ticket. It has
// set Mark on the record and each message, and linked every reference: a
// connector looks at Ref.Target only. Files are read through File.Open.
type Target interface {
	// Create makes r, with a ticket the messages it holds (the pipeline leaves
	// in only as many as Caps.AtOnce allows).
	Create(ctx context.Context, r desk.Record) (Receipt, error)
	// Update makes the named fields of the thing id say what r says; messages
	// never. Names are those of desk.PrintsOf; a field that r leaves empty is to
	// be emptied. Fields that the system does not have are not asked of it.
	Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (Receipt, error)
	// Append adds a message to a ticket.
	Append(ctx context.Context, ticket desk.ID, m *desk.Message) (Receipt, error)
}

// Receipt tells what a call made.
type Receipt struct {
	ID desk.ID // of the record or the message at the target
	// Adopted, of Create: nothing was made, for what ID names stood there before. It stays
	// as it is, and a rollback leaves it.
	Adopted  bool
	Version  string              // the target's word for its new state; "" if it has none
	Messages map[desk.ID]desk.ID // of Create: source id to target id; may lack ids that the system does not tell
	Returned desk.Prints         // all fields of the record as the target gave them back, as Fetch would; nil if it did not
	Files    []FileReceipt       // of the files written with this call, in order; nil if unknown
	Losses   []Loss              // what this call could not keep
}

// FileReceipt tells what became of one file.
type FileReceipt struct {
	Message desk.ID // source id of its message
	Name    string
	Size    int64  // bytes written
	SHA256  string // hex; "" unknown
}

// Caps is what a connector promises in one direction; conntest holds it to every
// word.
type Caps struct {
	Kinds []desk.Kind `json:"kinds"`

	// Of sources.
	Resume    bool `json:"resume"`    // a cursor from an earlier run brings only what changed since
	Deletions bool `json:"deletions"` // records that are gone are yielded, marked Deleted
	Edits     bool `json:"edits"`     // a message may change after it was written
	OnePass   bool `json:"one_pass"`  // can be read once only (standard input), or written only forwards

	// Of targets.
	Backdate bool `json:"backdate"` // writes keep our times
	// Step is what the times that are kept are cut to: a second, a millisecond; 0 they
	// stay as they are.
	Step   time.Duration `json:"step,omitempty"`
	Silent bool          `json:"silent"` // writes send nobody an e-mail
	// Declared is the setting, as it is written in a configuration, by which an
	// administrator vouches for that; "" if the system does by itself. Before a run
	// writes there, a canary has to show it.
	Declared   string `json:"declared,omitempty"`
	Idempotent bool   `json:"idempotent"` // a write keyed by its mark may be repeated harmlessly
	Tombstones bool   `json:"tombstones"` // keeps the field "deleted"; else a tag says it
	// CreateOnly: what stands is never changed: no Update, and no Append but for the
	// messages that AtOnce leaves out of Create.
	CreateOnly bool `json:"create_only"`
	// Adopts are kinds of which none is ever made, since that would cost, or mail somebody:
	// Create takes one that stands there, and its receipt says Adopted, or it refuses. None
	// of them is deleted.
	Adopts []desk.Kind `json:"adopts,omitempty"`
	AtOnce int         `json:"at_once"` // most messages that Create takes with a ticket; 0 all of them
	// Fields are the fields of each kind that the target keeps; a kind that is
	// not listed keeps all. A name ending in "." stands for all custom fields.
	// Messages and files are listed as kinds "message" and "file".
	Fields map[desk.Kind][]string `json:"fields,omitempty"`
	// OneBody: a message has one body. Of one with HTML that is the HTML, and its text comes
	// back as the system derives it; one whose HTML says no more than its text may come
	// back as text.
	OneBody bool `json:"one_body,omitempty"`
	// Always are fields of each kind that the target never leaves empty: one that is
	// written empty comes back with the system's own default.
	Always map[desk.Kind][]string `json:"always,omitempty"`

	// Of both.
	Parallel int `json:"parallel"` // calls, or reads of partitions, that it is safe to have under way at once; 0 means 1
	// What a target promises to take at most. The pipeline asks for no more: a larger
	// file is left out and told as a loss, a longer text and a message too many go to
	// quarantine. 0 is unlimited.
	MaxFile     int64 `json:"max_file"`     // bytes
	MaxMessages int   `json:"max_messages"` // of one ticket
	MaxText     int   `json:"max_text"`     // bytes of one message's text
}

// Has tells whether the kind is among the promised ones.
func (c Caps) Has(kind desk.Kind) bool {
	for _, k := range c.Kinds {
		if k == kind {
			return true
		}
	}
	return false
}

// Dated tells whether records of the kind keep the time at which they came to be: at a
// target that sets its own times, those whose Fields name it.
func (c Caps) Dated(kind desk.Kind) bool {
	_, listed := c.Fields[kind]
	return c.Backdate || listed && c.Keeps(kind, "created")
}

// Keeps tells whether the target has room for the field of the kind; field is a
// name as in desk.PrintsOf.
func (c Caps) Keeps(kind desk.Kind, field string) bool {
	names, listed := c.Fields[kind]
	if !listed {
		return true
	}
	for _, n := range names {
		if n == field || n == "fields." && len(field) > len(n) && field[:len(n)] == n {
			return true
		}
	}
	return false
}
