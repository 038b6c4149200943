package zendesk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

func (t *Target) updateContact(ctx context.Context, w *words, id desk.ID, c *desk.Contact, fields []string) (connectors.Receipt, error) {
	in, losses := contactInput(w, c, fields)
	if slices.Contains(fields, "phones") {
		in["phone"] = ""
		if len(c.Phones) > 0 {
			in["phone"] = c.Phones[0]
		}
	}
	got, err := t.put(ctx, "users/"+string(id), "user", id, in, losses)
	if err != nil {
		return got, err
	}
	if slices.Contains(fields, "phones") {
		more := []string{}
		if len(c.Phones) > 1 {
			more = c.Phones[1:]
		}
		if _, err := t.setIdentities(ctx, id, "phone_number", more, nil); err != nil {
			return got, err
		}
	}
	if !slices.Contains(fields, "emails") {
		return got, nil
	}
	if len(c.Emails) == 0 {
		got.Losses = append(got.Losses, connectors.Loss{Field: "emails", Detail: "Zendesk keeps the main address of a person until there is another"})
		return got, nil
	}
	return got, t.setEmails(ctx, id, c.Emails, true)
}

// setEmails gives a person these addresses, the first as the main one; with exactly
// set, no others.
func (t *Target) setEmails(ctx context.Context, id desk.ID, emails []string, exactly bool) error {
	var spare []identityShape
	all, err := t.setIdentities(ctx, id, "email", emails, &spare)
	if err != nil {
		return err
	}
	for _, i := range all {
		if strings.EqualFold(string(i.Value), emails[0]) && !i.Primary {
			path := "users/" + string(id) + "/identities/" + string(number(i.ID)) + "/make_primary"
			if _, err := t.client.JSON(ctx, rest.Call{Method: http.MethodPut, Path: path, JSON: obj{}}, nil); err != nil {
				return err
			}
		}
	}
	if !exactly {
		return nil
	}
	return t.dropIdentities(ctx, id, spare)
}

// setIdentities adds the values of a type that a person lacks, without asking the
// person to confirm, and returns all. What is there besides is dropped, or, where
// spare is given, put there.
func (t *Target) setIdentities(ctx context.Context, id desk.ID, kind string, want []string, spare *[]identityShape) (all []identityShape, err error) {
	have, err := t.read.identities(ctx, id)
	if err != nil {
		return nil, err
	}
	var others []identityShape
	for _, i := range have {
		if string(i.Type) != kind {
			continue
		}
		all = append(all, i)
		if !slices.ContainsFunc(want, func(v string) bool { return strings.EqualFold(v, string(i.Value)) }) {
			others = append(others, i)
		}
	}
	for _, v := range want {
		if slices.ContainsFunc(all, func(i identityShape) bool { return strings.EqualFold(v, string(i.Value)) }) {
			continue
		}
		var out struct {
			Identity identityShape `json:"identity"`
		}
		call := rest.Call{Method: http.MethodPost, Path: "users/" + string(id) + "/identities", JSON: obj{"identity": obj{"type": kind, "value": v, "skip_verify_email": true}}}
		if _, err := t.client.JSON(ctx, call, &out); err != nil {
			return nil, err
		}
		all = append(all, out.Identity)
	}
	if spare != nil {
		*spare = others
		return all, nil
	}
	return all, t.dropIdentities(ctx, id, others)
}

func (t *Target) dropIdentities(ctx context.Context, id desk.ID, all []identityShape) error {
	for _, i := range all {
		_, err := t.client.JSON(ctx, rest.Call{Method: http.MethodDelete, Path: "users/" + string(id) + "/identities/" + string(number(i.ID))}, nil)
		if err != nil && !errors.Is(err, connectors.ErrNotFound) {
			return err
		}
	}
	return nil
}
