package rt

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// RT takes a name of digits alone for the number that it gives each user itself: one who is
// called 1024, as employees are, is asked for and named by that number.

// handle is what RT knows a user by. It wraps connectors.ErrNotFound if nobody has a name
// of digits.
func (s *Source) handle(ctx context.Context, name string) (string, error) {
	if name == "" || strings.Trim(name, "0123456789") != "" {
		return name, nil
	}
	s.asking.Lock()
	number, known := s.numbers[name]
	s.asking.Unlock()
	if known {
		return number, nil
	}
	query, err := json.Marshal([]map[string]string{{"field": "Name", "operator": "=", "value": name}})
	if err != nil {
		return "", err
	}
	call := rest.Call{Path: "users", Query: url.Values{"query": {string(query)}, "fields": {"id,Name"}, "find_disabled_rows": {"1"}}}
	for u, err := range pages[userShape](ctx, s.client, call) {
		if err != nil {
			return "", err
		}
		if string(u.Name) != name {
			continue
		}
		s.asking.Lock()
		defer s.asking.Unlock()
		if s.numbers == nil || len(s.numbers) >= mostAuthors {
			s.numbers = map[string]string{}
		}
		s.numbers[name] = string(u.ID)
		return string(u.ID), nil
	}
	return "", fmt.Errorf("user %s: %w", name, connectors.ErrNotFound)
}

// atUser is the address of a user.
func (s *Source) atUser(ctx context.Context, name string) (string, error) {
	who, err := s.handle(ctx, name)
	return "user/" + url.PathEscape(who), err
}

// user reads one user.
func (s *Source) user(ctx context.Context, name string) (u userShape, err error) {
	path, err := s.atUser(ctx, name)
	if err == nil {
		_, err = s.client.JSON(ctx, rest.Call{Path: path}, &u)
	}
	return u, err
}

// called is a ticket that names people as RT knows them. Whom it does not know are left out.
func (s *Source) called(ctx context.Context, r *desk.Ticket) (*desk.Ticket, error) {
	c := *r
	c.Participants = append([]desk.Ref{}, r.Participants...)
	refs := []*desk.Ref{&c.Requester, &c.Assignee}
	for i := range c.Participants {
		refs = append(refs, &c.Participants[i])
	}
	for _, ref := range refs {
		who, err := s.handle(ctx, string(ref.Target))
		if err != nil && !isAbsent(err) {
			return nil, err
		}
		ref.Target = desk.ID(who)
	}
	return &c, nil
}
