package intercom

import (
	"context"
	"fmt"
	"net/url"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Find finds what stands for r: by its mark, else by its natural key. The search runs behind
// (see Lag).
func (t *Target) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	id, err := t.find(ctx, r)
	if err == nil && id == "" {
		err = fmt.Errorf("%s marked %q: %w", r.Kind(), r.About().Mark, connectors.ErrNotFound)
	}
	return id, err
}

func (t *Target) find(ctx context.Context, r desk.Record) (desk.ID, error) {
	switch r := r.(type) {
	case *desk.Ticket:
		return t.findTicket(ctx, r.Mark)
	case *desk.Contact:
		return t.findContact(ctx, r)
	case *desk.Organization:
		return t.findCompany(ctx, r)
	case *desk.Agent:
		p, err := t.mates(ctx)
		if err != nil {
			return "", err
		}
		one, _ := p.seat(r.Email)
		return desk.ID(one.ID), nil
	case *desk.Group:
		p, err := t.mates(ctx)
		if err != nil {
			return "", err
		}
		one, _ := p.team(r.Name)
		return desk.ID(one.ID), nil
	}
	return "", nil
}

func (t *Target) findTicket(ctx context.Context, mark string) (desk.ID, error) {
	kind, err := t.ticketType(ctx)
	if err != nil || mark == "" {
		return "", err
	}
	f, _ := kind.attribute(t.config.mark()) // ticketType has seen to it
	for row, err := range search[ticketShape](ctx, t.api, "tickets", filter{"ticket_attribute." + string(f.ID), "=", mark}) {
		if err != nil {
			return "", err
		}
		if row.attribute(t.config.mark()) == mark {
			return desk.ID(row.ID), nil
		}
	}
	return "", nil
}

// findContact looks for a mark, which needs no search, then for an address.
func (t *Target) findContact(ctx context.Context, r *desk.Contact) (desk.ID, error) {
	c, ok, err := t.marked(ctx, r.Mark)
	if err != nil || ok {
		return desk.ID(c.ID), err
	}
	if len(r.Emails) == 0 {
		return "", nil
	}
	return t.findMail(ctx, r.Emails[0])
}

// marked is the contact of a mark.
func (t *Target) marked(ctx context.Context, mark string) (c contactShape, ok bool, err error) {
	if mark == "" {
		return c, false, nil
	}
	err = t.get(ctx, "contacts/find_by_external_id/"+url.PathEscape(mark), nil, &c)
	if status(err) == 404 {
		return contactShape{}, false, nil
	}
	return c, err == nil && c.External == mark && !c.Archived, err
}

// findMail looks for an address: a user's before a lead's, of whom several may have it.
func (t *Target) findMail(ctx context.Context, mail string) (id desk.ID, err error) {
	for row, err := range search[contactShape](ctx, t.api, "contacts", filter{"email", "=", mail}) {
		switch {
		case err != nil:
			return "", err
		case desk.Normal(row.Email) != desk.Normal(mail):
		case row.Role == "user":
			return desk.ID(row.ID), nil
		case id == "":
			id = desk.ID(row.ID)
		}
	}
	return id, nil
}

// findCompany looks for a mark, which is the company's own id with us, then for a name.
func (t *Target) findCompany(ctx context.Context, r *desk.Organization) (desk.ID, error) {
	for _, by := range [][2]string{{"company_id", r.Mark}, {"name", r.Name}} {
		if desk.Normal(by[1]) == "" {
			continue
		}
		found, err := t.companies(ctx, url.Values{by[0]: {by[1]}})
		if err != nil {
			return "", err
		}
		for _, c := range found {
			if by[0] == "company_id" && c.External == r.Mark || by[0] == "name" && desk.Normal(c.Name) == desk.Normal(r.Name) {
				return desk.ID(c.ID), nil
			}
		}
	}
	return "", nil
}

// companies are those that a query finds: one, or a list.
func (t *Target) companies(ctx context.Context, query url.Values) ([]companyShape, error) {
	var got struct {
		companyShape
		list[companyShape]
	}
	err := t.get(ctx, "companies", query, &got)
	if status(err) == 404 {
		return nil, nil
	}
	if got.ID != "" {
		return []companyShape{got.companyShape}, err
	}
	return got.rows(), err
}
