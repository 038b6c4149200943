package okdesk

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

func (t *Target) createCompany(ctx context.Context, r *desk.Organization) (connectors.Receipt, error) {
	values, losses, err := t.companyValues(ctx, r, []string{"name", "note"}, r.FieldNames())
	if err != nil {
		return connectors.Receipt{}, err
	}
	dropEmpty(values)
	id, err := t.make(ctx, rest.Call{Path: "companies/", JSON: map[string]any{"company": values}})
	if err != nil {
		return connectors.Receipt{}, err
	}
	return connectors.Receipt{ID: idOf(id), Losses: losses}, nil
}

func (t *Target) updateCompany(ctx context.Context, id desk.ID, r *desk.Organization, fields []string) (connectors.Receipt, error) {
	if _, err := t.Fetch(ctx, desk.KindOrganization, id); err != nil { // which is not there if it was archived
		return connectors.Receipt{}, err
	}
	values, losses, err := t.companyValues(ctx, r, fields, desk.CustomNames(fields))
	if err == nil && len(values) > 0 {
		err = t.patch(ctx, "companies/"+string(id), map[string]any{"company": values})
	}
	return connectors.Receipt{ID: id, Losses: losses}, err
}

func (t *Target) companyValues(ctx context.Context, r *desk.Organization, fields, custom []string) (map[string]any, []connectors.Loss, error) {
	values := map[string]any{}
	for _, f := range fields {
		switch f {
		case "name":
			values["name"] = r.Name
		case "note":
			values["comment"] = r.Note
		}
	}
	more, losses, err := t.parameters(ctx, r, custom, companyWords)
	for name, v := range more.words {
		values[name] = v
	}
	if len(more.codes) > 0 {
		values["custom_parameters"] = more.codes
	}
	return values, losses, err
}
