package intercom

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// createContact makes a user with our mark as the external id. The company is a call of its
// own: if that fails, the contact is there, and ErrUnsure says so.
func (t *Target) createContact(ctx context.Context, r *desk.Contact) (connectors.Receipt, error) {
	values, losses, err := t.contactValues(ctx, r, []string{"name", "emails", "phones"}, r.FieldNames())
	if err != nil {
		return connectors.Receipt{}, err
	}
	for name, v := range values {
		if v == nil {
			delete(values, name)
		}
	}
	values["role"], values["external_id"] = "user", r.Mark
	var got contactShape
	id, err := t.send(ctx, http.MethodPost, "contacts", values, &got)
	if status(err) == http.StatusConflict {
		receipt, err := t.conflict(ctx, r, values, err)
		if !receipt.Adopted {
			receipt.Losses = losses
		}
		return receipt, err
	}
	if err != nil {
		return connectors.Receipt{}, err
	}
	if err := t.join(ctx, id, r, &got); err != nil {
		return connectors.Receipt{}, fmt.Errorf("contact %s was made as %s, and not put into its company: %w: %w", r.ID, id, err, connectors.ErrUnsure)
	}
	return connectors.Receipt{ID: id, Returned: t.returned(ctx, got.ours()), Losses: losses}, nil
}

// held is what Intercom says of a contact whom it will not make a second time: "A contact
// matching those details already exists with id=…", or "An archived contact …". No page of
// the vendor's has these words; many programs read them.
var held = regexp.MustCompile(`already exists with id=([0-9A-Za-z]+)`)

// conflict finds out why a contact cannot be made: it is ours, of an earlier attempt, or
// archived; or somebody of that address stands there, whom the search may not know yet, and
// who is taken as they are; or the address is somebody else's.
func (t *Target) conflict(ctx context.Context, r *desk.Contact, values map[string]any, refused error) (connectors.Receipt, error) {
	var candidates []desk.ID
	if m := held.FindStringSubmatch(refused.Error()); m != nil {
		candidates = append(candidates, desk.ID(m[1]))
	}
	id, err := t.findContact(ctx, r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	if id != "" {
		candidates = append(candidates, id)
	}
	for _, id := range candidates {
		var c contactShape
		err := t.get(ctx, "contacts/"+url.PathEscape(string(id)), nil, &c)
		ours := err == nil && (c.External == r.Mark && r.Mark != "" || c.Archived && bothCanaries(r, c))
		switch {
		case status(err) == http.StatusNotFound:
		case err != nil:
			return connectors.Receipt{}, err
		case ours && c.Archived:
			return t.unarchived(ctx, id, r, values)
		case ours:
			return connectors.Receipt{ID: id}, t.join(ctx, id, r, &c)
		case !c.Archived && len(r.Emails) > 0 && desk.Normal(c.Email) == desk.Normal(r.Emails[0]):
			return connectors.Receipt{ID: id, Adopted: true}, nil
		}
	}
	return connectors.Receipt{}, &connectors.Trouble{
		Reason: connectors.ReasonConflict, Err: fmt.Errorf("contact %s: %w", r.ID, refused),
		Hint: "look in Intercom who has the address, also among archived contacts; unarchive, merge or change them, then retry",
	}
}

// isMark tells a mark of the shape that the pipeline makes.
var isMark = regexp.MustCompile(`^dh[a-z2-7]{26}$`)

// bothCanaries tells whether an archived contact is an earlier canary's, of whichever
// project, and so may be brought back for a later one.
func bothCanaries(r *desk.Contact, there contactShape) bool {
	return r.Name == connectors.CanaryName && there.Name == connectors.CanaryName && isMark.MatchString(there.External)
}

// unarchived brings back a contact of ours and makes it say what it should.
func (t *Target) unarchived(ctx context.Context, id desk.ID, r *desk.Contact, values map[string]any) (connectors.Receipt, error) {
	path := "contacts/" + string(id)
	if _, err := t.client.JSON(ctx, rest.Call{Method: http.MethodPost, Path: path + "/unarchive"}, nil); err != nil {
		return connectors.Receipt{}, err
	}
	var got contactShape
	_, err := t.send(ctx, http.MethodPut, path, values, &got)
	if err == nil {
		err = t.join(ctx, id, r, &got)
	}
	if err != nil { // but there again they are, as ours
		err = fmt.Errorf("contact %s was unarchived, and not brought up to date: %w: %w", id, err, connectors.ErrUnsure)
	}
	return connectors.Receipt{ID: id, Returned: t.returned(ctx, got.ours())}, err
}

// join puts a contact into its company, and out of the one that we see them in, if it is
// another.
func (t *Target) join(ctx context.Context, id desk.ID, r *desk.Contact, there *contactShape) error {
	was := desk.ID("")
	if len(there.Companies.Data) > 0 {
		was = desk.ID(there.Companies.Data[0].ID)
	}
	if was == r.Org.Target {
		return nil
	}
	path := "contacts/" + string(id) + "/companies"
	if r.Org.Target != "" {
		if _, err := t.client.JSON(ctx, rest.Call{Method: http.MethodPost, Path: path, JSON: map[string]any{"id": string(r.Org.Target)}}, nil); err != nil {
			return err
		}
	}
	if was != "" {
		_, err := t.client.JSON(ctx, rest.Call{Method: http.MethodDelete, Path: path + "/" + string(was)}, nil)
		if err != nil && status(err) != http.StatusNotFound {
			return err
		}
	}
	there.Companies = some{}
	if r.Org.Target != "" {
		there.Companies.Data = append(there.Companies.Data, struct {
			ID word `json:"id"`
		}{word(r.Org.Target)})
	}
	return nil
}

// contactValues are the named fields as Intercom takes them; null empties one.
func (t *Target) contactValues(ctx context.Context, r *desk.Contact, fields, custom []string) (map[string]any, []connectors.Loss, error) {
	values, losses := map[string]any{}, []connectors.Loss(nil)
	lose := func(field string, why connectors.Why, format string, args ...any) {
		losses = append(losses, connectors.Loss{Field: field, Why: why, Detail: fmt.Sprintf("contact %s ", r.ID) + fmt.Sprintf(format, args...)})
	}
	for _, f := range fields {
		switch f {
		case "name":
			values["name"] = orNull(r.Name)
		case "emails":
			switch {
			case len(r.Emails) > 0:
				values["email"] = r.Emails[0]
			default:
				lose("emails", connectors.WhyFixed, "has no address any more; the one in Intercom stays, for none can be taken away")
			}
			if len(r.Emails) > 1 {
				lose("emails", connectors.WhyTooMany, "has %d addresses, Intercom has room for one", len(r.Emails))
			}
		case "phones":
			values["phone"] = nil
			if len(r.Phones) > 0 {
				values["phone"] = r.Phones[0]
			}
			if len(r.Phones) > 1 {
				lose("phones", connectors.WhyTooMany, "has %d telephone numbers, Intercom has room for one", len(r.Phones))
			}
		}
	}
	more, lost, err := t.customValues(ctx, r, custom)
	if len(more) > 0 {
		values["custom_attributes"] = more
	}
	return values, append(losses, lost...), err
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (t *Target) updateContact(ctx context.Context, id desk.ID, r *desk.Contact, fields []string) (connectors.Receipt, error) {
	values, losses, err := t.contactValues(ctx, r, fields, desk.CustomNames(fields))
	if err != nil {
		return connectors.Receipt{}, err
	}
	var got contactShape
	path := "contacts/" + string(id)
	if len(values) > 0 {
		_, err = t.send(ctx, http.MethodPut, path, values, &got)
	} else {
		err = t.get(ctx, path, nil, &got)
	}
	if err == nil && slices.Contains(fields, "org") {
		err = t.join(ctx, id, r, &got)
	}
	if err != nil {
		return connectors.Receipt{ID: id}, err
	}
	return connectors.Receipt{ID: id, Losses: losses, Returned: t.returned(ctx, got.ours())}, nil
}

// createCompany makes a company with our mark as its id with us, by which a second attempt
// finds it.
func (t *Target) createCompany(ctx context.Context, r *desk.Organization) (connectors.Receipt, error) {
	values, losses, err := t.companyValues(ctx, r, []string{"name"}, r.FieldNames())
	if err != nil {
		return connectors.Receipt{}, err
	}
	values["company_id"] = r.Mark
	var got companyShape
	id, err := t.send(ctx, http.MethodPost, "companies", values, &got)
	if err != nil {
		return connectors.Receipt{}, err
	}
	return connectors.Receipt{ID: id, Losses: losses, Returned: t.returned(ctx, got.ours())}, nil
}

func (t *Target) updateCompany(ctx context.Context, id desk.ID, r *desk.Organization, fields []string) (connectors.Receipt, error) {
	values, losses, err := t.companyValues(ctx, r, fields, desk.CustomNames(fields))
	if err != nil {
		return connectors.Receipt{}, err
	}
	var got companyShape
	path := "companies/" + string(id)
	if len(values) > 0 {
		_, err = t.send(ctx, http.MethodPut, path, values, &got)
	} else {
		err = t.get(ctx, path, nil, &got)
	}
	if err != nil {
		return connectors.Receipt{}, err
	}
	return connectors.Receipt{ID: id, Losses: losses, Returned: t.returned(ctx, got.ours())}, nil
}

func (t *Target) companyValues(ctx context.Context, r *desk.Organization, fields, custom []string) (map[string]any, []connectors.Loss, error) {
	values := map[string]any{}
	if slices.Contains(fields, "name") {
		values["name"] = r.Name
	}
	more, losses, err := t.customValues(ctx, r, custom)
	if len(more) > 0 {
		values["custom_attributes"] = more
	}
	return values, losses, err
}
