package freshdesk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// nobody is the name of who has none: Freshdesk asks for one.
const nobody = "(no name)"

func (t *Target) createContact(ctx context.Context, r *desk.Contact) (connectors.Receipt, error) {
	values, losses, err := t.contactValues(ctx, r, []string{"name", "emails", "phones", "org", "note", "language"}, r.FieldNames())
	if err != nil {
		return connectors.Receipt{}, err
	}
	for name, v := range values {
		if v == nil {
			delete(values, name)
		}
	}
	values["unique_external_id"] = r.Mark
	if len(r.Emails) == 0 { // the search knows addresses and tags, and no external ids
		values["tags"] = []string{r.Mark}
	}
	got, err := t.send(ctx, desk.KindContact, http.MethodPost, "contacts", values)
	if status(err) == http.StatusConflict {
		got, err = t.conflict(ctx, r, values, err)
	}
	if !got.Adopted { // else nothing was written, and nothing lost
		got.Losses = losses
	}
	return got, err
}

var heldBy = regexp.MustCompile(`held by (\d+)`)

// conflict finds out why a contact cannot be made: it is ours, of an earlier attempt, or
// deleted by a rollback, or a canary's; or somebody of that address stands there whom the search does
// not know, yet or in that spelling (in capitals), and who is taken as they are; or the
// address is somebody else's.
func (t *Target) conflict(ctx context.Context, r *desk.Contact, values map[string]any, refused error) (connectors.Receipt, error) {
	var candidates []string
	if m := heldBy.FindStringSubmatch(refused.Error()); m != nil {
		candidates = append(candidates, m[1])
	}
	if len(r.Emails) > 0 {
		rows, _, err := onePage[contactShape](ctx, t.api, "contacts", url.Values{"email": {r.Emails[0]}}, "1")
		if err != nil {
			return connectors.Receipt{}, err
		}
		for _, row := range rows {
			candidates = append(candidates, strconv.FormatInt(row.ID, 10))
		}
	}
	var stands int64
	for _, id := range candidates {
		var c contactShape
		switch err := t.get(ctx, "contacts/"+id, nil, &c); {
		case status(err) == http.StatusNotFound:
		case err != nil:
			return connectors.Receipt{}, err
		case c.Deleted && (c.External == r.Mark && r.Mark != "" || bothCanaries(r, c)):
			return t.restored(ctx, id, values)
		case c.External == r.Mark && r.Mark != "":
			return connectors.Receipt{ID: idOf(c.ID), Version: c.Updated.Format("2006-01-02T15:04:05Z")}, nil
		case stands == 0 && !c.Deleted && len(r.Emails) > 0 && same(c.Email, r.Emails[0]):
			stands = c.ID
		}
	}
	if stands != 0 {
		return connectors.Receipt{ID: idOf(stands), Adopted: true}, nil
	}
	return connectors.Receipt{}, &connectors.Trouble{
		Reason: connectors.ReasonConflict, Err: fmt.Errorf("contact %s: %w", r.ID, refused),
		Hint: "look in Freshdesk who has one of the addresses, also among deleted contacts and agents; restore, merge or change them, then retry",
	}
}

// contactValues are the named fields as Freshdesk takes them; null empties one.
func (t *Target) contactValues(ctx context.Context, r *desk.Contact, fields, custom []string) (map[string]any, []connectors.Loss, error) {
	values, losses := map[string]any{}, []connectors.Loss(nil)
	for _, f := range fields {
		switch f {
		case "name":
			values["name"] = displayName(r)
		case "emails":
			values["email"], values["other_emails"] = first(r.Emails), others(r.Emails)
		case "phones":
			values["phone"], values["mobile"] = first(r.Phones), first(r.Phones[min(1, len(r.Phones)):])
			if len(r.Phones) > 2 {
				losses = append(losses, connectors.Loss{Field: "phones", Why: connectors.WhyTooMany, Detail: fmt.Sprintf("contact %s has %d telephone numbers, Freshdesk has room for two", r.ID, len(r.Phones))})
			}
		case "org":
			values["company_id"] = target(r.Org)
		case "note":
			values["description"] = orNull(r.Note)
		case "language":
			if r.Language != "" { // it cannot be emptied
				values["language"] = r.Language
			}
		}
	}
	more, lost, err := t.customValues(ctx, contactFields, r, custom)
	if len(more) > 0 {
		values["custom_fields"] = more
	}
	return values, append(losses, lost...), err
}

func displayName(r *desk.Contact) string {
	switch {
	case strings.TrimSpace(r.Name) != "":
		return r.Name
	case len(r.Emails) > 0:
		return r.Emails[0]
	}
	return nobody
}

func first(list []string) any {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func others(list []string) []string {
	if len(list) < 2 {
		return []string{}
	}
	return list[1:]
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// target is the number that a reference points to; nil if to none.
func target(ref desk.Ref) any {
	if n, ok := numberOf(ref.Target); ok {
		return n
	}
	return nil
}

func (t *Target) updateContact(ctx context.Context, id desk.ID, r *desk.Contact, fields []string) (connectors.Receipt, error) {
	values, losses, err := t.contactValues(ctx, r, fields, desk.CustomNames(fields))
	if err != nil || len(values) == 0 {
		return connectors.Receipt{ID: id, Losses: losses}, err
	}
	got, err := t.send(ctx, desk.KindContact, http.MethodPut, "contacts/"+string(id), values)
	got.Losses = losses
	if status(err) == http.StatusNotFound { // an agent may ask as well, and is no contact to be changed
		agents, asking := t.agents(ctx)
		if n, _ := numberOf(id); asking == nil && agents[n] {
			return connectors.Receipt{ID: id, Losses: []connectors.Loss{{Field: "name", Detail: fmt.Sprintf("contact %s is an agent in Freshdesk, whose profile stays as it is", r.ID)}}}, nil
		}
	}
	return got, err
}

func (t *Target) createCompany(ctx context.Context, r *desk.Organization) (connectors.Receipt, error) {
	values, losses, err := t.companyValues(ctx, r, []string{"name", "note", "domains"}, r.FieldNames())
	if err != nil {
		return connectors.Receipt{}, err
	}
	if r.Note == "" {
		delete(values, "note")
	}
	got, err := t.send(ctx, desk.KindOrganization, http.MethodPost, "companies", values)
	if status(err) == http.StatusConflict {
		if _, finding := t.findCompany(ctx, r.Name); !errors.Is(finding, connectors.ErrNotFound) {
			return connectors.Receipt{}, fmt.Errorf("organization %s: one of that name stands there: %w", r.ID, connectors.ErrBusy)
		}
	}
	got.Losses = losses
	return got, err
}

func (t *Target) updateCompany(ctx context.Context, id desk.ID, r *desk.Organization, fields []string) (connectors.Receipt, error) {
	values, losses, err := t.companyValues(ctx, r, fields, desk.CustomNames(fields))
	if err != nil || len(values) == 0 {
		return connectors.Receipt{ID: id, Losses: losses}, err
	}
	got, err := t.send(ctx, desk.KindOrganization, http.MethodPut, "companies/"+string(id), values)
	got.Losses = losses
	return got, err
}

func (t *Target) companyValues(ctx context.Context, r *desk.Organization, fields, custom []string) (map[string]any, []connectors.Loss, error) {
	values := map[string]any{}
	for _, f := range fields {
		switch f {
		case "name":
			values["name"] = r.Name
		case "note":
			values["note"] = orNull(r.Note)
		case "domains":
			if values["domains"] = r.Domains; r.Domains == nil {
				values["domains"] = []string{}
			}
		}
	}
	more, losses, err := t.customValues(ctx, companyFields, r, custom)
	if len(more) > 0 {
		values["custom_fields"] = more
	}
	return values, losses, err
}

// Deletes says ahead that no agent is deleted, for none was made: a seat is the account's.
func (t *Target) Deletes(kind desk.Kind) error {
	if kind == desk.KindAgent {
		return fmt.Errorf("an agent's seat in Freshdesk is the account's own, and stays: %w", connectors.ErrUnsupported)
	}
	return nil
}

// Delete takes back what was made. Tickets and contacts go to the account's trash.
func (t *Target) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	if err := errors.Join(t.mayWrite(), t.Deletes(kind)); err != nil {
		return err
	}
	path, ok := map[desk.Kind]string{desk.KindTicket: "tickets/", desk.KindContact: "contacts/", desk.KindOrganization: "companies/", desk.KindGroup: "groups/"}[kind]
	if _, isNumber := numberOf(id); !isNumber || !ok {
		return missing(kind, id)
	}
	if kind == desk.KindContact {
		if err := t.asksNothing(ctx, id); err != nil {
			return err
		}
	}
	_, err := t.client.JSON(ctx, rest.Call{Method: http.MethodDelete, Path: path + string(id)}, nil)
	if status(err) == http.StatusMethodNotAllowed { // it is in the trash
		return missing(kind, id)
	}
	if err == nil && kind == desk.KindContact {
		return t.binned(ctx, id)
	}
	return err
}

// asksNothing refuses a contact whose tickets stand there: what somebody in the trash
// answers goes to spam, where nobody reads it
// (https://support.freshdesk.com/en/support/solutions/articles/227558).
func (t *Target) asksNothing(ctx context.Context, id desk.ID) error {
	query := url.Values{"requester_id": {string(id)}, "updated_since": {"1970-01-01T00:00:00Z"}} // else those of 30 days
	tickets, _, err := onePage[ticketShape](ctx, t.api, "tickets", query, "1")
	if err != nil || len(tickets) == 0 {
		return err
	}
	return connectors.Refuse(connectors.ReasonRefused, "what they write would go to spam", "contact %s has tickets in Freshdesk, such as %d", id, tickets[0].ID)
}
