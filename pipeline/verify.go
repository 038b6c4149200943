package pipeline

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Class is what sort of thing a verification found.
type Class string

// The classes. Gone, Differs and Twice are differences; the others explain why the
// target does not say, or need not say, what the source does.
const (
	Gone    Class = "missing" // it was written and is not there
	Differs Class = "differs" // it is there and says something else
	Twice   Class = "twice"   // it is there more than once
	Lost    Class = "lost"    // the target could not keep it, as the plan and the run told
	Kept    Class = "kept"    // likewise, and a private note of the ticket holds it
	Waiting Class = "waiting" // the source has it since the last run
	Aside   Class = "aside"   // it is in quarantine, or waits
	Added   Class = "added"   // somebody wrote it at the target
)

// Finding is one thing that a verification found.
type Finding struct {
	Class  Class
	Kind   desk.Kind // of records, and message and file
	ID     desk.ID   // in the source; of what was added, at the target
	Parent desk.ID   // a message's ticket, as the source names it
	Target desk.ID   // the record (of a message: its ticket) at the target; "" if nothing stands there
	Field  string    // "" the whole
	// Want and Got are what the field should say and says, shortened for people.
	Want, Got string
	Detail    string    // one sentence, where the fields above do not say it
	Touched   time.Time // when the target's record last changed, as it says; zero unknown
}

// Checked are the things of one kind in one verification. Those that a rule leaves out
// and those that came in since the last run are not among the rest.
type Checked struct {
	Expected int64 `json:"expected"` // should stand at the target, those aside included
	There    int64 `json:"there"`    // stand there
	LeftOut  int64 `json:"left_out"`
}

// Verification reads the target back and compares. It writes neither to the target nor
// to the ledger. What it found is told as it is found.
type Verification struct {
	*Pipeline
	// Tickets are the tickets to look at; nil all. Only is nil or the kinds to look at.
	Tickets iter.Seq2[desk.ID, error]
	// Quick leaves the bytes of files unread: their sizes are compared.
	Quick bool
	Found func(Finding)
	// Source and There are the figures of the tickets that stand on both sides, as the
	// source has them and as the target does.
	Source, There Figures

	mu      sync.Mutex
	counts  map[desk.Kind]*Checked
	found   map[Class]int64
	fetcher connectors.Fetcher
}

// Go verifies. The error wraps connectors.ErrUnsupported if the target cannot be asked
// for what it holds.
func (v *Verification) Go(ctx context.Context) error {
	var can bool
	if v.fetcher, can = v.Target.(connectors.Fetcher); !can {
		return errors.Join(errors.New("the target cannot be asked for what it holds"), connectors.ErrUnsupported)
	}
	v.counts, v.found = map[desk.Kind]*Checked{}, map[Class]int64{}
	p := *v.Pipeline
	p.DryRun = true // nothing is written down
	r := newRun(&p)
	r.check, r.last = v, true
	for _, kind := range r.order() {
		if kind == desk.KindTicket && v.Tickets != nil {
			if err := r.chosen(ctx, v.Tickets); err != nil {
				return err
			}
			continue
		}
		if err := r.pass(ctx, kind); err != nil {
			return err
		}
	}
	return nil
}

// chosen verifies single tickets.
func (r *run) chosen(ctx context.Context, tickets iter.Seq2[desk.ID, error]) error {
	if r.fetcher == nil {
		return errors.Join(errors.New("the source cannot be asked for one ticket: verify all of them"), connectors.ErrUnsupported)
	}
	return r.abreast(ctx, func(_ context.Context, begin func(func() error)) error {
		for id, err := range tickets {
			if err != nil {
				return err
			}
			begin(func() error {
				rec, err := r.fetcher.Fetch(ctx, desk.KindTicket, id)
				if errors.Is(err, connectors.ErrNotFound) {
					return nil // the source no longer has it, and nothing is to be compared
				}
				if err != nil {
					return err
				}
				return r.record(ctx, rec, nil)
			})
		}
		return nil
	})
}

// Counts are the things verified so far, by kind.
func (v *Verification) Counts() map[desk.Kind]Checked {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := map[desk.Kind]Checked{}
	for kind, c := range v.counts {
		out[kind] = *c
	}
	return out
}

// Findings tells how many of each class were found.
func (v *Verification) Findings() map[Class]int64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := map[Class]int64{}
	for class, n := range v.found {
		out[class] = n
	}
	return out
}

func (v *Verification) count(kind desk.Kind, add Checked) {
	v.mu.Lock()
	defer v.mu.Unlock()
	c := v.counts[kind]
	if c == nil {
		c = new(Checked)
		v.counts[kind] = c
	}
	c.Expected += add.Expected
	c.There += add.There
	c.LeftOut += add.LeftOut
}

func (v *Verification) tell(f Finding) {
	v.mu.Lock()
	v.found[f.Class]++
	v.mu.Unlock()
	if v.Found != nil {
		v.Found(f)
	}
}

// checked counts a record that was gone through. A fault of the mapping is the
// record's; any other ends the verification, for it says nothing about the target.
func (t *task) checked(err error) error {
	var trouble *connectors.Trouble
	kind, id := t.rec.Kind(), t.rec.About().ID
	switch {
	case errors.As(err, &trouble) && (trouble.Reason == connectors.ReasonMapping || trouble.Reason == connectors.ReasonInternal):
		t.check.count(kind, Checked{Expected: 1})
		t.check.tell(Finding{Class: Aside, Kind: kind, ID: id, Field: string(trouble.Reason), Detail: err.Error()})
	case err != nil:
		return err
	case t.state == checkpoints.Skipped:
		t.check.count(kind, Checked{LeftOut: 1})
	}
	t.tellVerified(kind, id)
	return nil
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
	v, kind, id := t.check, t.rec.Kind(), t.rec.About().ID
	row := t.seen.Row
	switch {
	case row.Target != "":
		return true
	case !t.seen.Exists:
		v.tell(Finding{Class: Waiting, Kind: kind, ID: id, Detail: "came in since the last run"})
	case row.State == checkpoints.Skipped:
		v.count(kind, Checked{LeftOut: 1})
	default:
		v.count(kind, Checked{Expected: 1})
		v.tell(Finding{Class: Aside, Kind: kind, ID: id, Field: row.Reason, Detail: row.Detail})
	}
	return false
}
