package rt

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// An organisation is a text that users have in a field. Making one makes nothing at
// RT: it is there as soon as a user names it. Its id is its name.

func (t *Target) createOrganization(r *desk.Organization) (connectors.Receipt, error) {
	if r.Name == "" {
		return connectors.Receipt{}, connectors.Refuse(connectors.ReasonRefused, "give it a name in the mapping", "organization %s has no name", r.ID)
	}
	return connectors.Receipt{ID: desk.ID(r.Name)}, nil
}

// updateOrganization refuses another name: it would be another organisation.
func (t *Target) updateOrganization(ctx context.Context, id desk.ID, r *desk.Organization, fields []string) (connectors.Receipt, error) {
	if _, err := t.fetchOrg(ctx, id); err != nil {
		return connectors.Receipt{}, err
	}
	if slices.Contains(fields, "name") && desk.ID(r.Name) != id {
		return connectors.Receipt{}, renamedOrganization(id, r)
	}
	return connectors.Receipt{ID: id}, nil
}

func renamedOrganization(id desk.ID, r *desk.Organization) error {
	return connectors.Refuse(connectors.ReasonRefused, "change the field Organization of its users in RT",
		"organization %s is called %q now: in RT that is another organisation", id, r.Name)
}

// fetchOrg knows those that were written here, and those that a user names.
func (t *Target) fetchOrg(ctx context.Context, id desk.ID) (desk.Record, error) {
	mark, err := t.markOf(ctx, desk.KindOrganization, id)
	if err != nil {
		return nil, err
	}
	if mark == "" {
		name, err := t.namedBySomeone(ctx, string(id))
		if err == nil && desk.ID(name) != id {
			err = fmt.Errorf("organization %q: nobody names it: %w", id, connectors.ErrNotFound)
		}
		if err != nil {
			return nil, err
		}
	}
	return &desk.Organization{Meta: desk.Meta{ID: id, Mark: mark}, Name: string(id)}, nil
}

// findOrganization looks among those that were written here, and those that a user
// names.
func (t *Target) findOrganization(ctx context.Context, r *desk.Organization) (desk.ID, error) {
	want := desk.Normal(r.Name)
	prefix := idKey(desk.KindOrganization, "")
	for e, err := range t.state.Scan(ctx, prefix, "") {
		if err != nil {
			return "", err
		}
		if name := e.Key[len(prefix):]; want != "" && desk.Normal(name) == want {
			return desk.ID(name), nil
		}
	}
	name, err := t.namedBySomeone(ctx, r.Name)
	return desk.ID(name), err
}

// namedBySomeone is how users spell the name of an organisation.
func (t *Target) namedBySomeone(ctx context.Context, name string) (string, error) {
	query, err := json.Marshal([]map[string]string{{"field": "Organization", "operator": "=", "value": name}})
	if err != nil {
		return "", err
	}
	call := rest.Call{Path: "users", Query: url.Values{"query": {string(query)}, "fields": {"Organization"}, "find_disabled_rows": {"1"}}}
	for u, err := range pages[userShape](ctx, t.client, call) {
		if err != nil {
			return "", err
		}
		if u.Organization != "" && desk.Normal(string(u.Organization)) == desk.Normal(name) {
			return string(u.Organization), nil
		}
	}
	return "", fmt.Errorf("organization %q: nobody names it: %w", name, connectors.ErrNotFound)
}
