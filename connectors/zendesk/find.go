package zendesk

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Find finds what stands for r: by its mark, which is the external id (of groups it
// is in the description), else by its address or name.
func (t *Target) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	switch r := r.(type) {
	case *desk.Ticket:
		return t.findTicket(ctx, r)
	case *desk.Contact:
		email := ""
		if len(r.Emails) > 0 {
			email = r.Emails[0]
		}
		return t.findUser(ctx, r, email, false)
	case *desk.Agent:
		return t.findUser(ctx, r, r.Email, true)
	case *desk.Organization:
		return t.findOrganization(ctx, r)
	case *desk.Group:
		return t.findGroup(ctx, r)
	}
	return "", absent(r)
}

func absent(r desk.Record) error {
	return fmt.Errorf("%s marked %q: %w", r.Kind(), r.About().Mark, connectors.ErrNotFound)
}

// findTicket lists by external id. Several may have one: the oldest is meant. The list
// leaves out archived tickets; what was imported as closed is archived only long after
// it is known what became of it, which is why archive_immediately is not asked for.
func (t *Target) findTicket(ctx context.Context, r *desk.Ticket) (desk.ID, error) {
	if r.Mark == "" {
		return "", absent(r)
	}
	var out struct {
		Tickets []ticketShape `json:"tickets"`
	}
	if err := t.ask(ctx, "tickets", url.Values{"external_id": {r.Mark}}, &out); err != nil {
		return "", err
	}
	if out.Tickets == nil {
		return "", notThis("tickets", "tickets")
	}
	best := int64(0)
	for _, one := range out.Tickets {
		if string(one.ExternalID) == r.Mark && (best == 0 || one.ID < best) {
			best = one.ID
		}
	}
	if best == 0 {
		return "", absent(r)
	}
	return number(best), nil
}

func (t *Target) ask(ctx context.Context, path string, q url.Values, out any) error {
	_, err := t.client.JSON(ctx, rest.Call{Path: path, Query: q}, out)
	return err
}

func (t *Target) findUser(ctx context.Context, r desk.Record, email string, staff bool) (desk.ID, error) {
	if mark := r.About().Mark; mark != "" {
		users, err := t.users(ctx, "users/show_many", url.Values{"external_ids": {mark}})
		if err != nil {
			return "", err
		}
		for _, u := range users {
			if strings.EqualFold(string(u.ExternalID), mark) && !u.gone() {
				return t.met(ctx, &u), nil
			}
		}
	}
	if email == "" {
		return "", absent(r)
	}
	users, err := t.users(ctx, "users/search", url.Values{"query": {`email:"` + strings.ReplaceAll(desk.Normal(email), `"`, "") + `"`}})
	if err != nil {
		return "", err
	}
	for i := range users {
		u := &users[i]
		if u.gone() || staff && !u.staff() {
			continue
		}
		if has, err := t.hasEmail(ctx, u, email); has || err != nil {
			return t.met(ctx, u), err
		}
	}
	return "", absent(r)
}

// met is the id of a user who was found, and may be an agent of whose making no answer came.
func (t *Target) met(ctx context.Context, u *userShape) desk.ID {
	if u.staff() {
		t.read.hired(ctx, u.ID)
	}
	return number(u.ID)
}

func (t *Target) users(ctx context.Context, path string, q url.Values) ([]userShape, error) {
	var out struct {
		Users []userShape `json:"users"`
	}
	if err := t.ask(ctx, path, q, &out); err != nil {
		return nil, err
	}
	if out.Users == nil {
		return nil, notThis(path, "users")
	}
	return out.Users, nil
}

// hasEmail tells whether an address is one of a user's: a search finds similar ones
// too.
func (t *Target) hasEmail(ctx context.Context, u *userShape, email string) (bool, error) {
	if desk.Normal(string(u.Email)) == desk.Normal(email) {
		return true, nil
	}
	all, err := t.read.identities(ctx, number(u.ID))
	if err != nil {
		return false, err
	}
	for _, i := range all {
		if i.Type == "email" && desk.Normal(string(i.Value)) == desk.Normal(email) {
			return true, nil
		}
	}
	return false, nil
}

func (t *Target) findOrganization(ctx context.Context, r *desk.Organization) (desk.ID, error) {
	for _, q := range []url.Values{{"external_id": {r.Mark}}, {"name": {desk.Normal(r.Name)}}} {
		if q.Get("external_id")+q.Get("name") == "" {
			continue
		}
		var out struct {
			Organizations []organizationShape `json:"organizations"`
		}
		if err := t.ask(ctx, "organizations/search", q, &out); err != nil {
			return "", err
		}
		if out.Organizations == nil {
			return "", notThis("organizations/search", "organizations")
		}
		for _, o := range out.Organizations {
			byMark := r.Mark != "" && q.Has("external_id") && string(o.ExternalID) == r.Mark
			if byMark || q.Has("name") && desk.Normal(o.Name) == desk.Normal(r.Name) {
				return number(o.ID), nil
			}
		}
	}
	return "", absent(r)
}

func (t *Target) findGroup(ctx context.Context, r *desk.Group) (desk.ID, error) {
	named := desk.ID("")
	for g, err := range listing[groupShape](ctx, t.client, "groups", "groups", url.Values{"exclude_deleted": {"true"}}) {
		switch {
		case err != nil:
			return "", err
		case g.Deleted:
		case r.Mark != "" && markOf(g.Description) == r.Mark:
			return number(g.ID), nil
		case named == "" && r.Name != "" && desk.Normal(g.Name) == desk.Normal(r.Name):
			named = number(g.ID)
		}
	}
	if named == "" {
		return "", absent(r)
	}
	return named, nil
}
