package zendesk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// What Zendesk puts into a field by itself, such as the default of a custom one, is nobody's
// work; what an agent puts there is. What it gave back tells the one from the other.

// returned are the fields that the answer to the making of a record gave back, as Fetch would tell them;
// nil if it does not say. Of a ticket an answer does not tell when it was solved, and of a
// person none of the further addresses and numbers, and no groups: those are taken to be as
// they were written.
func (t *Target) returned(ctx context.Context, written desk.Record, answer json.RawMessage) desk.Prints {
	r, err := t.recordOf(ctx, written, answer)
	if err != nil || r == nil || onlyOurs(r) != nil {
		return nil
	}
	return desk.PrintsOf(r)
}

// recordOf makes the record of an answer; nil of a kind whose answers are not whole.
func (t *Target) recordOf(ctx context.Context, written desk.Record, answer json.RawMessage) (desk.Record, error) {
	w, err := t.read.words(ctx)
	if err != nil {
		return nil, err
	}
	switch written := written.(type) {
	case *desk.Organization:
		var o organizationShape
		err := json.Unmarshal(answer, &o)
		return w.organization(&o), err
	case *desk.Contact:
		var u userShape
		err := json.Unmarshal(answer, &u)
		c := w.contact(&u)
		c.Emails, c.Phones = lower(written.Emails), written.Phones
		return c, err
	case *desk.Agent:
		var u userShape
		err := json.Unmarshal(answer, &u)
		a := w.agent(&u)
		a.Groups = nil
		for _, g := range written.Groups {
			if g.Target != "" {
				a.Groups = append(a.Groups, desk.To(desk.KindGroup, g.Target))
			}
		}
		return a, err
	case *desk.Ticket:
		var s ticketShape
		err := json.Unmarshal(answer, &s)
		return w.ticket(&s, nil, written.Solved.Truncate(time.Second)), err
	}
	return nil, nil
}

func lower(all []string) (out []string) {
	for _, s := range all {
		out = append(out, strings.ToLower(s))
	}
	return out
}

// stands are the fields of a record as they are after a change, asked for anew: an answer
// does not tell all that a change brings with it. nil if Zendesk does not say.
func (t *Target) stands(ctx context.Context, kind desk.Kind, id desk.ID) desk.Prints {
	r, err := t.coverOf(ctx, kind, id)
	if err != nil || onlyOurs(r) != nil {
		return nil
	}
	return desk.PrintsOf(r)
}

// coverOf is Fetch without the messages of a ticket.
func (t *Target) coverOf(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if kind != desk.KindTicket {
		return t.read.Fetch(ctx, kind, id)
	}
	w, err := t.read.words(ctx)
	if err != nil {
		return nil, err
	}
	shape, solved, err := t.read.cover(ctx, id)
	if err != nil {
		return nil, err
	}
	return w.ticket(shape, nil, solved.Time), nil
}

// onlyOurs empties what no write could have said.
func onlyOurs(r desk.Record) error {
	empty := desk.New(r.Kind())
	beside := []string{"url", "number", "created", "merged_into"} // not ours, and told: where agents merged it
	for _, p := range desk.PrintsOf(r) {
		if !caps.Keeps(r.Kind(), p.Name) && !slices.Contains(beside, p.Name) {
			if err := desk.Assign(r, empty, p.Name); err != nil {
				return err
			}
		}
	}
	return nil
}
