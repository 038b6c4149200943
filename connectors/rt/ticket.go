package rt

import (
	"context"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
)

// ticket makes the record of a cover and what happened in it.
func (s *Source) ticket(ctx context.Context, t ticketShape, h *tales) (*desk.Ticket, error) {
	r := &desk.Ticket{
		Number: string(t.ID), Subject: string(t.Subject), Status: s.config.status(string(t.Status)), Priority: priority(string(t.Priority)),
		Category: desk.To(desk.KindCategory, desk.ID(t.Queue.ID)), Due: t.Due.Time,
	}
	r.ID, r.Created, r.Updated = desk.ID(t.ID), t.Created.Time, t.LastUpdated.Time
	r.URL = s.page("/Ticket/Display.html?id=" + string(t.ID))
	r.Solved = t.Resolved.Time // the last time; RT keeps it when the ticket is opened again
	opening := ""
	r.Mark, opening = splitMarks(value(t.CustomFields, s.config.mark()))
	if err := s.people(ctx, t, r); err != nil {
		return nil, err
	}
	r.SetField("status", string(t.Status))
	if t.Priority != "" && t.Priority != "0" {
		r.SetField("priority", string(t.Priority))
	}
	for _, f := range t.CustomFields {
		switch n := len(f.Values); {
		case n == 0 || f.Name == s.config.mark():
		case n == 1:
			r.SetField(f.Name, string(f.Values[0]))
		default:
			all := make([]any, len(f.Values))
			for i, v := range f.Values {
				all[i] = string(v)
			}
			r.SetField(f.Name, all)
		}
	}
	for _, tx := range h.of(t.ID) {
		if tx.Type != "Status" {
			continue
		}
		by, err := s.person(ctx, tx.Creator.ID)
		if err != nil {
			return nil, err
		}
		r.History = append(r.History, desk.Change{
			At: tx.Created.Time, By: by, From: s.config.status(string(tx.OldValue)), To: s.config.status(string(tx.NewValue)),
		})
	}
	var err error
	r.Messages, err = s.messages(ctx, t.ID, opening, h)
	return r, err
}

// people are the owner, the requester, the first of several, and all others who take part.
func (s *Source) people(ctx context.Context, t ticketShape, r *desk.Ticket) (err error) {
	if r.Assignee, err = s.person(ctx, t.Owner.ID); err != nil {
		return err
	}
	for _, l := range slices.Concat(t.Requestor, t.Cc, t.AdminCc) {
		ref, err := s.person(ctx, l.ID)
		if err != nil {
			return err
		}
		switch {
		case ref.IsZero() || ref == r.Requester || slices.Contains(r.Participants, ref):
		case r.Requester.IsZero() && len(t.Requestor) > 0:
			r.Requester = ref
		default:
			r.Participants = append(r.Participants, ref)
		}
	}
	return nil
}
