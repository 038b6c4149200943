// Package checkpoints is the memory of one migration: how far each kind was
// read, what stands at the target for every record and message, what is in
// quarantine and why, and the runs that did it.
//
// Store and Ledger are the one interface; SQLite is behind it. What is put is
// seen by every later look-up at once and durable when Flush has returned.
package checkpoints

import (
	"context"
	"iter"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Store is the memory of one project. Its methods may be called from several
// goroutines.
type Store interface {
	// Ledger returns the rows of one pair of systems, making it when new.
	Ledger(ctx context.Context, pair Pair) (Ledger, error)
	// Pairs lists the pairs known so far.
	Pairs(ctx context.Context) ([]Pair, error)
	// Keys returns the private memory of one source or target, by its UUID. With
	// early set (of a source), keys may become durable before the rows that were
	// put with them; a target's must not.
	Keys(owner string, early bool) Keys
	// StartRun writes down that a run began, and returns its number.
	StartRun(ctx context.Context, r Run) (int64, error)
	// EndRun writes down how it ended. Call it after the last Flush.
	EndRun(ctx context.Context, r Run) error
	// Runs lists the runs, newest first; limit 0 lists all.
	Runs(ctx context.Context, limit int) ([]Run, error)
	// Take sets aside what was put so far, to be made durable by one Commit. What
	// is put later waits for the next Take.
	Take() Batch
	// TakeKeys sets aside the keys alone that were put so far. Its Commit makes
	// durable, in one transaction, all that was taken before it as well: so the
	// keys that a target puts while it syncs go with the outcomes taken before.
	TakeKeys() Batch
	// Flush is Take and Commit in one.
	Flush(ctx context.Context) error
	// Drop forgets what is not durable, and all that is put from now on, as a kill
	// would: the run goes on to its end, and nothing of it is believed.
	Drop()
	// Copy writes a copy of all that is durable to a new file and opens it: a dry
	// run works on a copy. Closing the copy removes it.
	Copy(ctx context.Context, path string) (Store, error)
	// CopyTo writes such a copy, and leaves it to be opened.
	CopyTo(ctx context.Context, path string) error
	Close() error
}

// Batch is what one transaction will make durable: rows, cursors and keys.
type Batch interface {
	// Commit returns when all of it is durable. A batch that failed may be
	// committed again; what it holds stays visible to look-ups meanwhile.
	Commit(ctx context.Context) error
}

// Pair is one source and one target on one route. Systems are named by their
// UUIDs, so that a name may change; Account tells two accounts of one system
// apart, so that a rehearsal and the real target never share rows.
type Pair struct {
	Route   string // "pull" into the archive, else the target's UUID
	Source  string // UUID
	Target  string // UUID
	Account string // of the target
}

// Ledger is the rows and cursors of one pair.
type Ledger interface {
	// Row returns the line of one record (parent "") or message (parent its
	// ticket), and whether there is one.
	Row(ctx context.Context, kind desk.Kind, parent, id desk.ID) (Row, bool, error)
	// Messages returns the lines of a ticket's messages by their source ids.
	Messages(ctx context.Context, ticket desk.ID) (map[desk.ID]Row, error)
	// Namesakes returns the durable lines of all messages that stand at the target
	// and have one of the ids, whatever their tickets. It looks at every message's
	// line: ask for many at once, and seldom.
	Namesakes(ctx context.Context, ids []desk.ID) ([]Row, error)
	// Natural returns a settled line of the kind whose record is known by the same
	// natural key, of any source on the same route and target.
	Natural(ctx context.Context, kind desk.Kind, key string) (Row, bool, error)
	// InDoubt tells whether a durable line of the kind other than that of id, of any
	// source on the same route and target, is of a write or a deletion that was begun
	// under the same natural key and of which nobody knows whether it happened.
	InDoubt(ctx context.Context, kind desk.Kind, key string, id desk.ID) (bool, error)
	// Put sets lines.
	Put(rows ...Row)
	// Forget deletes the line of a record, of a ticket with those of its messages, and
	// what was lost of it, at once and for good. Flush what was put before.
	Forget(ctx context.Context, kind desk.Kind, id desk.ID) error
	// Rewind forgets how far each kind was read: it is read from the beginning again.
	Rewind(ctx context.Context) error
	// Lose puts what the target could not keep.
	Lose(losses ...Loss)
	// Losses returns the durable losses of a record and, of a ticket, of its messages.
	Losses(ctx context.Context, kind desk.Kind, id desk.ID) ([]Loss, error)
	// Open yields the ids of the records of a kind that have a durable line in one
	// of the states: their own, or for tickets one of their messages'.
	Open(ctx context.Context, kind desk.Kind, states ...State) iter.Seq2[desk.ID, error]
	// Rows yields the durable lines that match, in order of kind and id.
	Rows(ctx context.Context, q Query) iter.Seq2[Row, error]
	// Count tells how many durable lines of each kind are in each state. Counting
	// all of them looks at every line.
	Count(ctx context.Context) (map[desk.Kind]map[State]int64, error)
	// CountOpen is Count of the open states alone. It takes no longer than there
	// are such lines.
	CountOpen(ctx context.Context) (map[desk.Kind]map[State]int64, error)
	// Cursor tells how far a part of a kind was read, "" for not at all or under
	// another hash (of the selection and the mapping).
	Cursor(ctx context.Context, kind desk.Kind, part, hash string) (string, error)
	// Advance moves it. Put everything before it first.
	Advance(kind desk.Kind, part, hash, cursor string)
}

// Keys is the private memory of one source or target: keys and values.
type Keys interface {
	Get(ctx context.Context, key string) ([]byte, error)
	// Put keeps value; a nil value deletes the key.
	Put(ctx context.Context, key string, value []byte) error
	Scan(ctx context.Context, prefix, after string) iter.Seq2[Key, error]
}

// Key is one key and its value.
type Key struct {
	Name  string
	Value []byte
}

// State is how far one record or message has come.
type State string

// The states. All but done and skipped are open: somebody must come back.
const (
	Entered  State = "entered"  // a message to be appended, not yet begun
	Intended State = "intended" // a write was begun; whether it happened is not known
	Held     State = "held"     // waits for something it refers to; the next run tries again
	Failed   State = "failed"   // in quarantine: Reason and Detail say why; waits for retry
	Done     State = "done"     // stands at the target
	Skipped  State = "skipped"  // left out on purpose: Reason and Detail say by which rule
)

// Row is the ledger's line for one record or message.
type Row struct {
	Kind   desk.Kind
	Parent desk.ID // a message's ticket, as the source names it
	ID     desk.ID // in the source
	State  State
	Reason string // of connectors.Reasons; set when failed, held or skipped
	Detail string
	Mark   string
	Target desk.ID // "" if nothing stands there as far as we know
	// Adopted says that it stood there before us: it is never deleted. Joined says
	// that another source's record owns its updates.
	Adopted, Joined bool
	Run             int64     // that wrote this line
	Made            int64     // that made the record at the target; 0 if we did not, or of a message
	Since           time.Time // of the intent; zero when none is open
	Job             string    // the bulk job that carries the intent
	Version         string    // the source's, as last written
	Mapping         string    // hash of the mapping it was last written under
	Written         desk.Prints
	Returned        desk.Prints // all fields as the target gave them back; nil if it did not
	Settled         desk.Prints // what people had the target say where a policy left it so; a zero sum says nothing
	Begun           desk.Prints // what a write was about to say that is Intended; a zero sum says nothing
	TargetVersion   string
	Print           string // a message's, instead of Written
	Natural         string // a person's or shelf's natural key
}

// BeingTakenBack is the Detail of the intended line of a record that a rollback was about
// to delete at the target: whether it did is not known.
const BeingTakenBack = "a rollback was taking it back"

// Landed is what stands at the target, as far as is known for sure; "" if a rollback may
// have deleted it.
func (r Row) Landed() desk.ID {
	if r.State == Intended && r.Detail == BeingTakenBack {
		return ""
	}
	return r.Target
}

// Open tells whether somebody must come back to the line.
func (r Row) Open() bool { return r.State != Done && r.State != Skipped }

// Query selects rows; zero fields select all.
type Query struct {
	Kinds  []desk.Kind
	States []State
	Run    int64
	Made   int64
	Reason string
	ID     desk.ID
}

// Run is one run as remembered.
type Run struct {
	ID       int64     `json:"run"`
	Verb     string    `json:"verb"`
	Args     string    `json:"args,omitempty"` // what was asked, secrets masked
	State    RunState  `json:"state"`
	Started  time.Time `json:"started"`
	Ended    time.Time `json:"ended,omitzero"`
	Mapping  string    `json:"mapping,omitempty"` // hash
	Requests int64     `json:"requests"`
	Summary  string    `json:"-"` // JSON as printed at the end
}

// RunState is how a run ended.
type RunState string

// The ways a run ends. A run that is still marked running and whose process is
// gone was killed.
const (
	RunRunning     RunState = "running"
	RunDone        RunState = "done"
	RunPartial     RunState = "partial"     // finished with records in quarantine or waiting
	RunInterrupted RunState = "interrupted" // stopped by the user; goes on where it was
	RunFailed      RunState = "failed"      // stopped by an error
)
