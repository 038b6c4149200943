package freshdesk

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Find finds what stands for r: by its mark, else by its natural key. The search runs
// behind (see Lag); of tickets, those made lately are looked through as well.
func (t *Target) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	switch r := r.(type) {
	case *desk.Ticket:
		return t.findTicket(ctx, r)
	case *desk.Contact:
		return t.findContact(ctx, r)
	case *desk.Agent:
		if id, err := t.seat(ctx, r.Email); err != nil || id != 0 {
			return idOf(id), err
		}
	case *desk.Organization:
		return t.findCompany(ctx, r.Name)
	case *desk.Group:
		for g, err := range pages[shelfShape](ctx, t.api, "groups", nil) {
			if err != nil {
				return "", err
			}
			if same(g.Name, r.Name) && r.Name != "" {
				return idOf(g.ID), nil
			}
		}
	}
	return "", fmt.Errorf("%s marked %q: %w", r.Kind(), r.About().Mark, connectors.ErrNotFound)
}

// found is what a search answers.
type found[T any] struct {
	Total   int `json:"total"`
	Results []T `json:"results"`
}

// search asks for what has a value: strings stand in single quotes, the query in
// double ones. What has either in it cannot be asked for.
func search[T any](ctx context.Context, a *api, what, field, value string) ([]T, error) {
	if value == "" || strings.ContainsAny(value, `'"\`) {
		return nil, nil
	}
	var f found[T]
	err := a.get(ctx, "search/"+what, url.Values{"query": {fmt.Sprintf(`"%s:'%s'"`, field, value)}}, &f)
	return f.Results, err
}

func (t *Target) findTicket(ctx context.Context, r *desk.Ticket) (desk.ID, error) {
	none := fmt.Errorf("ticket marked %q: %w", r.Mark, connectors.ErrNotFound)
	if r.Mark == "" {
		return "", none
	}
	field := "tag"
	if t.config.MarkField != "" {
		field = t.config.MarkField
	}
	rows, err := search[ticketShape](ctx, t.api, "tickets", field, r.Mark)
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		if t.marked(row, r.Mark) {
			return idOf(row.ID), nil
		}
	}
	// A list knows at once what the search learns later; and no search knows of spam.
	oldest := t.client.Now().Add(-2*t.config.lag() - overlap)
	for _, of := range []struct {
		filter string
		oldest time.Time
	}{{"", oldest}, {"spam", time.Time{}}} {
		if id, err := t.findListed(ctx, r.Mark, of.filter, of.oldest); id != "" || err != nil {
			return id, err
		}
	}
	return "", none
}

// findListed looks for a mark through the list of one filter, the newest first, down to
// one that is older than is asked for; "" if none has it.
func (t *Target) findListed(ctx context.Context, mark, filter string, oldest time.Time) (desk.ID, error) {
	query := url.Values{"order_by": {"created_at"}, "order_type": {"desc"}}
	if filter != "" {
		query.Set("filter", filter)
	}
	for row, err := range pages[ticketShape](ctx, t.api, "tickets", query) {
		switch {
		case err != nil:
			return "", err
		case t.marked(row, mark):
			return idOf(row.ID), nil
		case row.Created.Before(oldest):
			return "", nil
		}
	}
	return "", nil
}

func (t *Target) marked(row ticketShape, mark string) bool {
	r := &desk.Ticket{}
	t.unmark(r, row)
	if r.Mark == mark {
		return true
	}
	for _, tag := range row.Tags { // one that has another shape
		if tag == mark {
			return true
		}
	}
	return false
}

func (t *Target) findContact(ctx context.Context, r *desk.Contact) (desk.ID, error) {
	field, value := "tag", r.Mark
	if len(r.Emails) > 0 {
		field, value = "email", r.Emails[0]
	}
	rows, err := search[contactShape](ctx, t.api, "contacts", field, value)
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		if !row.Deleted && (field == "tag" || same(row.Email, value)) {
			return idOf(row.ID), nil
		}
	}
	if len(r.Emails) > 0 { // an agent may ask as well
		if id, err := t.seat(ctx, r.Emails[0]); err != nil || id != 0 {
			return idOf(id), err
		}
	}
	return "", fmt.Errorf("contact marked %q: %w", r.Mark, connectors.ErrNotFound)
}

// findCompany looks for a name among those that begin alike.
func (t *Target) findCompany(ctx context.Context, name string) (desk.ID, error) {
	var got struct {
		Companies []shelfShape `json:"companies"`
	}
	if desk.Normal(name) != "" {
		if err := t.get(ctx, "companies/autocomplete", url.Values{"name": {desk.Normal(name)}}, &got); err != nil {
			return "", err
		}
	}
	for _, c := range got.Companies {
		if same(c.Name, name) {
			return idOf(c.ID), nil
		}
	}
	return "", fmt.Errorf("organization %q: %w", name, connectors.ErrNotFound)
}
