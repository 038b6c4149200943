package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// Store holds raw messages: mbox files, a Maildir, a folder of .eml files. It
// knows nothing of threads; [Source] makes tickets of what a Store holds. Its
// methods may be called from several goroutines.
type Store interface {
	// Title says in one line what this is, for people.
	Title() string
	// Folders lists the decoded names of the folders that hold messages, in order.
	Folders(ctx context.Context) ([]string, error)
	// Scan yields what is new since the marks that notes hold, folder by folder in
	// an order that is the same each time. It may yield again what it yielded
	// before. An entry that cannot be read carries Err; the second value is for
	// what stops everything (a path that is wrong).
	Scan(ctx context.Context, notes Notes) iter.Seq2[Entry, error]
	// Open opens the message at a place that Scan gave. It wraps
	// [ErrMoved] if another or no message is there now, and connectors.ErrBusy if
	// the store cannot be asked for the time being.
	Open(ctx context.Context, notes Notes, p Place) (Opened, error)
}

// ErrMoved says that a message is no longer where it was.
var ErrMoved = errors.New("the message is no longer where it was")

// Notes is what a Store remembers from run to run: the marks of its entries.
type Notes interface {
	// Note returns the value of a mark, or nil.
	Note(ctx context.Context, key string) ([]byte, error)
}

// Opened is a raw message that must be closed.
type Opened interface {
	rfc5322.Raw
	io.Closer
}

// InMemory is an Opened that lies in memory: Bytes are all of it, until it is closed,
// or nil if it is too large. They are not to be changed.
type InMemory interface {
	Bytes() []byte
}

// Labeled is an Opened of a store that keeps labels itself: those of the message, as
// in [Entry].
type Labeled interface {
	Labels() []string
}

// wholeOf is a Raw that costs no copying, if there is one.
func wholeOf(o Opened) (rfc5322.Raw, bool) {
	if w, ok := o.(InMemory); ok && w.Bytes() != nil {
		return rfc5322.Bytes(w.Bytes()), true
	}
	return o, false
}

// Place is where a message lies in its store.
type Place struct {
	Path   string // of the file, or what names the message for good
	Gen    uint32 // counts how often all offsets in Path became void
	Offset int64  // in the file, bytes
	Length int64  // bytes as stored
	Folder string // decoded name with "/" between levels
}

// same tells whether two places are one, whatever is in it now.
func (p Place) same(q Place) bool { return p.Path == q.Path && p.Gen == q.Gen && p.Offset == q.Offset }

// Entry is one message that a Store found, or only marks. One with a Place and neither
// Open nor Err says that nothing there is unreadable any more.
type Entry struct {
	Place    Place
	Received rfc5322.Received
	// Open opens the message, from any goroutine; nil if the entry holds marks only.
	Open func(context.Context) (Opened, error)
	// Head is the message's header with the blank line after it, where a store has
	// that at hand and the body would cost a way over the network; else nil. Of a
	// message with a Message-ID the index then knows the body by its length alone, and
	// fetches it only to compare it with that of another that looks the same.
	Head []byte
	// Foreign says that deskhaul did not write the message, whatever its header says.
	Foreign bool
	// Conversation names the conversation that the store itself counts the message to;
	// "" none.
	Conversation string
	// Labels are those that the store itself keeps of the message, where Labeled is set.
	// What the header says of labels is its sender's then, and counts for nothing.
	Labels  []string
	Labeled bool
	// Err says why it cannot be read; it names the file and what to do.
	Err error
	// Marks are remembered once this entry and all before it are.
	Marks []Mark
}

// Mark is something that a Store wants to find again in its Notes.
type Mark struct {
	Key   string
	Value []byte
}

// String says where it is, for people: the path and, inside a file, the byte.
func (p Place) String() string {
	if p.Offset > 0 {
		return fmt.Sprintf("%s at byte %d", p.Path, p.Offset)
	}
	return p.Path
}

// DistrustMark names the mark that asks a Store to scan a path again from its
// beginning: what lies there was not what the Store remembers. The Store clears
// it by a mark with an empty value.
func DistrustMark(path string) string { return "!" + path }

// Distant is a Store over a network. Opening many messages at once costs little
// more time than opening one.
type Distant interface {
	// Width is how many messages are worth opening at once.
	Width() int
	// Holds tells whether the message at a place is still there, without opening it.
	Holds(ctx context.Context, p Place) (bool, error)
}

// Keeper is a Store that can tell whether deskhaul itself has made the mailbox.
type Keeper interface {
	Made(ctx context.Context) (bool, error)
}

// Chooser is a Store that passes over part of what lies in it.
type Chooser interface {
	// LeftOut says in one sentence, for people, what the last look passed over and
	// how to have it read; "" for nothing.
	LeftOut() string
}

// Converser is a Store whose entries name conversations.
type Converser interface {
	// WholeConversations tells whether each conversation is one ticket. Else it is a
	// hint: a message that says that it is an answer, but not to what, joins the
	// ticket of its conversation.
	WholeConversations() bool
}

// Warner is a Store of which a person should know something before a run.
type Warner interface {
	// Warnings are whole sentences.
	Warnings() []string
}

// Noticer is a Store that can come upon something that a person should know after a
// look.
type Noticer interface {
	// Noticed is what the last look came upon, in whole sentences. It is told once.
	Noticed() []string
}

type retrying struct{}

// retry is the context in which a message is opened that could not be read before. A
// Store for which a failure costs much time then tries it once.
func retry(ctx context.Context) context.Context { return context.WithValue(ctx, retrying{}, true) }

// IsRetry tells a Store that it opens a message which could not be read before.
func IsRetry(ctx context.Context) bool { return ctx.Value(retrying{}) != nil }

// ErrPasses says that a message cannot be read now and perhaps can be at a later look;
// until then it is in quarantine.
var ErrPasses = errors.New("it may be read later")
