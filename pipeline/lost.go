package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
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
		if loss.Message != "" && kind == desk.KindTicket {
			t.tellLossOf(desk.KindMessage, id, loss.Message, &loss)
			continue
		}
		if kind == desk.KindTicket && t.covered[loss.Field] {
			loss.keptInNote()
		}
		t.tellLossOf(kind, parent, id, &loss)
		lost[loss.Field] = true
	}
	if s.Verb == Update && err == nil {
		for _, name := range s.Fields {
			if !lost[name] {
				t.lostField(kind, parent, id, name, "")
			}
		}
		for _, ref := range desk.Refs(s.Record) { // what they refer to may have come since
			if ref.Target != "" && len(t.unmade[ref.Kind]) == 0 {
				t.lostField(kind, parent, id, lostReference+string(ref.Kind), "")
			}
		}
	}
}

// lostUnheard tells what the writing of a message lost whose answer never came: what the
// target foresees of it. What it does not foresee, verify finds. One that came along with its
// ticket may lose something else than one that is added; of the ticket itself lostInMaking
// tells. An error says that it cannot be told yet.
func (t *task) lostUnheard(ctx context.Context, s Step, cameAlong bool) error {
	if cameAlong {
		ticket := *s.Record.(*desk.Ticket)
		ticket.Messages = []desk.Message{*s.Message}
		s = Step{Verb: Create, Record: &ticket}
	}
	return t.tellForeseen(ctx, s, func(l connectors.Loss) bool { return !cameAlong || l.Message != "" })
}

// lostInMaking tells what the making of a record lost that was found, and whose answer was
// lost: what the target foresees of it.
func (t *task) lostInMaking(ctx context.Context) error {
	if !t.found {
		return nil
	}
	s := Step{Verb: Create, Record: t.rec}
	if ticket, ok := t.rec.(*desk.Ticket); ok {
		bare := *ticket
		bare.Messages = nil
		s.Record = &bare
	}
	return t.tellForeseen(ctx, s, func(l connectors.Loss) bool { return l.Message == "" })
}

// tellForeseen tells those of the losses that the target foresees of a step. What it would refuse
// it did not, as that stands there.
func (t *task) tellForeseen(ctx context.Context, s Step, of func(connectors.Loss) bool) error {
	if t.DryRun || t.foreseer == nil {
		return nil
	}
	got, err := t.foreseen(ctx, s)
	if err != nil && !forGood(err) {
		return fmt.Errorf("%s %s: what it lost, whose answer was lost: %w", s.kind(), s.id(), err)
	}
	got.Losses = slices.DeleteFunc(got.Losses, func(l connectors.Loss) bool { return !of(l) })
	t.losses(&s, got, nil)
	return nil
}

// lostReference begins the field of a loss of references to records of a kind.
const lostReference = "reference to "

// fieldLoss is all that is lost of one field of one record, message or file.
type fieldLoss struct {
	connectors.Loss
	nth int // of the files of its message that are called the same: 0, 1 …
}

// byField makes of several losses of one field one: what was lost is counted in fields,
// and in files.
func byField(all []connectors.Loss) (out []fieldLoss) {
	type sort struct {
		field, file string
		message     desk.ID
	}
	first, n := map[sort]int{}, map[sort]int{}
	for _, l := range all {
		of := sort{l.Field, l.File, l.Message}
		i, known := first[of]
		if !known || l.File != "" {
			first[of] = len(out)
			out = append(out, fieldLoss{l, n[of]})
			n[of]++
			continue
		}
		f := &out[i]
		f.Detail = joined(f.Detail, l.Detail, "; ")
		f.Value = joined(f.Value, l.Value, "\n")
	}
	return out
}

// line is the field in the ledger's line of the loss. Of a file it has the name, and
// which of that name it is.
func (l *fieldLoss) line() string {
	if l.File == "" {
		return l.Field
	}
	return fmt.Sprintf("%s %q %d", l.Field, l.File, l.nth)
}

// cutFileLine is the field of a ledger's line, and the name of the file; "" of none.
func cutFileLine(line string) (field, file string) {
	field, rest, ofFile := strings.Cut(line, " ")
	if !ofFile || field != "file" && !strings.HasPrefix(field, "file.") {
		return line, ""
	}
	if quoted, err := strconv.QuotedPrefix(rest); err == nil {
		file, _ = strconv.Unquote(quoted)
	}
	return field, file
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
	t.tellLossOf(kind, parent, id, &fieldLoss{Loss: loss})
}

func (t *task) tellLossOf(kind desk.Kind, parent, id desk.ID, loss *fieldLoss) {
	line := string(kind) + "\x00" + string(id) + "\x00" + loss.line()
	if !t.toldLost[line] && !t.lostNow(kind, id, loss.line()) {
		if t.toldLost == nil {
			t.toldLost = map[string]bool{}
		}
		t.toldLost[line] = true
		t.tell(Event{Kind: kind, ID: id, Parent: parent, Loss: &loss.Loss})
	}
	t.lostField(kind, parent, id, loss.line(), loss.Detail)
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
