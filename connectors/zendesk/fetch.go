package zendesk

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Fetch reads one record as Read would, also people who are gone: what they wrote
// still refers to them. It wraps ErrNotFound if there is none.
func (s *Source) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if _, err := strconv.ParseInt(string(id), 10, 64); err != nil {
		return nil, fmt.Errorf("%s %q: %w", kind, id, connectors.ErrNotFound)
	}
	w, err := s.words(ctx)
	if err != nil {
		return nil, err
	}
	switch kind {
	case desk.KindTicket:
		return s.fetchTicket(ctx, w, id)
	case desk.KindAgent, desk.KindContact:
		return s.fetchUser(ctx, w, kind, id)
	case desk.KindOrganization:
		var out struct {
			Organization *organizationShape `json:"organization"`
		}
		if err := s.one(ctx, "organizations/"+string(id), &out); err != nil || out.Organization == nil {
			return nil, orNotThis(err, "organizations", "organization")
		}
		return w.organization(out.Organization), nil
	case desk.KindGroup:
		var out struct {
			Group *groupShape `json:"group"`
		}
		if err := s.one(ctx, "groups/"+string(id), &out); err != nil || out.Group == nil {
			return nil, orNotThis(err, "groups", "group")
		}
		if out.Group.Deleted {
			break
		}
		return w.group(out.Group), nil
	case desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return nil, fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
}

func orNotThis(err error, path, name string) error {
	if err != nil {
		return err
	}
	return notThis(path, name)
}

func (s *Source) one(ctx context.Context, path string, out any) error {
	_, err := s.client.JSON(ctx, rest.Call{Path: path}, out)
	return err
}

func (s *Source) fetchUser(ctx context.Context, w *words, kind desk.Kind, id desk.ID) (desk.Record, error) {
	u, err := s.user(ctx, id)
	if err != nil {
		return nil, err
	}
	staff := u.staff() && (!s.ours || kind != desk.KindContact) // an agent may have been adopted as one who asks
	if u.gone() && s.ours || (kind == desk.KindAgent) != staff {
		return nil, fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
	}
	if kind == desk.KindAgent {
		a := w.agent(u)
		if s.ours { // it may have joined a group since we asked
			a.Groups, err = s.memberships(ctx, u.ID)
		}
		return a, err
	}
	if !u.gone() {
		if u.Identities, err = s.identities(ctx, id); err != nil {
			return nil, err
		}
	}
	return w.contact(u), nil
}

func (s *Source) fetchTicket(ctx context.Context, w *words, id desk.ID) (desk.Record, error) {
	shape, solved, err := s.cover(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.whole(ctx, w, shape, solved)
}

// cover is a ticket without its comments, and when it was solved.
func (s *Source) cover(ctx context.Context, id desk.ID) (shape *ticketShape, solved rest.Moment, err error) {
	var out struct {
		Ticket  *ticketShape  `json:"ticket"`
		Metrics []metricShape `json:"metric_sets"`
	}
	call := rest.Call{Path: "tickets/" + string(id), Query: url.Values{"include": {"metric_sets"}}}
	switch _, err := s.client.JSON(ctx, call, &out); {
	case err != nil:
		return nil, solved, err
	case out.Ticket == nil:
		return nil, solved, notThis(call.Path, "ticket")
	case out.Ticket.Status == "deleted":
		return nil, solved, fmt.Errorf("ticket %s was deleted: %w", id, connectors.ErrNotFound)
	}
	for _, m := range out.Metrics {
		if m.TicketID == out.Ticket.ID {
			solved = m.Solved
		}
	}
	return out.Ticket, solved, nil
}

func (s *Source) memberships(ctx context.Context, user int64) (groups []desk.Ref, err error) {
	for m, err := range listing[membershipShape](ctx, s.client, "group_memberships", "group_memberships", nil) {
		if err != nil {
			return nil, err
		}
		if m.UserID == user {
			groups = append(groups, desk.To(desk.KindGroup, number(m.GroupID)))
		}
	}
	return groups, nil
}
