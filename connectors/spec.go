package connectors

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"time"
)

// Spec describes one connector.
type Spec struct {
	Name string // as written in configurations: lower case letters and digits
	Doc  string // one line: what it is
	// Config makes a pointer to a fresh configuration struct with its defaults
	// set. Its fields carry tags: yaml (the key; ",inline" on a
	// struct puts its fields in its place), doc (one sentence), secret:"true" (masked everywhere, taken from environment or
	// file), path:"true" (a file or folder, made absolute against the project's
	// folder before the connector sees it), enum:"a|b|c" (the values allowed),
	// form:"duration" or form:"share" (what texts look like that Check takes, for editors),
	// access:"true" (how the system is reached: a change of it changes nothing of what
	// is read), silence:"true" (whether people are mailed may depend on it: a change of
	// it asks for a new canary; of secrets those have it that alone say who logs in, such
	// as a token, and not a password that stands beside a user's name).
	Config func() any
	// Location puts the part after "NAME:" of --from and --to into config; nil if
	// the connector has no location.
	Location func(config any, location string) error
	// Account names the system that config points at, so that two pairs of
	// systems never share ledger rows: a path made absolute, a host and user. No
	// secrets.
	Account       func(config any) string
	Reads, Writes Caps
	Source        func(ctx context.Context, config any, env Env) (Source, error) // nil: cannot read
	Target        func(ctx context.Context, config any, env Env) (Target, error) // nil: cannot write
	// Silence tells how each call of Target is kept quiet; see Caps.Calls.
	Silence []Silence
	// Pace tells how long it takes, of a configuration; nil: it is reached without calls, and
	// as fast as its disk.
	Pace func(config any) Pace
	// Pages are its addresses for people, of a configuration; nil: it has no web pages.
	Pages func(config any) Pages
	// Guide is what a person should know besides.
	Guide Guide
}

// Guide is what no promise says of a system and a person should know before a move:
// the rest of the connector's page of documentation. Everything is in sentences.
type Guide struct {
	// Access is what the credentials must be allowed to do and how to make them,
	// step by step.
	Access []string
	// Silence is how it is kept that nobody is sent an e-mail, and what the admin
	// has to set for it.
	Silence []string
	// Limits are what the vendor allows: calls in a time, sizes, counts.
	Limits []string
	// Losses are what does not come along, in reading or in writing, besides the
	// fields that Caps leaves out.
	Losses []string
	// Doubts are facts that no source confirms; check looks at them where it can.
	Doubts []string
	// Imports are files that an administrator takes into the system itself.
	Imports []Import
	// Examples are whole configurations for cases that need thought.
	Examples []Example
	// Sources are where the facts are from, as addresses.
	Sources []string
}

// Import is a file for an administrator, with what there is to say of it.
type Import struct {
	Title  string
	Text   []string // sentences
	Name   string   // of the file
	Format string   // as a fence of Markdown names it
	Body   string   // its lines, with a line end at the end
}

// Example is a configuration with what there is to say of it.
type Example struct {
	Title string
	Text  []string // sentences
	YAML  string   // a deskhaul.yaml that runs
}

// Checker is implemented by configuration structs that can find mistakes before
// anything is opened. Its errors name the key that is wrong.
type Checker interface {
	Check() error
}

// Env is what a connector is given besides its own configuration.
type Env struct {
	// HTTP is a plain client: it has timeouts for dialling and for the head of an
	// answer, and takes a proxy from the environment. It sends each request once
	// and follows no limit of rate. Never nil.
	HTTP  *http.Client
	Log   *slog.Logger     // never nil
	State State            // durable private memory; never nil
	Temp  string           // a folder for spooled files, emptied between runs; never ""
	Now   func() time.Time // never nil
	// Name is what the configuration calls this source or target.
	Name string
	// DryRun says that nothing may be written: a Target is opened only to be
	// asked, and files that do not exist yet stay so.
	DryRun bool
	// Vault keeps credentials that a login gave or a server renewed. nil: nothing is
	// kept.
	Vault Vault
}

// Vault keeps credentials from run to run where nobody else can read them. It is no
// part of State: a dry run keeps what it was given too, for what a server has renewed
// is the only one that is good.
type Vault interface {
	// Get returns what is kept under a name, "" if nothing is.
	Get(ctx context.Context, name string) (Secret, error)
	// Put keeps something; it is durable when Put returns. where says for people where
	// it lies.
	Put(ctx context.Context, name string, s Secret) (where string, err error)
}

// State is a connector's durable private memory within one project: threading,
// UIDVALIDITY, windows, the length of a file written. Keys sort bytewise.
//
// What a source puts before it yields an item is durable no later than that
// item's cursor; what a target puts before Sync returns is durable together with
// the outcomes of the writes before it. Either may become durable earlier: after
// a kill a connector may find state that is ahead of the cursor, and must then
// give the same records the same ids. In a dry run puts are forgotten at the end.
// Whether a method notices a cancelled context is open: who must, asks the context.
type State interface {
	// Get returns the value, or nil if there is none. The caller must not change it.
	Get(ctx context.Context, key string) ([]byte, error)
	// Put sets a value; it keeps value, which the caller must not change afterwards.
	Put(ctx context.Context, key string, value []byte) error
	// Delete forgets a key.
	Delete(ctx context.Context, key string) error
	// Scan yields the entries whose keys begin with prefix and are greater than
	// after ("" from the first), in order of their keys. The store may be read and
	// written meanwhile; whether Scan sees those puts is open.
	Scan(ctx context.Context, prefix, after string) iter.Seq2[Entry, error]
}

// Entry is one key of a State and its value.
type Entry struct {
	Key   string
	Value []byte
}
