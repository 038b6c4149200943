package pipeline

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Class is what sort of thing a verification found.
type Class string

// The classes. Gone, Differs and Twice are differences; of what is Unseen nobody knows;
// the others explain why the target does not say, or need not say, what the source does.
const (
	Gone    Class = "missing" // it was written and is not there
	Differs Class = "differs" // it is there and says something else
	Twice   Class = "twice"   // it is there more than once
	Unseen  Class = "unseen"  // it could not be looked at
	Lost    Class = "lost"    // the target could not keep it, as the plan and the run told
	Kept    Class = "kept"    // likewise, and a private note of the ticket holds it
	Waiting Class = "waiting" // the source has it, and no run has written it so
	Aside   Class = "aside"   // it is in quarantine, or waits
	Added   Class = "added"   // somebody wrote it at the target
	Past    Class = "past"    // it was written, and the source has it no more
	Settled Class = "settled" // it was changed since, on either side, and no run writes it
)

// Difference tells whether a finding of the class is one.
func (c Class) Difference() bool { return c == Gone || c == Differs || c == Twice }

// Finding is one thing that a verification found.
type Finding struct {
	Class  Class     `json:"c"`
	Kind   desk.Kind `json:"k"`           // of records, and message and file
	ID     desk.ID   `json:"i"`           // in the source; of what was added, at the target
	Parent desk.ID   `json:"p,omitempty"` // a message's ticket, as the source names it
	// Target is the record (of a message: its ticket) at the target; "" if nothing stands there.
	Target desk.ID `json:"t,omitempty"`
	Field  string  `json:"f,omitempty"` // "" the whole
	// Want and Got are what the field should say and says, shortened for people.
	Want    string    `json:"w,omitempty"`
	Got     string    `json:"g,omitempty"`
	Detail  string    `json:"d,omitempty"` // one sentence, where the fields above do not say it
	Touched time.Time `json:"u,omitzero"`  // when the target's record last changed, as it says; zero unknown
	// Old and New are where people open the record (of a message: its ticket) in the web
	// pages of the source and of the target; "" unknown.
	Old string `json:"-"`
	New string `json:"-"`
}

// Checked are the things of one kind in one verification. Those that a rule leaves out
// and those that no run has written are not among the rest.
type Checked struct {
	Expected int64 `json:"expected"` // should stand at the target, those aside included
	There    int64 `json:"there"`    // stand there
	LeftOut  int64 `json:"left_out"`
}

// Verification reads the target back and compares. It writes neither to the target nor
// to the ledger: what it saw goes into its journal, and one that was broken off goes on
// from there.
type Verification struct {
	*Pipeline
	// Journal is kept in the pipeline's store. What it has is not looked at again.
	Journal *Journal
	// Tickets are the tickets to look at; nil all, and all other kinds.
	Tickets iter.Seq2[desk.ID, error]
	// Quick leaves the bytes of files unread: their sizes are compared.
	Quick bool
	// Before is what was lost of a record on the leg before, with the ids of this one's
	// source; nil where there is none.
	Before func(ctx context.Context, kind desk.Kind, id desk.ID) ([]checkpoints.Loss, error)
	// Show is given each ticket that was looked at, beside its copy; it may be called from
	// several goroutines. Nil is nobody. What the ticket holds is good only as long as it lasts.
	Show func(context.Context, *Beside) error
	// Saving is called before the journal becomes durable, each time; nil is nothing.
	Saving func(context.Context) error
	// Patience is how long a target that does not answer is waited for; 0 chooses.
	Patience time.Duration
	// Waits is told, once a minute at most, that it is waited for, how long it will be at
	// most, and what it said last; nil is nobody.
	Waits func(most time.Duration, err error)

	fetcher  connectors.Fetcher
	answers  answers
	old, new connectors.Linker // nil where they cannot tell

	saving sync.Mutex
	saved  time.Time
}

// Go verifies. The error wraps connectors.ErrUnsupported if the target cannot be asked
// for what it holds. What was looked at until an error came is in the journal.
func (v *Verification) Go(ctx context.Context) (err error) {
	var can bool
	if v.fetcher, can = v.Target.(connectors.Fetcher); !can {
		return fmt.Errorf("the target cannot be asked for what it holds – write to one that can, and verify that: %w", connectors.ErrUnsupported)
	}
	v.old, _ = v.Source.(connectors.Linker)
	v.new, _ = v.Target.(connectors.Linker)
	p := *v.Pipeline
	p.DryRun = true // nothing is written down
	r := newRun(&p)
	r.check, r.last = v, true
	v.saved = r.Now()
	defer func() { err = errors.Join(err, r.keep(context.WithoutCancel(ctx))) }()
	if v.Tickets != nil {
		return r.chosen(ctx, v.Tickets)
	}
	if err := r.unseenAgain(ctx); err != nil {
		return err
	}
	for _, kind := range r.order() {
		if err := r.readPatiently(ctx, kind); err != nil {
			return err
		}
	}
	return nil
}

// chosen verifies single tickets.
func (r *run) chosen(ctx context.Context, tickets iter.Seq2[desk.ID, error]) error {
	if r.fetcher == nil {
		return fmt.Errorf("the source cannot be asked for one ticket – verify all of them: %w", connectors.ErrUnsupported)
	}
	return r.abreast(ctx, func(ctx context.Context, begin func(func() error)) error {
		for id, err := range tickets {
			if err != nil {
				return err
			}
			begin(func() error {
				had, err := r.check.Journal.had(ctx, desk.KindTicket, "", id, "")
				if err != nil || had {
					r.tellVerified(desk.KindTicket, id)
					return err
				}
				return r.verifyOne(ctx, desk.KindTicket, id)
			})
		}
		return nil
	})
}

// verifyOne asks the source for a record and looks for it at the target. What the
// source no longer has is not compared.
func (r *run) verifyOne(ctx context.Context, kind desk.Kind, id desk.ID) error {
	rec, err := r.fetcher.Fetch(ctx, kind, id)
	switch {
	case errors.Is(err, connectors.ErrNotFound):
		return r.note(ctx, &Looked{Kind: kind, ID: id})
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && (errors.Is(err, connectors.ErrDenied) || unanswered(err)):
		return err
	case err != nil:
		l := &Looked{Kind: kind, ID: id}
		l.count(kind, Checked{Expected: 1})
		l.tell(Finding{Class: Unseen, Kind: kind, ID: id, Detail: "the source does not give it: " + err.Error()})
		return r.note(ctx, l)
	}
	return r.record(ctx, rec, nil)
}

// unseenAgain comes back to what could not be looked at before.
func (r *run) unseenAgain(ctx context.Context) error {
	again := false
	err := r.abreast(ctx, func(ctx context.Context, begin func(func() error)) error {
		for l, err := range r.check.Journal.unseen(ctx) {
			if err != nil {
				return err
			}
			if r.fetcher == nil || l.Parent != "" {
				again = true
				return nil
			}
			begin(func() error { return r.verifyOne(ctx, l.Kind, l.ID) })
		}
		return nil
	})
	if err == nil && again { // it comes by when all of it is read again
		err = r.check.Journal.rewind(ctx)
	}
	return err
}

// note puts down what was seen of a record, and makes it durable now and then.
func (r *run) note(ctx context.Context, l *Looked) error {
	full, err := r.check.Journal.put(ctx, l)
	if err != nil {
		return err
	}
	r.tellVerified(l.Kind, l.ID)
	v := r.check
	if !v.saving.TryLock() {
		return nil // somebody is at it
	}
	defer v.saving.Unlock()
	if !full && r.Now().Sub(v.saved) < journalEvery {
		return nil
	}
	return r.keepNow(context.WithoutCancel(ctx))
}

// keep makes the journal durable, and with it how far the source was read.
func (r *run) keep(ctx context.Context) error {
	r.check.saving.Lock()
	defer r.check.saving.Unlock()
	return r.keepNow(ctx)
}

func (r *run) keepNow(ctx context.Context) error {
	v := r.check
	v.saved = r.Now()
	r.mu.Lock()
	streams := make([]*stream, 0, len(r.streams))
	for s := range r.streams {
		streams = append(streams, s)
	}
	r.mu.Unlock()
	for _, s := range streams {
		if err := r.passed(ctx, s); err != nil {
			return err
		}
	}
	if v.Saving != nil {
		if err := v.Saving(ctx); err != nil {
			return err
		}
	}
	v.Journal.saved()
	return r.Store.Flush(ctx)
}

// passed puts down how far a stream is settled.
func (r *run) passed(ctx context.Context, s *stream) error {
	if c, moved := s.window.settled(); moved {
		return r.check.Journal.advance(ctx, s.kind, s.part, string(c))
	}
	return nil
}

// checked puts down a record that was gone through. What is wrong with it alone is its
// finding; any other error ends the verification, for it says nothing about the target.
func (t *task) checked(ctx context.Context, err error) error {
	var trouble *connectors.Trouble
	l := t.looked
	switch {
	case errors.Is(err, errStop):
		return err
	case errors.As(err, &trouble) && trouble.Reason == connectors.ReasonMapping:
		l.count(l.Kind, Checked{Expected: 1})
		l.tell(Finding{Class: Aside, Kind: l.Kind, ID: l.ID, Field: string(trouble.Reason), Detail: err.Error()})
	case errors.As(err, &trouble) && !unanswered(err) && !errors.Is(err, connectors.ErrDenied):
		if l.Counts[l.Kind] == nil {
			l.count(l.Kind, Checked{Expected: 1})
		}
		l.tell(Finding{Class: Unseen, Kind: l.Kind, ID: l.ID, Detail: err.Error()})
	case err != nil:
		return err
	case t.state == checkpoints.Skipped:
		l.count(l.Kind, Checked{LeftOut: 1})
	}
	if err := t.show(ctx); err != nil {
		return err
	}
	return t.note(ctx, l)
}

// tellVerified lets whoever watches count.
func (p *Pipeline) tellVerified(kind desk.Kind, id desk.ID) {
	if p.Watch != nil {
		p.Watch(Event{Kind: kind, ID: id, Outcome: Unchanged})
	}
}

// checkRow counts a record by its line and tells whether something stands at the
// target for it.
func (t *task) checkRow() bool {
	row := t.seen.Row
	if row.Target != "" {
		return true
	}
	t.looked.byLine(row, t.seen.Exists)
	return false
}

// checkAside looks at what the source could not make a record of.
func (r *run) checkAside(ctx context.Context, a *connectors.Aside) error {
	row, exists, err := r.Ledger.Row(ctx, a.Kind, a.Parent, a.ID)
	if err != nil || a.Reason == connectors.ReasonDuplicate || a.Reason == connectors.ReasonFiltered {
		return err
	}
	l := &Looked{Kind: a.Kind, ID: a.ID, Parent: a.Parent}
	if exists && row.Target != "" {
		l.tell(Finding{Class: Unseen, Kind: a.Kind, ID: a.ID, Parent: a.Parent, Target: row.Target, Detail: "the source has it in a form that cannot be read any more: " + a.Detail})
	} else {
		l.byLine(row, exists)
	}
	return r.note(ctx, l)
}
