package compose

import (
	"context"
	"io"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// Shelf is where a [Scribe] keeps the mails that it writes: one file, a Maildir, a
// folder. A place is the shelf's name for one mail.
type Shelf interface {
	// Put keeps the mail that write writes, with CRLF line ends. It replaces the
	// mail that stands under the same slip, where Rewrites is true. After an error
	// nothing of the mail is left.
	Put(ctx context.Context, slip Slip, write func(io.Writer) error) (place string, err error)
	// Open gives the mail back as it stands.
	Open(ctx context.Context, place string) (OpenRaw, error)
	// Holds tells whether the place has the mail with the seal.
	Holds(ctx context.Context, place, seal string) bool
	// Undo takes back mails that were put just now and are the last ones.
	Undo(ctx context.Context, places []string) error
	// Move brings a mail to where its new slip says; only where Rewrites is true.
	Move(ctx context.Context, place string, slip Slip) (string, error)
	// Remove takes away the mails of a record or message, in this order. Those that are
	// gone already are no error. What is left of it after a kill is as good as before.
	Remove(ctx context.Context, g Grave, mails []Placed) error
	// Rewrites says that mails are replaced in place; else a newer one is put
	// behind.
	Rewrites() bool
	// Sync makes all that was put durable.
	Sync(ctx context.Context) error
	Close() error
}

// Discarder is a Shelf that can take away one mail and leave the others.
type Discarder interface {
	// Discard takes away a mail that nothing needs any more, if it is the one with the
	// seal. What cannot be taken away stays.
	Discard(ctx context.Context, place, seal string)
}

// OpenRaw is a Raw that has to be closed.
type OpenRaw interface {
	rfc5322.Raw
	io.Closer
}

// Slip tells a shelf where a mail belongs. The same slip is the same place.
type Slip struct {
	Name   string    `json:"n"` // hexadecimal, made of the mark
	At     time.Time `json:"a"`
	Folder []string  `json:"f,omitempty"` // names of categories from the outside in, as people wrote them
	Record bool      `json:"r,omitempty"` // no conversation but a record of its own
	// Answered says that an agent has answered the mail since, Flagged that its ticket is
	// flagged.
	Answered bool `json:"-"`
	Flagged  bool `json:"-"`
	// Newer says that a mail put before this one is out of date now.
	Newer bool `json:"-"`
}
