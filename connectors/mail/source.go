// Package mail is what the mailbox connectors read with: it keeps an index of the
// mail in a Store and makes tickets of it. The rooms beside it parse mail, thread
// it and write it.
package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/thread"
	"github.com/deskhaul/deskhaul/desk"
)

// Options say how mail becomes tickets. They are the part of a configuration that
// all connectors over a [Store] share; the zero value is the default.
type Options struct {
	Agents  Agents            `yaml:"agents" doc:"Who is one of us."`
	Aliases map[string]string `yaml:"aliases" doc:"Our own addresses and the category each stands for."`
	// Category may be empty: alias if there are aliases, else folder if the store
	// has more than one, else none.
	Category string `yaml:"category" doc:"Where a ticket's category comes from. Default: alias if aliases are given, else folder if there are several, else none." enum:"|folder|label|alias|none"`
	// CategoryLabels may be empty: every label that a person made.
	CategoryLabels []string `yaml:"category_labels" doc:"Which labels are categories, where * stands for anything: Team/*. Sets category: label. Default: all."`
	Labels         string   `yaml:"labels" doc:"Whether labels become tags." enum:"tags|none"` // "" is tags
	// Thread is references if it is empty; subject adds threading by subject and
	// people within SubjectDays (0 means 14).
	Thread      string `yaml:"thread" doc:"What holds a ticket together: references (and ticket numbers in subjects), or in addition the same subject among the same people." enum:"references|subject"`
	SubjectDays int    `yaml:"subject_days" doc:"How many days mails with one subject may lie apart with thread: subject."`
	// Tokens are regular expressions; none means the default ones.
	Tokens            []string `yaml:"tokens" doc:"Regular expressions for ticket numbers in subjects; the first group is the number. Default: those of common systems."`
	SplitOnNewSubject bool     `yaml:"split_on_new_subject" doc:"Whether an answer under a new subject opens a ticket."`
	RepairAt          bool     `yaml:"repair_at" doc:"Whether to read \"user at host\" as an address."`
	Status            string   `yaml:"status" doc:"The status of every ticket. Default: open if an outsider wrote last, else pending." enum:"|new|open|pending|solved|closed"`
	// TrustHeaders is auto if it is empty; see [stamp.Sealed].
	TrustHeaders string `yaml:"trust_headers" doc:"When to believe X-Deskhaul headers: auto (if deskhaul wrote the mailbox), yes, no." enum:"auto|yes|no"`
}

// DefaultOptions are the options with the defaults written out, for configurations
// that people look at.
func DefaultOptions() Options {
	return Options{Labels: "tags", Thread: "references", SubjectDays: 14, TrustHeaders: "auto"}
}

func (o *Options) bySubject() bool { return o.Thread == "subject" }

// Check tells what is wrong with the options, by their keys in a configuration.
func (o Options) Check() error {
	_, err := thread.NewTokens(o.Tokens)
	_, oursErr := newOurs(o.Agents, o.Aliases)
	errs := []error{err, oursErr}
	for _, c := range []struct {
		key, value string
		allowed    []string
	}{
		{"category", o.Category, []string{"", "folder", "label", "alias", "none"}},
		{"labels", o.Labels, []string{"", "tags", "none"}},
		{"thread", o.Thread, []string{"", "references", "subject"}},
		{"trust_headers", o.TrustHeaders, []string{"", "auto", "yes", "no"}},
		{"status", o.Status, []string{"", "new", "open", "pending", "solved", "closed"}},
	} {
		if !contains(c.allowed, c.value) {
			errs = append(errs, fmt.Errorf("%s: %q is none of %v", c.key, c.value, c.allowed[1:]))
		}
	}
	if len(o.CategoryLabels) > 0 && !contains([]string{"", "label"}, o.Category) {
		errs = append(errs, fmt.Errorf("category_labels: the category is the %s (category), not a label", o.Category))
	}
	if o.SubjectDays < 0 {
		errs = append(errs, fmt.Errorf("subject_days: %d is negative", o.SubjectDays))
	}
	return errors.Join(errs...)
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// ReadCaps is what every connector over a [Store] promises of its reading.
func ReadCaps() connectors.Caps {
	return connectors.Caps{Kinds: desk.Kinds, Resume: true, Parallel: 4}
}

// Source makes tickets of the mail in a Store. It indexes what is new, header by
// header, when something is first read; then it yields each ticket that changed
// as a whole. Its cursors are places in the log of the index, which lives in the
// connector's State.
//
// A ticket's id is that of the message that opened it when the ticket was first
// yielded; it never changes.
type Source struct {
	store   Store
	opt     Options
	ours    *ours
	tokens  thread.Tokens
	now     func() time.Time
	log     *slog.Logger
	trusted bool
	shelf   byte // the sort of shelf that makes categories; 0 for none
	room    int  // roomBytes

	far    farBodies
	missed atomic.Pointer[map[uint64]bool] // when the index was last brought up to date; true: it was gone

	mu      sync.Mutex // held while the index changes
	x       *index
	reading int                // streams under way
	read    map[desk.Kind]bool // since the index was brought up to date; nil if it never was
}

// NewSource opens a source over a store. The options have passed Check.
func NewSource(ctx context.Context, store Store, o Options, env connectors.Env) (*Source, error) {
	if o.SubjectDays == 0 {
		o.SubjectDays = 14
	}
	s := &Source{store: store, opt: o, now: env.Now, log: env.Log, room: roomBytes}
	var err error
	if s.tokens, err = thread.NewTokens(o.Tokens); err != nil {
		return nil, err
	}
	if s.ours, err = newOurs(o.Agents, o.Aliases); err != nil {
		return nil, err
	}
	folders, err := store.Folders(ctx)
	if err != nil {
		return nil, err
	}
	s.shelf = o.shelf(len(folders))
	if s.trusted, err = s.trusts(ctx); err != nil {
		return nil, err
	}
	s.x, err = openIndex(ctx, env)
	return s, err
}

// shelf is the sort of shelf that makes categories of this store.
func (o *Options) shelf(folders int) byte {
	switch {
	case o.Category == "label", o.Category == "" && len(o.CategoryLabels) > 0:
		return shelfLabel
	case o.Category == "folder", o.Category == "" && len(o.Aliases) == 0 && folders > 1:
		return shelfFolder
	case o.Category == "alias", o.Category == "" && len(o.Aliases) > 0:
		return shelfAlias
	}
	return 0
}

func (s *Source) trusts(ctx context.Context) (bool, error) {
	keeper, ok := s.store.(Keeper)
	switch {
	case s.opt.TrustHeaders == "yes":
		return true, nil
	case s.opt.TrustHeaders == "no" || !ok:
		return false, nil
	}
	return keeper.Made(ctx)
}

// Close releases what the store holds.
func (s *Source) Close() error {
	if c, ok := s.store.(connectors.Closer); ok {
		return c.Close()
	}
	return nil
}

// begin brings the index up to date if this is the first stream, or if kind is
// read for a second time and nobody else is reading; end tells that a stream is
// over.
func (s *Source) begin(ctx context.Context, kind desk.Kind) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.read == nil || kind != "" && s.read[kind] && s.reading == 0 {
		fresh := s.x.next == 1
		if err := s.update(ctx); err != nil {
			return err
		}
		s.warn(kind, fresh)
		s.read = map[desk.Kind]bool{}
	}
	s.read[kind] = true
	s.reading++
	return nil
}

// warn says what a run should not pass over in silence; fresh, that it is the first.
func (s *Source) warn(kind desk.Kind, fresh bool) {
	if out := s.leftOut(); out != "" && s.read == nil {
		s.log.Warn(out)
	}
	if fresh && kind != "" && s.ours.unset() && !s.trusted && s.x.next > 1 {
		s.log.Warn(nobody)
	}
}

// nobody is told before authors are kept for good.
const nobody = "Nobody is known as an agent: everybody becomes a contact. Set agents: {domains: [...]}."

func (s *Source) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reading--
}
