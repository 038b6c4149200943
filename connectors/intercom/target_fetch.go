package intercom

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"

	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
)

// Fetch reads one record as far as we write it: what Intercom puts there by itself is left
// out.
func (t *Target) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if !isID(id) {
		return nil, missing(kind, id)
	}
	r, err := t.standing(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	return r, t.onlyOurs(ctx, r)
}

func (t *Target) standing(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	tail := "/" + url.PathEscape(string(id))
	switch kind {
	case desk.KindTicket:
		var got ticketShape
		if err := t.get(ctx, "tickets"+tail, nil, &got); err != nil {
			return nil, err
		}
		if err := t.reclose(ctx, id, &got); err != nil {
			return nil, err
		}
		return orError(t.ourTicket(ctx, got))
	case desk.KindContact:
		var got contactShape
		err := t.get(ctx, "contacts"+tail, nil, &got)
		if err == nil && got.Archived {
			err = missing(kind, id)
		}
		return orError(got.ours(), err)
	case desk.KindOrganization:
		var got companyShape
		err := t.get(ctx, "companies"+tail, nil, &got)
		return orError(got.ours(), err)
	case desk.KindAgent, desk.KindGroup:
		return t.fetchMate(ctx, kind, id)
	case desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return nil, missing(kind, id)
}

// ours is a contact as we write them.
func (c contactShape) ours() *desk.Contact {
	r := c.record()
	r.Mark = c.External
	return r
}

// ours is a company as we write it.
func (c companyShape) ours() *desk.Organization {
	r := c.record()
	r.Mark = c.External
	return r
}

// ourTicket is a ticket as we write it: of one that is over Intercom does not tell whether it
// was solved or closed.
func (t *Target) ourTicket(ctx context.Context, got ticketShape) (*desk.Ticket, error) {
	p, err := t.mates(ctx)
	if err != nil {
		return nil, err
	}
	kind, err := t.ticketType(ctx)
	if err != nil {
		return nil, err
	}
	if got.Type.ID == kind.ID { // some answers have it without its attributes
		got.Type = kind
	}
	r, err := t.ticket(ctx, p, got, nil)
	if err != nil {
		return nil, err
	}
	r.Status = stateStatus(cmp.Or(got.State.thing.Category, got.State.word))
	if r.Subject == noSubject {
		r.Subject = ""
	}
	return r, nil
}

// onlyOurs leaves in r the fields that Caps promise to keep.
func (t *Target) onlyOurs(ctx context.Context, r desk.Record) error {
	_, caps := Spec().CapsOf(t.config)
	kind := r.Kind()
	if err := t.onlyFields(ctx, r); err != nil {
		return fmt.Errorf("%s %s: %w", kind, r.About().ID, err)
	}
	if err := caps.OnlyKept(r); err != nil {
		return err
	}
	ticket, ok := r.(*desk.Ticket)
	if !ok {
		return nil
	}
	for i := range ticket.Messages {
		m := &ticket.Messages[i]
		m.HTML, m.Subject, m.Channel = "", "", ""
		m.Folds = plaintext.Folds(m.Text)
	}
	return nil
}

// onlyFields leaves the custom fields that there are for records of the kind.
func (t *Target) onlyFields(ctx context.Context, r desk.Record) error {
	m := r.About()
	if len(m.Fields) == 0 {
		return nil
	}
	switch r.Kind() {
	case desk.KindTicket, desk.KindContact, desk.KindOrganization:
	default:
		m.Fields = nil
		return nil
	}
	all, err := t.fieldsOf(ctx, r.Kind())
	if err != nil {
		return err
	}
	for name := range m.Fields {
		if !slices.ContainsFunc(all, func(f fieldOf) bool { return f.name == name }) {
			delete(m.Fields, name)
		}
	}
	return nil
}

// returned are the fields of an answer to a write, as Fetch would tell them; nil if it does
// not say.
func (t *Target) returned(ctx context.Context, r desk.Record) desk.Prints {
	if r.About().ID == "" || t.onlyOurs(ctx, r) != nil {
		return nil
	}
	return desk.PrintsOf(r)
}

func (t *Target) returnedTicket(ctx context.Context, got ticketShape) desk.Prints {
	if got.ID == "" || got.Type.ID == "" {
		return nil
	}
	r, err := t.ourTicket(ctx, got)
	if err != nil {
		return nil
	}
	return t.returned(ctx, r)
}
