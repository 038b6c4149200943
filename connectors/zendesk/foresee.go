package zendesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Foresee tells what of a record would be lost, or why it would be refused, from what
// the account has of fields, options and languages, which is read once. It asks about a
// ticket that stands whether it is closed; about one that is made nothing.
func (t *Target) Foresee(ctx context.Context, w connectors.Write) ([]connectors.Loss, error) {
	known, err := t.words(ctx, w.Record, w.Fields)
	if err != nil {
		return nil, err
	}
	fields := w.Fields
	if fields != nil {
		fields = t.room(w.Record.Kind(), fields)
	}
	switch r := w.Record.(type) {
	case *desk.Organization:
		_, losses := organizationInput(known, r, fields)
		return losses, t.named(r, r.Name, fields)
	case *desk.Group:
		return nil, t.named(r, r.Name, fields)
	case *desk.Agent:
		in := &inputs{fields: fields, obj: obj{}}
		in.keyed(known.fields[desk.KindAgent], &r.Meta, "user_fields")
		return in.losses, reachable(r, r.Email, fields)
	case *desk.Contact:
		return t.foreseeContact(ctx, known, r, fields)
	case *desk.Ticket:
		switch {
		case w.Message != nil:
			return t.foreseeMessage(ctx, w.ID, w.Message)
		case fields != nil:
			return t.foreseeChange(ctx, known, w.ID, r, fields)
		}
		return t.said(known, r).losses, nil
	}
	return nil, nil
}

// Unforeseen implements connectors.Unforeseen.
func (t *Target) Unforeseen() []string {
	return []string{
		"Zendesk has rules for tags that it does not write down: what it made of one is seen, and told, when it is written.",
		"Whether somebody else has a second address, or Zendesk takes a telephone number, it tells when it is written: what it refuses is left out of the person, which is told.",
		"Whether people who were brought before are still there Zendesk tells when something of theirs is written: tickets and messages of such as were deleted there since go to quarantine.",
		"How long texts and how many comments and tags a ticket may have Zendesk does not write down: what it refuses goes to quarantine.",
	}
}

// room are those of the fields that Zendesk has room for.
func (t *Target) room(kind desk.Kind, fields []string) []string {
	return slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return !caps.Keeps(kind, f) })
}

// named refuses what Zendesk takes only with a name.
func (t *Target) named(r desk.Record, name string, fields []string) error {
	if strings.TrimSpace(name) != "" || fields != nil && !slices.Contains(fields, "name") {
		return nil
	}
	return connectors.Refuse(connectors.ReasonRefused, "give it a name in the mapping", "%s %s has no name", r.Kind(), r.About().ID)
}

// reachable refuses a person whose main address is none.
func reachable(r desk.Record, address string, fields []string) error {
	if fields != nil || address == "" || strings.Count(address, "@") == 1 && !strings.ContainsAny(address, " ,;<>") {
		return nil
	}
	return connectors.Refuse(connectors.ReasonRefused, "correct it in the mapping, under people", "%s %s: %q is no address that Zendesk takes", r.Kind(), r.About().ID, address)
}

func (t *Target) foreseeContact(ctx context.Context, w *words, r *desk.Contact, fields []string) ([]connectors.Loss, error) {
	in, losses := contactInput(w, r, fields)
	if len(r.Emails) == 0 {
		if slices.Contains(fields, "emails") {
			losses = append(losses, keepsAddress())
		}
		return t.languages(ctx, in, fields, losses)
	}
	if err := reachable(r, r.Emails[0], fields); err != nil {
		return nil, err
	}
	return t.languages(ctx, in, fields, losses)
}

// keepsAddress is the loss of an address that was to be taken away.
func keepsAddress() connectors.Loss {
	return connectors.Loss{Field: "emails", Why: connectors.WhyFixed, Detail: "Zendesk keeps the main address of a person until there is another"}
}

// languages tells of a language that the account does not have; of a change Zendesk
// tells nothing.
func (t *Target) languages(ctx context.Context, in obj, fields []string, losses []connectors.Loss) ([]connectors.Loss, error) {
	said, _ := in["locale"].(string)
	if said == "" || fields != nil {
		return losses, nil
	}
	known, err := t.locales(ctx)
	if err != nil || len(known) == 0 || slices.ContainsFunc(known, func(l string) bool { return strings.EqualFold(l, said) }) {
		return losses, err
	}
	return append(losses, noLanguage(said, known)), nil
}

func noLanguage(said string, known []string) connectors.Loss {
	return connectors.Loss{
		Field: "language", Why: connectors.WhyValue, Value: said, Takes: strings.Join(known, "\n"),
		Detail: fmt.Sprintf("Zendesk did not take the language %q: add it to those of the account", said),
	}
}

// locales are the languages of the account, asked for once; none where it does not tell
// (https://developer.zendesk.com/api-reference/ticketing/account-configuration/locales/#list-locales).
func (t *Target) locales(ctx context.Context) ([]string, error) {
	if err := t.looking.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer t.looking.Release(1)
	if t.spoken != nil {
		return t.spoken, nil
	}
	var out struct {
		Locales []struct {
			Locale loose `json:"locale"`
		} `json:"locales"`
	}
	err := t.read.one(ctx, "locales", &out)
	if err != nil && !errors.Is(err, connectors.ErrNotFound) && !errors.Is(err, connectors.ErrRefused) {
		return nil, err
	}
	t.spoken = []string{}
	for _, l := range out.Locales {
		t.spoken = append(t.spoken, string(l.Locale))
	}
	return t.spoken, nil
}

// foreseeMessage is of a message that is added to a ticket that stands, or will.
func (t *Target) foreseeMessage(ctx context.Context, id desk.ID, m *desk.Message) ([]connectors.Loss, error) {
	if err := t.foreseeAccess(ctx, id); err != nil {
		return nil, err
	}
	in := new(inputs)
	bodies(m, in)
	late(in)
	return in.losses, nil
}

func (t *Target) foreseeChange(ctx context.Context, w *words, id desk.ID, r *desk.Ticket, fields []string) ([]connectors.Loss, error) {
	if err := t.foreseeAccess(ctx, id); err != nil {
		return nil, err
	}
	in := &inputs{fields: fields, obj: obj{}}
	t.cover(w, r, in)
	fixed(in, fields)
	return in.losses, nil
}

// foreseeAccess refuses a change of a ticket that may not be changed. What would end a
// run, a plan tells of each ticket.
func (t *Target) foreseeAccess(ctx context.Context, id desk.ID) error {
	err := t.mayChange(ctx, id)
	if errors.Is(err, connectors.ErrDenied) {
		return connectors.Refuse(connectors.ReasonRefused, "", "ticket %s: %v", id, err)
	}
	if err != nil || known(desk.KindTicket, id) != nil { // it is planned
		return err
	}
	var out struct {
		Ticket *ticketShape `json:"ticket"`
	}
	if err := t.read.one(ctx, "tickets/"+string(id), &out); err != nil {
		return err
	}
	if out.Ticket != nil && out.Ticket.Status == "closed" {
		return isClosed(id, "Status: closed prevents ticket update")
	}
	return nil
}

// closed says what to do where Zendesk refuses a change because the ticket is closed:
// nothing opens it again.
func closed(ticket desk.ID, err error) error {
	var e *rest.Error
	if errors.As(err, &e) && e.Status == 422 && strings.Contains(e.Message, "closed prevents") {
		return isClosed(ticket, e.Message)
	}
	return err
}

func isClosed(ticket desk.ID, said string) error {
	return connectors.Refuse(connectors.ReasonRefused, "make a follow-up of it by hand, or dismiss it",
		"ticket %s is closed, and Zendesk changes no closed ticket (%s)", ticket, said)
}
