package lives

import (
	"net/http"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Far is the new helpdesk: its connector, and what people there see and do, without it.
type Far struct {
	// Open opens the connector, as each new process does.
	Open   func(connectors.Env) (connectors.Target, error)
	Writes connectors.Caps
	Server http.Handler
	// Refuse is how it says that it will not have one record, or one of several.
	Refuse func(http.ResponseWriter, *http.Request)

	// Reads tells of requests that make nothing, whatever their method; it may read the body if
	// it leaves another. Nil: none but those of GET.
	Reads func(*http.Request) bool

	// Look is all tickets that stand there, in order.
	Look func() []*Copy
	// People are the names of those who are there, but for its own, by their addresses.
	People func() map[string]string
	Outbox func() []string

	// Quiet lets an administrator keep it quiet, if it was not; nil it always was.
	Quiet func()

	// Fixed are the fields of a ticket that nobody changes there once it is made.
	Fixed []string
	// Reopens says that a reply opens a ticket again, and that it is put back by a call of its
	// own: of one with a message in doubt, by the next run.
	Reopens bool
	// Tier is what the custom field is called in records.
	Tier string
	// What agents do there: say something, set a field, delete for good or not, and merge
	// the one into the other. Each of those below may be nil.
	Say    func(id desk.ID, text string, note bool)
	Set    func(id desk.ID, field, value string)
	Rename func(address, name string)
	Delete func(id desk.ID, forGood bool)
	Merge  func(id, into desk.ID)
	Hide   func(id desk.ID, hidden bool)  // it is spam
	Close  func(id desk.ID, archive bool) // nobody can change it any more
	// Reword and Unsay change and delete a message; whole also what we put beside its text.
	Reword func(message desk.ID, text string, whole bool)
	Unsay  func(message desk.ID)
}

// Copy is a ticket that stands there, in our words.
type Copy struct {
	ID     desk.ID
	Mark   string // "" of their own
	Fields map[string]string
	Said   []Said
	Who    []string // the addresses of all who are named in it
	Hidden bool
}

// Said is a message of a ticket.
type Said struct {
	ID    desk.ID
	Text  string // as it lies there
	Note  bool
	Own   bool              // it cannot be changed or deleted by itself
	Files map[string]string // what is in them, by name
}
