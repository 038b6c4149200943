// Package pipeline moves records: read, map, link, settle, plan, write.
//
// A migration is a sync whose ledger is empty. A full run, a resume after a
// crash, a retry and a delta are this one code path; only what the ledger says
// differs.
package pipeline

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Pipeline is one hop from a source to a target, ready to run. It may be run any
// number of times; each run brings the target up to date and does nothing twice.
type Pipeline struct {
	Source connectors.Source
	Reads  connectors.Caps
	Target connectors.Target
	Writes connectors.Caps

	Store  checkpoints.Store
	Ledger checkpoints.Ledger
	Run    int64 // its number in the store
	// Marks makes the mark of a record or message: the same for the same thing of
	// the same source and project, for ever.
	Marks func(kind desk.Kind, parent, id desk.ID) string
	// Map rewrites a record in place and tells whether to keep it; nil keeps all
	// as they are. MapHash names what it does: a cursor counts only under the hash
	// it was saved with.
	Map     func(ctx context.Context, r desk.Record) (Verdict, error)
	MapHash string
	// Leftovers adds to each ticket a private note with what the target has no room for.
	Leftovers bool
	// Crosslinks puts new addresses into messages that name old ones; nil leaves them.
	Crosslinks *Crosslinks
	// ReadHash names how the source is configured, and counts for cursors likewise.
	ReadHash string

	// Conflicts says who is right about what was changed on both sides; "" that the source
	// is, as with SourceWins: nobody works at an archive.
	Conflicts Policy

	Select Selection
	// PeopleWithTickets brings contacts and organisations only with the tickets
	// that pass. Those for which Anyway is true (a customer list has no tickets)
	// come in any case, and first, so that theirs is the record that others join.
	PeopleWithTickets bool
	// ShelvesWithTickets brings agents, groups and categories so too: where the tickets are
	// split, each target gets what its own refer to.
	ShelvesWithTickets bool
	Anyway             func(r desk.Record) bool
	// Join makes records with one natural key one record at the target, and adopts
	// what stands there already. The archive keeps its sources unjoined.
	Join bool
	// RetryOnly takes up quarantine and what is open, and reads nothing new.
	RetryOnly bool
	// DryRun is the same walk without the calls. Its Store must be a copy.
	DryRun bool

	// Linger is how long a run waits at most, at its end, until it can be told whether writes
	// in doubt arrived; where that takes longer it does not wait at all.
	Linger time.Duration

	Workers int // records under way at once; 0 chooses
	Watch   func(Event)
	Now     func() time.Time
}

// Verdict is what a mapping says of a record.
type Verdict struct {
	Keep    bool
	Rule    string             // which rule left it out
	Dropped map[desk.ID]string // messages taken out of a ticket that is kept, and by which rule
	Losses  []connectors.Loss  // what the mapping itself took away
	// Conflicts are what a person is to know of where the record goes.
	Conflicts []Conflict
}

// Selection narrows one run. A run that is narrowed never moves the cursors.
type Selection struct {
	Kinds []desk.Kind // nil all
	// Tickets passes only these; nil all.
	Tickets map[desk.ID]bool
	// Since passes only tickets that changed at or after it; zero all.
	Since time.Time
}

func (s Selection) narrow() bool {
	return s.Kinds != nil || s.Tickets != nil || !s.Since.IsZero()
}

// fromStart tells whether the selection must look at all records, old ones too.
func (s Selection) fromStart() bool { return s.Tickets != nil || !s.Since.IsZero() }

func (s Selection) passes(r desk.Record) bool {
	t, ok := r.(*desk.Ticket)
	if !ok {
		return true
	}
	return (s.Tickets == nil || s.Tickets[t.ID]) && (s.Since.IsZero() || !lastTouched(t).Before(s.Since))
}

// lastTouched is when a ticket last changed, as far as it tells.
func lastTouched(t *desk.Ticket) time.Time {
	at := t.Updated
	if at.IsZero() {
		at = t.Created
	}
	for _, m := range t.Messages {
		if m.At.After(at) {
			at = m.At
		}
	}
	return at
}

// Go moves everything that changed since the last run. When ctx is cancelled it
// starts no further call, finishes those under way, saves, and returns the
// context's error. The counts are valid in any case: of a run that could not save all
// that it did, which an UnsavedError tells, those of what is saved.
func (p *Pipeline) Go(ctx context.Context) (Counts, error) {
	r := newRun(p)
	err := r.all(ctx)
	if r.torn == nil {
		err = errors.Join(err, r.over(context.WithoutCancel(ctx)))
	}
	if save := r.save(context.WithoutCancel(ctx)); err == nil || errors.Is(err, context.Canceled) && save != nil {
		err = save
	}
	if r.torn != nil {
		r.Store.Drop()
		return r.saved, &UnsavedError{err}
	}
	return r.tally.counts(), err
}

// all walks the kinds, then comes back to what was held.
func (r *run) all(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	done := make(chan struct{})
	saved := make(chan struct{})
	go func() {
		defer close(saved)
		r.saveNowAndThen(ctx, stop, done)
	}()
	err := r.kinds(ctx)
	close(done)
	<-saved
	if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(cause, context.Canceled) {
		return cause // the save that failed says more than the calls it cut off
	}
	return err
}

func (r *run) kinds(ctx context.Context) error {
	if err := r.widowed(ctx); err != nil {
		return err
	}
	if err := r.peopleFirst(ctx); err != nil {
		return err
	}
	for _, kind := range r.order() {
		if err := r.again(ctx, kind); err != nil {
			return err
		}
		if r.RetryOnly {
			continue
		}
		if err := r.pass(ctx, kind); err != nil {
			return err
		}
		if err := r.insist(ctx, kind); err != nil {
			return err
		}
	}
	if err := r.heldAgain(ctx); err != nil {
		return err
	}
	if err := r.linger(ctx); err != nil {
		return err
	}
	if err := r.linkedAgain(ctx); err != nil {
		return err
	}
	if err := r.reunite(ctx); err != nil {
		return err
	}
	return r.strays(ctx)
}

// order is the kinds to walk. People that come with their tickets are walked
// after them: by then those that nobody brought are known.
func (r *run) order() []desk.Kind {
	var first, last []desk.Kind
	for _, k := range desk.Kinds {
		switch {
		case !r.Reads.Has(k) || !r.Writes.Has(k) || r.Select.Kinds != nil && !slices.Contains(r.Select.Kinds, k):
		case r.onDemand(k):
			last = append(last, k)
		default:
			first = append(first, k)
		}
	}
	return append(first, last...)
}

// onDemand tells whether records of the kind come only with the tickets that
// refer to them. A source that cannot be asked for one record brings them all.
func (r *run) onDemand(kind desk.Kind) bool {
	people := kind == desk.KindContact || kind == desk.KindOrganization
	wanted := people && r.PeopleWithTickets || !people && kind != desk.KindTicket && r.ShelvesWithTickets
	return wanted && r.fetcher != nil && r.Reads.Has(desk.KindTicket) && r.Writes.Has(desk.KindTicket)
}

// peopleFirst brings the people that come in any case. The pass after the tickets
// sees them again, and moves the cursor.
func (r *run) peopleFirst(ctx context.Context) error {
	if r.Anyway == nil || r.RetryOnly {
		return nil
	}
	r.early = true
	defer func() { r.early = false }()
	for _, kind := range r.order() {
		if !r.onDemand(kind) {
			continue
		}
		if err := r.listedAgain(ctx, kind); err != nil {
			return err
		}
		if err := r.pass(ctx, kind); err != nil {
			return err
		}
	}
	r.peopleWere = true
	return nil
}

// pass moves one kind, its partitions side by side.
func (r *run) pass(ctx context.Context, kind desk.Kind) error {
	cutter, ok := r.Source.(connectors.Partitioner)
	if !ok {
		return r.part(ctx, kind, "")
	}
	parts, err := cutter.Partitions(ctx, kind)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, r.Reads.Parallel))
	for _, part := range parts {
		g.Go(func() error { return r.part(ctx, kind, part.ID) })
	}
	return g.Wait()
}
