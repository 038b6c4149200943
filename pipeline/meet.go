package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
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
	// SourceWins writes what the source says over what stands at the target, and says so.
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
	if !can || t.Conflicts == "" || len(steps) == 0 || t.seen.Target == "" || t.seen.Written == nil ||
		t.seen.Made == t.Run || strings.HasPrefix(string(t.seen.Target), connectors.PlannedID) {
		return steps, nil
	}
	there, err := t.asked(ctx, from, t.rec.Kind(), t.seen.Target)
	switch {
	case errors.Is(err, connectors.ErrNotFound) && t.rec.Kind() == desk.KindTicket:
		return nil, t.goneThere()
	case errors.Is(err, connectors.ErrNotFound):
		return steps, nil // the call tells so, and it may stand there under another id
	case err != nil:
		return nil, fmt.Errorf("%s %s: what became of it at the target: %w", t.rec.Kind(), t.rec.About().ID, err)
	}
	if ticket, ok := there.(*desk.Ticket); ok {
		if into := ticket.MergedInto.ID; t.mergedAway(ticket) {
			last, err := t.lastOf(ctx, from, into)
			if err != nil {
				return nil, err
			}
			return t.merged(steps, last), nil
		}
		if where := t.hidden(ticket); where != "" {
			return nil, t.unseenThere(where)
		}
		steps = t.reopens(steps, ticket)
	}
	return t.settleFields(ctx, steps, there)
}

// asked reads what stands at the target.
func (t *task) asked(ctx context.Context, from connectors.Fetcher, kind desk.Kind, id desk.ID) (desk.Record, error) {
	leave, err := t.room(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	rec, err := from.Fetch(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	was, err := t.sameLinks(ctx, rec)
	t.unliken(was)
	return rec, err
}

// goneThere refuses what is to be written to a ticket that was deleted at the target. It
// is not tried: a helpdesk may take an answer to a ticket in its trash, where nobody
// looks.
func (t *task) goneThere() error {
	return &connectors.Trouble{
		Reason: connectors.ReasonConflict,
		Err:    fmt.Errorf("ticket %s: its copy %s is gone from the target, and there is something new in it: %w", t.rec.About().ID, t.seen.Target, connectors.ErrNotFound),
		Hint:   "bring that back there and say retry, or dismiss this",
	}
}

// mostMerges bounds how far merges are followed: what was merged in a circle has no end.
const mostMerges = 16

// lastOf is the ticket at the target in which a chain of merges ends. Of one that is
// gone only the id is known: the call tells that it is.
func (t *task) lastOf(ctx context.Context, from connectors.Fetcher, id desk.ID) (*desk.Ticket, error) {
	chain, err := t.chainOf(ctx, from, id)
	if len(chain) == 0 {
		return &desk.Ticket{Meta: desk.Meta{ID: id}}, err
	}
	return chain[len(chain)-1], err
}

// chainOf are the tickets at the target that a chain of merges leads through, that of the id
// the first of them, as far as they stand.
func (t *task) chainOf(ctx context.Context, from connectors.Fetcher, id desk.ID) (chain []*desk.Ticket, err error) {
	for range mostMerges {
		r, err := t.asked(ctx, from, desk.KindTicket, id)
		if errors.Is(err, connectors.ErrNotFound) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("ticket %s: what it was merged into at the target (%s): %w", t.rec.About().ID, id, err)
		}
		one := r.(*desk.Ticket)
		chain = append(chain, one)
		if id = one.MergedInto.ID; id == "" || id == one.ID {
			break
		}
	}
	return chain, nil
}

// mergedAway tells whether people merged a ticket into another at the target.
func (t *task) mergedAway(there *desk.Ticket) bool {
	into := there.MergedInto.ID
	return into != "" && into != t.seen.Target && !t.mergesInto(into)
}

// mergesInto tells whether the source says so too.
func (t *task) mergesInto(into desk.ID) bool {
	return t.rec.(*desk.Ticket).MergedInto.Target == into
}

// merged sends the messages of a ticket that people merged into another at the target
// to that one. Its cover is no longer anybody's; nor is the other's ours to open again
// when a customer writes to it, so that is said.
func (t *task) merged(steps []Step, into *desk.Ticket) []Step {
	var out []Step
	for _, s := range steps {
		if s.Verb == Append {
			s.Into = into.ID
			out = append(out, s)
		}
	}
	detail := fmt.Sprintf("ticket %s was merged into %s at the target: new messages go there, changes of its cover nowhere", t.rec.About().ID, into.ID)
	if unseen(into.Status) && customerWrote(out) {
		detail += fmt.Sprintf("; its customer wrote again, and %s is %s: look at it", into.ID, into.Status)
	}
	t.conflict("", detail)
	return out
}

// unseen tells whether nobody looks at a ticket in that status.
func unseen(s desk.Status) bool { return s == desk.StatusSolved || s == desk.StatusClosed }

// customerWrote tells whether a message of a customer's is among what is to be written.
func customerWrote(steps []Step) bool {
	return slices.ContainsFunc(steps, func(s Step) bool {
		return s.Verb == Append && !s.Message.Note && s.Message.Author.Kind == desk.KindContact
	})
}

// reopens adds to the steps that a ticket which was solved at the target is opened
// again, where the customer has written to the old address meanwhile. That comes before the
// message: once that stands there, nothing tells a later run that the ticket is to be opened.
func (t *task) reopens(steps []Step, there *desk.Ticket) []Step {
	ticket := t.rec.(*desk.Ticket)
	if !customerWrote(steps) || !unseen(there.Status) || unseen(ticket.Status) || !t.Writes.Keeps(desk.KindTicket, "status") {
		return steps
	}
	t.forced = "status"
	t.reopened = fmt.Sprintf("ticket %s was %s at the target, and its customer wrote again: it is %s", ticket.ID, there.Status, ticket.Status)
	for i := range steps {
		if steps[i].Verb == Update {
			if !slices.Contains(steps[i].Fields, "status") {
				steps[i].Fields = append(slices.Clone(steps[i].Fields), "status")
			}
			return steps
		}
	}
	return slices.Insert(steps, 0, Step{Verb: Update, Record: t.rec, Fields: []string{"status"}, Prints: kept(t.rec, t.Writes)})
}

// tellReopened tells that a ticket was opened again, when the step that does it was made.
func (t *task) tellReopened(s Step) {
	if t.reopened != "" && s.Verb == Update && slices.Contains(s.Fields, "status") {
		t.conflict("status", t.reopened)
		t.reopened = ""
	}
}

// settleFields takes out of an update what people changed at the target.
func (t *task) settleFields(ctx context.Context, steps []Step, there desk.Record) ([]Step, error) {
	losses, err := t.Ledger.Losses(ctx, t.rec.Kind(), t.rec.About().ID)
	if err != nil {
		return nil, err
	}
	theirs := changedThere(there, t.seen.Row, t.Writes, lostFields(losses, t.rec.Kind()))
	now := printsThere(there)
	t.heard(now)
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
				stands := "what the target says stays"
				if t.Conflicts == SourceWins {
					stands = "what the source says is written"
				} else {
					left = append(left, name)
				}
				t.clash(name, fmt.Sprintf("%s of %s %s was changed on both sides since the last run: %s", name, t.rec.Kind(), t.rec.About().ID, stands))
			}
		}
		if t.Conflicts == TargetWins {
			agreed = append(agreed, left...) // told once
			t.seen.Settled = replaced(t.seen.Settled, saying(now, left), left)
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

// clash tells of a field that was changed on both sides. Where the policy decides nothing,
// the record waits for somebody who does, and is told in every run, once in each.
func (t *task) clash(field, detail string) {
	if t.Conflicts == ReportOnly {
		t.disputed = append(t.disputed, detail)
		if t.was.Run == t.Run && disputed(t.was) && strings.Contains(t.was.Detail, detail) {
			return
		}
	}
	t.conflict(field, detail)
}

// disputed tells of a line whether its record stands at the target, and says there
// something else than the source does, undecided.
func disputed(row checkpoints.Row) bool {
	return row.State == checkpoints.Held && row.Target != "" && row.Reason == string(connectors.ReasonConflict)
}

func (t *task) conflict(field, detail string) {
	t.tell(Event{Kind: t.rec.Kind(), ID: t.rec.About().ID, Conflict: &Conflict{Field: field, Detail: detail}})
}
