package zendesk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// updateTicket sends only what is not so already, for what is sent may be told to
// people. A ticket whose import was answered by nobody, and that was found, needs
// nothing.
func (t *Target) updateTicket(ctx context.Context, w *words, id desk.ID, r *desk.Ticket, fields []string) (connectors.Receipt, error) {
	back, err := t.Fetch(ctx, desk.KindTicket, id)
	if err != nil {
		return connectors.Receipt{}, err
	}
	all := &inputs{fields: fields, obj: obj{}} // for its losses
	t.cover(w, r, all)
	in := &inputs{fields: differing(r, back, fields, all.losses), obj: obj{}}
	if len(in.fields) == 0 {
		return connectors.Receipt{ID: id, Losses: all.losses, Returned: desk.PrintsOf(back)}, nil
	}
	if err := t.mayChange(ctx, id); err != nil {
		return connectors.Receipt{}, err
	}
	t.cover(w, r, in)
	fixed(all, in.fields)
	for key, v := range in.obj { // null empties; "" may be refused
		if v == "" && key != "subject" {
			in.obj[key] = nil
		}
	}
	if in.asked("participants") {
		if err := t.participants(ctx, id, r, in); err != nil {
			return connectors.Receipt{}, err
		}
	}
	got, err := t.put(ctx, "tickets/"+string(id), "ticket", id, in.obj, all.losses)
	return got, closed(id, err)
}

// fixed tells of times that are set when a ticket is imported, and not later.
func fixed(in *inputs, fields []string) {
	for _, field := range []string{"created", "solved"} {
		if slices.Contains(fields, field) {
			in.lose(connectors.WhyFixed, field, "Zendesk sets this time itself once a ticket stands")
		}
	}
}

// differing are the fields in which what stands differs from what a write of r would
// make of it; what would be lost anyway is not among them.
func differing(r *desk.Ticket, back desk.Record, fields []string, losses []connectors.Loss) []string {
	want := desk.Clone(r).(*desk.Ticket)
	for _, ref := range desk.Refs(want) {
		*ref = desk.To(ref.Kind, ref.Target)
	}
	want.Created, want.Solved = want.Created.Truncate(time.Second), want.Solved.Truncate(time.Second)
	want.Tags = tags(want.Tags, new(inputs))
	changed := desk.PrintsOf(want).Changed(desk.PrintsOf(back))
	return slices.DeleteFunc(slices.Clone(fields), func(f string) bool {
		lost := slices.ContainsFunc(losses, func(l connectors.Loss) bool { return l.Field == f && l.Why != connectors.WhyNotTaken })
		return lost || !slices.Contains(changed, f)
	})
}

// participants says who joins and who leaves: a list as a whole is not taken.
func (t *Target) participants(ctx context.Context, id desk.ID, r *desk.Ticket, in *inputs) error {
	var out struct {
		Ticket *ticketShape `json:"ticket"`
	}
	if err := t.read.one(ctx, "tickets/"+string(id), &out); err != nil {
		return err
	}
	if out.Ticket == nil {
		return notThis("tickets/"+string(id), "ticket")
	}
	followers, copies := followersOf(r)
	if ch := changes(out.Ticket.Followers, followers); len(ch) > 0 {
		in.obj["followers"] = ch
	}
	if ch := changes(out.Ticket.EmailCCs, copies); len(ch) > 0 {
		in.obj["email_ccs"] = ch
	}
	return nil
}

func changes(have []int64, want []any) (out []obj) {
	for _, id := range want {
		if n, _ := id.(int64); !slices.Contains(have, n) {
			out = append(out, obj{"user_id": fmt.Sprint(id), "action": "put"})
		}
	}
	for _, id := range have {
		if !slices.Contains(want, any(id)) {
			out = append(out, obj{"user_id": fmt.Sprint(id), "action": "delete"})
		}
	}
	return out
}
