package pipeline

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// losses tells and writes down what a call could not keep; what the target has no
// room for at all is told once, elsewhere. A field that was written again and kept is
// lost no more. Of a call that failed nothing was written, so that nothing is lost yet.
func (t *task) losses(s *Step, got connectors.Receipt, err error) {
	if err != nil && !errors.Is(err, connectors.ErrUnsure) {
		return
	}
	kind, parent, id := s.kind(), s.parent(), s.id()
	lost := map[string]bool{}
	for _, loss := range byField(got.Losses) {
		if t.told(s, &loss) {
			continue
		}
		if kind == desk.KindTicket && t.covered[loss.Field] {
			loss.keptInNote()
		}
		t.tellLoss(kind, parent, id, loss.Loss)
		lost[loss.Field] = true
	}
	if s.Verb == Update && err == nil {
		for _, name := range s.Fields {
			if !lost[name] {
				t.lostField(kind, parent, id, name, "")
			}
		}
	}
}

// lostUnheard tells what a call lost whose answer never came: what the target foresees of
// it. What it does not foresee, verify finds.
func (t *task) lostUnheard(ctx context.Context, s Step) {
	if t.DryRun || t.foreseer == nil {
		return
	}
	if got, err := t.foreseen(ctx, s); err == nil {
		t.losses(&s, got, nil)
	}
}

// fieldLoss is all that is lost of one field of one record.
type fieldLoss struct{ connectors.Loss }

// byField makes of several losses of one field one: what was lost is counted in fields.
func byField(all []connectors.Loss) (out []fieldLoss) {
	for _, l := range all {
		i := slices.IndexFunc(out, func(f fieldLoss) bool { return f.Field == l.Field })
		if i < 0 {
			out = append(out, fieldLoss{l})
			continue
		}
		f := &out[i]
		f.Detail = joined(f.Detail, l.Detail, "; ")
		f.Value = joined(f.Value, l.Value, "\n")
	}
	return out
}

func joined(a, b, with string) string {
	if b == "" || a == b || strings.Contains(a+with, b+with) {
		return a
	}
	if a == "" {
		return b
	}
	return a + with + b
}

// inTheNote ends the detail of a loss that a private note of the ticket holds.
const inTheNote = "; a private note of the ticket holds it"

func (l *fieldLoss) keptInNote() { l.Kept, l.Detail = true, l.Detail+inTheNote }

// tellLoss tells a loss, once in a run, and writes it down.
func (t *task) tellLoss(kind desk.Kind, parent, id desk.ID, loss connectors.Loss) {
	if !t.lostNow(kind, id, loss.Field) {
		t.tell(Event{Kind: kind, ID: id, Parent: parent, Loss: &loss})
	}
	t.lostField(kind, parent, id, loss.Field, loss.Detail)
}

// lostNow tells whether this run, which has been at the record before, told that the field
// is lost. What cannot be looked up is told again.
func (t *task) lostNow(kind desk.Kind, id desk.ID, field string) bool {
	if t.was.Run != t.Run || t.Run == 0 {
		return false
	}
	all, err := t.Ledger.Losses(context.Background(), t.rec.Kind(), t.rec.About().ID)
	return err == nil && slices.ContainsFunc(all, func(l checkpoints.Loss) bool {
		return l.Kind == kind && l.ID == id && l.Field == field && l.Run == t.Run
	})
}

// lostField writes down one field that was not kept, or with no detail that it was.
func (t *task) lostField(kind desk.Kind, parent, id desk.ID, field, detail string) {
	if t.DryRun {
		return
	}
	t.Ledger.Lose(checkpoints.Loss{Kind: kind, Parent: parent, ID: id, Field: field, Detail: detail, Run: t.Run})
}
