package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Policy says who is right about a field that was changed on both sides since it was
// last written.
type Policy string

// The policies.
const (
	// TargetWins leaves what stands at the target, and says so once.
	TargetWins Policy = "target wins"
	// SourceWins writes what the source says, whatever stands at the target; it is not
	// looked at.
	SourceWins Policy = "source wins"
	// ReportOnly leaves what stands at the target, and says so in every run.
	ReportOnly Policy = "report"
)

// Conflict is one field, or one ticket, that was changed on both sides.
type Conflict struct {
	Field  string // "" the ticket as a whole
	Detail string // what was found, and what was done, in one sentence
}

// meet lets what people did at the target since the last write stand beside what the
// source says now: it takes out of the steps what would overwrite them.
func (t *task) meet(ctx context.Context, steps []Step) ([]Step, error) {
	from, can := t.Target.(connectors.Fetcher)
	if !can || t.Conflicts == "" || t.Conflicts == SourceWins || len(steps) == 0 || t.seen.Target == "" || t.seen.Written == nil ||
		t.seen.Made == t.Run || strings.HasPrefix(string(t.seen.Target), connectors.PlannedID) {
		return steps, nil
	}
	there, err := t.asked(ctx, from)
	switch {
	case errors.Is(err, connectors.ErrNotFound):
		return steps, nil // the call tells that it is gone
	case err != nil:
		return nil, fmt.Errorf("%s %s: what became of it at the target: %w", t.rec.Kind(), t.rec.About().ID, err)
	}
	if ticket, ok := there.(*desk.Ticket); ok {
		if into := ticket.MergedInto.ID; into != "" && into != t.seen.Target && !t.mergesInto(into) {
			return t.merged(steps, into), nil
		}
		steps = t.reopens(steps, ticket)
	}
	return t.settleFields(ctx, steps, there)
}

// asked reads the target's copy.
func (t *task) asked(ctx context.Context, from connectors.Fetcher) (desk.Record, error) {
	t.calls <- struct{}{}
	defer func() { <-t.calls }()
	return from.Fetch(ctx, t.rec.Kind(), t.seen.Target)
}

// mergesInto tells whether the source says so too.
func (t *task) mergesInto(into desk.ID) bool {
	return t.rec.(*desk.Ticket).MergedInto.Target == into
}

// merged sends the messages of a ticket that people merged into another at the target
// to that one. Its cover is no longer anybody's.
func (t *task) merged(steps []Step, into desk.ID) []Step {
	var out []Step
	for _, s := range steps {
		if s.Verb == Append {
			s.Into = into
			out = append(out, s)
		}
	}
	t.conflict("", fmt.Sprintf("ticket %s was merged into %s at the target: new messages go there, changes of its cover nowhere", t.rec.About().ID, into))
	return out
}

// reopens adds to the steps that a ticket which was solved at the target is opened
// again, where the customer has written to the old address meanwhile.
func (t *task) reopens(steps []Step, there *desk.Ticket) []Step {
	ticket := t.rec.(*desk.Ticket)
	over := func(s desk.Status) bool { return s == desk.StatusSolved || s == desk.StatusClosed }
	wrote := slices.ContainsFunc(steps, func(s Step) bool {
		return s.Verb == Append && !s.Message.Note && s.Message.Author.Kind == desk.KindContact
	})
	if !wrote || !over(there.Status) || over(ticket.Status) || !t.Writes.Keeps(desk.KindTicket, "status") {
		return steps
	}
	t.forced = "status"
	t.conflict("status", fmt.Sprintf("ticket %s was %s at the target, and its customer wrote again: it is %s", ticket.ID, there.Status, ticket.Status))
	for i := range steps {
		if steps[i].Verb == Update {
			if !slices.Contains(steps[i].Fields, "status") {
				steps[i].Fields = append(slices.Clone(steps[i].Fields), "status")
			}
			return steps
		}
	}
	return append(steps, Step{Verb: Update, Record: t.rec, Fields: []string{"status"}, Prints: kept(t.rec, t.Writes)})
}

// settleFields takes out of an update what people changed at the target.
func (t *task) settleFields(ctx context.Context, steps []Step, there desk.Record) ([]Step, error) {
	losses, err := t.Ledger.Losses(ctx, t.rec.Kind(), t.rec.About().ID)
	if err != nil {
		return nil, err
	}
	theirs := changedThere(there, t.seen.Row, t.Writes, lostFields(losses, t.rec.Kind()))
	now := printsThere(there)
	var out []Step
	for _, s := range steps {
		if s.Verb != Update {
			out = append(out, s)
			continue
		}
		var agreed, left []string
		for _, name := range s.Fields {
			switch {
			case name == t.forced || !slices.Contains(theirs, name):
			case len(s.Prints.Only(name).Changed(now.Only(name))) == 0:
				agreed = append(agreed, name) // both sides say the same
			default:
				left = append(left, name)
				t.conflict(name, fmt.Sprintf("%s of %s %s was changed on both sides since the last run: what the target says stays", name, t.rec.Kind(), t.rec.About().ID))
			}
		}
		if t.Conflicts == TargetWins {
			agreed = append(agreed, left...) // told once
		}
		t.seen.Written = replaced(t.seen.Written, s.Prints, agreed)
		s.Fields = slices.DeleteFunc(slices.Clone(s.Fields), func(name string) bool { return slices.Contains(agreed, name) || slices.Contains(left, name) })
		s.Prints = replaced(s.Prints, t.seen.Written, left) // what was not written is not known as written
		if len(agreed) > 0 {
			t.save()
		}
		if len(s.Fields) > 0 {
			out = append(out, s)
		}
	}
	return out, nil
}

func (t *task) conflict(field, detail string) {
	t.tell(Event{Kind: t.rec.Kind(), ID: t.rec.About().ID, Conflict: &Conflict{Field: field, Detail: detail}})
}
