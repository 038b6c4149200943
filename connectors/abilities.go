package connectors

import (
	"context"
	"iter"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// The abilities below are optional. A source or target that has one implements
// its interface on the value that Spec.Source or Spec.Target returns, and the
// pipeline finds it by type assertion. A pointer to one struct may be source and
// target at once.

// Finder finds what already stands for r: by its mark, else by its natural key (a
// person's address, a shelf's name). It wraps ErrNotFound if nothing does.
type Finder interface {
	Find(ctx context.Context, r desk.Record) (desk.ID, error)
}

// Lagging is a Finder whose search runs behind its writes: a negative Find counts
// only when Lag has passed since the write was begun.
type Lagging interface {
	Lag() time.Duration
}

// Clocked is a Lagging target that knows what time it is where it stands. How long ago a
// write was begun goes by its clock: ours may be set between two runs, and an hour that
// never passed would let a write that is still on its way count as one that never was. Clock
// is right to the second, as servers tell their time.
type Clocked interface {
	Clock() time.Time
}

// Fetcher reads one record, messages and (where the system keeps them) marks
// included. It wraps ErrNotFound if there is none. As a source's ability it
// gives the record as Read would; as a target's it serves verification and
// settles writes whose outcome is unknown.
type Fetcher interface {
	Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error)
}

// Hider is a target with places where nobody looks, such as a folder for spam. Hidden
// says of a ticket, as Fetch gave it, that it lies in one, in words that follow its id
// ("is marked as spam"); "" if it does not. What is new of such a ticket waits in
// quarantine.
type Hider interface {
	Hidden(there *desk.Ticket) string
}

// Syncer is a target whose writes are durable only once Sync has returned nil. The
// pipeline writes their outcomes down after it.
//
// A Sync that failed is final: what was written since the last one that returned
// nil may be gone, though a later attempt looked well (after a failed fsync Linux
// says so once and drops the pages), so every later Sync of that opening fails
// too, and so does Close. Writes may. The target is opened anew, with a state
// that may be as old as the last good Sync, and is given the records since then
// again: it cuts off, or takes up, what the failed opening left, and each record
// is there once. Create alone may fail and leave the rest well; what it returned
// no error for counts with the next Sync.
type Syncer interface {
	Sync(ctx context.Context) error
}

// Closer releases what a source or target holds. The pipeline calls it once, when
// no other call is under way.
type Closer interface {
	Close() error
}

// Deleter takes back what the ledger says we made: a record, a ticket with all its
// messages. It wraps ErrNotFound where there is none, so that it may be called again
// after a kill, ErrUnsupported for a kind that the system does not delete (it is a
// KindDeleter then), and ErrRefused for a record that it will not: such as a person whom
// tickets name that are not ours, of which the ledger knows nothing. Where
// Caps.Tombstones is promised readers may be given a tombstone.
type Deleter interface {
	Delete(ctx context.Context, kind desk.Kind, id desk.ID) error
}

// KindDeleter is a Deleter that keeps all records of some kinds, whoever made them. It
// says so ahead, for a rehearsal to promise no more than will be done: nil, or an error
// that wraps ErrUnsupported and says what can be done instead.
type KindDeleter interface {
	Deletes(kind desk.Kind) error
}

// MessageDeleter takes back one message of a ticket, with errors as those of Deleter.
type MessageDeleter interface {
	DeleteMessage(ctx context.Context, ticket, message desk.ID) error
}

// Merger is a target where a ticket that is merged into another has no life of its own any
// more: it is deleted with the one that is left, which may have its people. Merged are
// those that were merged into a ticket, whoever merged them: their ids and their people,
// without messages.
type Merger interface {
	Merged(ctx context.Context, ticket desk.ID) ([]*desk.Ticket, error)
}

// Overlooker is a target whose Fetch does not see all that people do to what we wrote:
// a rollback says so. Overlooks is one sentence on what that is and what becomes of it.
type Overlooker interface {
	Overlooks() string
}

// Job is a bulk job under way; its maker alone reads it.
type Job string

// Bulk makes many records in one call. Begin returns as soon as the job's name is
// known, so that it can be journalled before anything else; Await waits for the
// job to end and tells what became of each record, in order: a receipt or an
// error (ErrUnsure where it does not tell). A resumed run awaits the job before it
// looks for its records, so a target that was opened since must be able to.
//
// A Begin that fails without ErrUnsure has made nothing; the records are then made
// one by one, so that the one that is at fault is known.
type Bulk interface {
	BulkSize(kind desk.Kind) int // most records in one job; 0 none of this kind
	Begin(ctx context.Context, rs []desk.Record) (Job, error)
	Await(ctx context.Context, job Job) ([]Receipt, []error, error)
}

// Partition is a part of a kind that can be read on its own, alongside others.
type Partition struct {
	ID    string // stays the same from run to run
	Label string // for people
}

// Partitioner cuts a kind into parts that are read in parallel, each with a cursor
// of its own. Without it a kind is one part.
type Partitioner interface {
	Partitions(ctx context.Context, kind desk.Kind) ([]Partition, error)
	ReadPart(ctx context.Context, kind desk.Kind, part string, after Cursor) iter.Seq2[Item, error]
}

// NoteKeeper is a target that may be set to write, by itself and once a ticket, a
// private note with what the ticket's cover has no room for. Where KeepsNotes says
// that it is, the pipeline writes none of its own.
type NoteKeeper interface {
	KeepsNotes() bool
}

// Linker tells where people open a record in the system's own web pages.
type Linker interface {
	Link(kind desk.Kind, id desk.ID) string
}

// Describer tells a system's schema. Check asks nothing else of a source or target:
// without Describe it opens them, calls nothing, and a wrong password goes
// unnoticed until the run. What speaks HTTP must have it; Describe makes a call
// that needs the credentials, and wraps ErrDenied if they are wrong.
type Describer interface {
	Describe(ctx context.Context) (Schema, error)
}

// Schema is what a system has to offer and how much of it there is.
type Schema struct {
	Title  string              `json:"title"`            // one line: which system, whose account
	Counts map[desk.Kind]int64 `json:"counts,omitempty"` // known or estimated; absent if unknown
	Fields []Field             `json:"fields,omitempty"`
	// Notes are what a person should know before a run: guesses that were made,
	// settings that matter. One sentence each.
	Notes []Note `json:"notes,omitempty"`
}

// Field is one field of a kind.
type Field struct {
	Kind     desk.Kind `json:"kind"`
	Name     string    `json:"name"`             // as in desk.PrintsOf
	Title    string    `json:"title,omitempty"`  // what people see
	Source   string    `json:"source,omitempty"` // where it comes from: a column, a header
	Type     string    `json:"type,omitempty"`   // text, number, bool, time, option, options
	Options  []string  `json:"options,omitempty"`
	Required bool      `json:"required,omitempty"`
	// Means is what the connector reads some of Options as, where it translates them into
	// words of ours; the rest it does not know.
	Means map[string]string `json:"means,omitempty"`
	// Sure is how sure the connector is of Source, from 0 to 1; 1 where it was
	// configured.
	Sure float64 `json:"sure,omitempty"`
}

// Note is one remark for a person.
type Note struct {
	Level string `json:"level"` // info, warning, or error: a run would stop over it
	Text  string `json:"text"`
}

// Capped is implemented by configuration structs whose settings change what the
// connector promises: standard input can be read once only, a file again and
// again. Caps gets what the Spec says and returns what holds for this
// configuration; it opens nothing. Ask through Spec.CapsOf.
type Capped interface {
	Caps(reads, writes Caps) (Caps, Caps)
}

// Placed is implemented by configuration structs of targets that are files on this
// machine. Places are the files and folders that are written to, whether they are there
// already or not; none for standard output. Check looks whether they can be.
type Placed interface {
	Places() []string
}

// CapsOf returns what the connector promises under config.
func (s Spec) CapsOf(config any) (reads, writes Caps) {
	if c, ok := config.(Capped); ok {
		return c.Caps(s.Reads, s.Writes)
	}
	return s.Reads, s.Writes
}
