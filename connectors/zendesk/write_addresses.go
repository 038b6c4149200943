package zendesk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// createContact makes a contact with all addresses. One that is somebody else's makes
// Zendesk refuse the whole person: then the person is made without, and each address
// is tried by itself.
func (t *Target) createContact(ctx context.Context, w *words, c *desk.Contact) (connectors.Receipt, error) {
	in, losses := contactInput(w, c, nil)
	got, err := t.create(ctx, "users/create_or_update", "user", c, in, losses)
	more, _ := in["identities"].([]obj)
	if !errors.Is(err, connectors.ErrRefused) || len(more) == 0 {
		return got, err
	}
	delete(in, "identities")
	if got, err = t.create(ctx, "users/create_or_update", "user", c, in, losses); err != nil {
		return got, err
	}
	for _, i := range more {
		// If it fails, the person stands: what is missing is written when it is found.
		if _, err := t.addIdentity(ctx, &got, fmt.Sprint(i["type"]), fmt.Sprint(i["value"])); err != nil {
			return got, fmt.Errorf("contact %s was made as %s, and not given %v: %w", c.ID, got.ID, i["value"], err)
		}
	}
	return got, nil
}

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
		if _, err := t.setIdentities(ctx, &got, "phone_number", more, nil); err != nil {
			return got, err
		}
	}
	if !slices.Contains(fields, "emails") {
		return got, nil
	}
	if len(c.Emails) == 0 {
		got.Losses = append(got.Losses, keepsAddress())
		return got, nil
	}
	return got, t.setEmails(ctx, &got, c.Emails, true)
}

// setEmails gives a person these addresses, the first as the main one; with exactly
// set, no others.
func (t *Target) setEmails(ctx context.Context, got *connectors.Receipt, emails []string, exactly bool) error {
	var spare []identityShape
	id := got.ID
	all, err := t.setIdentities(ctx, got, "email", emails, &spare)
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
// spare is given, put there. What Zendesk refuses is told as a loss.
func (t *Target) setIdentities(ctx context.Context, got *connectors.Receipt, kind string, want []string, spare *[]identityShape) (all []identityShape, err error) {
	id := got.ID
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
		one, err := t.addIdentity(ctx, got, kind, v)
		if err != nil {
			return nil, err
		}
		all = append(all, one...)
	}
	if spare != nil {
		*spare = others
		return all, nil
	}
	return all, t.dropIdentities(ctx, id, others)
}

// addIdentity gives a person one more address or number; none comes back if Zendesk
// refuses it.
func (t *Target) addIdentity(ctx context.Context, got *connectors.Receipt, kind, value string) ([]identityShape, error) {
	var out struct {
		Identity identityShape `json:"identity"`
	}
	call := rest.Call{Method: http.MethodPost, Path: "users/" + string(got.ID) + "/identities", JSON: obj{"identity": obj{"type": kind, "value": value, "skip_verify_email": true}}}
	_, err := t.client.JSON(ctx, call, &out)
	if errors.Is(err, connectors.ErrRefused) {
		field := map[string]string{"email": "emails"}[kind]
		got.Losses = append(got.Losses, connectors.Loss{Field: cmp.Or(field, "phones"), Why: connectors.WhyNotTaken, Value: value, Detail: fmt.Sprintf("Zendesk did not take %s: %v", value, err)})
		return nil, nil
	}
	return []identityShape{out.Identity}, err
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
