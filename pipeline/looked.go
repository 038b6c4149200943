package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// Looked is what a verification saw of one record: a ticket with its messages and
// files. All that a verification tells is made of these, so that one that was broken
// off and went on tells the same as one in a single piece.
type Looked struct {
	Kind   desk.Kind `json:"k"`
	ID     desk.ID   `json:"i"`
	Parent desk.ID   `json:"p,omitempty"` // of a message that came alone
	Target desk.ID   `json:"t,omitempty"`
	Name   string    `json:"n,omitempty"` // of agents and shelves at the target
	Old    string    `json:"o,omitempty"` // addresses for people
	New    string    `json:"w,omitempty"`
	// Form is a hash of the record as the source gave it: one that comes again in another
	// form is looked at again.
	Form   string                 `json:"f,omitempty"`
	Counts map[desk.Kind]*Checked `json:"c,omitempty"`
	Source *facts                 `json:"s,omitempty"` // of a ticket that stands on both sides
	There  *facts                 `json:"e,omitempty"`
	Differ int64                  `json:"d,omitempty"` // how many differences it has
	Blind  bool                   `json:"b,omitempty"` // something of it could not be looked at
	Chunks int                    `json:"h,omitempty"` // how many keys its findings take

	findings []Finding
}

// formOf names what a record says.
func formOf(r desk.Record) (string, error) {
	b, err := desk.Marshal(r)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8]), err
}

// begun begins to look at a record, unless it was looked at in this form before.
func (t *task) begun(ctx context.Context) (had bool, err error) {
	kind, about := t.rec.Kind(), t.rec.About()
	form, err := formOf(t.rec)
	if err != nil {
		return false, err
	}
	if had, err = t.check.Journal.had(ctx, kind, "", about.ID, form); had || err != nil {
		if had {
			t.tellVerified(kind, about.ID)
		}
		return had, err
	}
	t.looked = &Looked{Kind: kind, ID: about.ID, Form: form, Old: about.URL}
	if t.looked.Old == "" && t.check.old != nil {
		t.looked.Old = t.check.old.Link(kind, about.ID)
	}
	return false, nil
}

// stands notes where at the target the record stands.
func (t *task) stands() {
	t.looked.Target = t.seen.Target
	if t.check.new != nil && t.seen.Target != "" {
		t.looked.New = t.check.new.Link(t.looked.Kind, t.seen.Target)
	}
}

func (l *Looked) count(kind desk.Kind, add Checked) {
	if l.Counts == nil {
		l.Counts = map[desk.Kind]*Checked{}
	}
	c := l.Counts[kind]
	if c == nil {
		c = new(Checked)
		l.Counts[kind] = c
	}
	c.add(add)
}

func (c *Checked) add(d Checked) {
	c.Expected += d.Expected
	c.There += d.There
	c.LeftOut += d.LeftOut
}

func (l *Looked) tell(f Finding) {
	if f.Class.Difference() {
		l.Differ++
	}
	l.Blind = l.Blind || f.Class == Unseen
	l.findings = append(l.findings, f)
}

// notWritten says of what the ledger has no line that it may have come since, or was there
// when a run failed, or was taken back: the ledger does not tell which.
const notWritten = "no run has written it, or it was taken back"

// byLine counts what does not stand at the target by the ledger's line of it.
func (l *Looked) byLine(row checkpoints.Row, exists bool) {
	switch {
	case !exists:
		l.tell(Finding{Class: Waiting, Kind: l.Kind, ID: l.ID, Parent: l.Parent, Detail: notWritten})
	case row.State == checkpoints.Skipped:
		l.count(l.Kind, Checked{LeftOut: 1})
	default:
		l.count(l.Kind, Checked{Expected: 1})
		l.tell(Finding{Class: Aside, Kind: l.Kind, ID: l.ID, Parent: l.Parent, Field: row.Reason, Detail: cmp.Or(row.Detail, notEnded)})
	}
}
