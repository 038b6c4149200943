package zendesk

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// readAgents lists the agents, who are few enough to be read each time, and tells
// who was among them and has been deleted since.
func (s *Source) readAgents(ctx context.Context, from walk, yield yielder) error {
	if err := s.forget(ctx); err != nil {
		return err
	}
	w, err := s.words(ctx)
	if err != nil {
		return err
	}
	here := from.cursor()
	last := held{yield: yield}
	for u, err := range listing[userShape](ctx, s.client, "users", "users", staffQuery) {
		if err != nil {
			return err
		}
		if !w.agents[u.ID] {
			s.hired(ctx, u.ID)
		}
		if err := s.state.Put(ctx, agentKey(u.ID), []byte{1}); err != nil {
			return err
		}
		if err := last.put(ctx, w.agent(&u), here); err != nil {
			return err
		}
	}
	gone, err := s.goneAgents(ctx, w)
	if err != nil {
		return err
	}
	for _, a := range gone {
		if err := last.put(ctx, a, here); err != nil {
			return err
		}
	}
	return last.end(ctx, walk{later: true}.cursor())
}

// held keeps the last record of a reading back until it is known to be the last:
// its cursor says that the reading is over.
type held struct {
	yield yielder
	item  connectors.Item
}

func (h *held) put(ctx context.Context, rec desk.Record, at connectors.Cursor) error {
	if h.item.Record != nil && !h.yield(h.item, nil) {
		return errStopped
	}
	h.item = connectors.Item{Record: rec, Cursor: at}
	return ctx.Err()
}

func (h *held) end(ctx context.Context, at connectors.Cursor) error {
	if h.item.Record == nil {
		return ctx.Err()
	}
	h.item.Cursor = at
	if !h.yield(h.item, nil) {
		return errStopped
	}
	return ctx.Err()
}

func agentKey(id int64) string { return "agent/" + strconv.FormatInt(id, 10) }

// goneAgents are those whom an earlier reading found and who have been deleted.
func (s *Source) goneAgents(ctx context.Context, w *words) (gone []*desk.Agent, err error) {
	for e, err := range s.state.Scan(ctx, "agent/", "") {
		if err != nil {
			return nil, err
		}
		id, err := strconv.ParseInt(e.Key[len("agent/"):], 10, 64)
		if err != nil || w.agents[id] {
			continue
		}
		u, err := s.user(ctx, number(id))
		switch {
		case errors.Is(err, connectors.ErrNotFound):
			u = &userShape{ID: id}
		case err != nil:
			return nil, err
		case !u.gone():
			continue // an agent no more, but somebody still
		}
		a := w.agent(u)
		a.Deleted = true
		gone = append(gone, a)
	}
	return gone, nil
}

// user asks for one user; a deleted one is told too, as inactive.
func (s *Source) user(ctx context.Context, id desk.ID) (*userShape, error) {
	if _, err := strconv.ParseInt(string(id), 10, 64); err != nil {
		return nil, fmt.Errorf("user %q: %w", id, connectors.ErrNotFound)
	}
	var out struct {
		User *userShape `json:"user"`
	}
	path := "users/" + string(id)
	if _, err := s.client.JSON(ctx, rest.Call{Path: path}, &out); err != nil {
		return nil, err
	}
	if out.User == nil || out.User.ID == 0 {
		return nil, notThis(path, "user")
	}
	return out.User, nil
}

func (s *Source) readContacts(ctx context.Context, from walk, yield yielder) error {
	w, err := s.words(ctx)
	if err != nil {
		return err
	}
	last, end := held{yield: yield}, from
	err = s.pages(ctx, "users", "identities", from, func(p *exportPage, before, after walk) error {
		end = after
		for i := range p.Users {
			u := &p.Users[i]
			if u.staff() || w.agents[u.ID] {
				continue
			}
			if err := s.identify(ctx, p, u); err != nil {
				return err
			}
			c := w.contact(u)
			c.Deleted = u.gone() && from.later && u.Role != "agent" && u.Role != "admin"
			if err := last.put(ctx, c, before.cursor()); err != nil {
				return err
			}
		}
		if last.item.Record != nil { // all of this page is behind it
			last.item.Cursor = after.cursor()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return last.end(ctx, end.cursor())
}

// identify gives a user all addresses: those that came with the page, or, where
// Zendesk does not send them along, those that it names when asked.
func (s *Source) identify(ctx context.Context, p *exportPage, u *userShape) error {
	if p.Identities == nil && !u.gone() {
		var err error
		u.Identities, err = s.identities(ctx, number(u.ID))
		if errors.Is(err, connectors.ErrNotFound) {
			return nil // gone meanwhile: a later page says so
		}
		return err
	}
	for _, i := range p.Identities {
		if i.UserID == u.ID {
			u.Identities = append(u.Identities, i)
		}
	}
	return nil
}

func (s *Source) identities(ctx context.Context, user desk.ID) (all []identityShape, err error) {
	for i, err := range listing[identityShape](ctx, s.client, "users/"+string(user)+"/identities", "identities", nil) {
		if err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	return all, nil
}

// organizationPage is a page of the export of organisations, which goes by time.
type organizationPage struct {
	Organizations []organizationShape `json:"organizations"`
	EndTime       int64               `json:"end_time"`
	Next          string              `json:"next_page"`
	End           *bool               `json:"end_of_stream"`
}

// readOrganizations goes by time. The last page names itself as the next, so only
// end_of_stream ends it; what changed in the second where a page ended comes twice.
func (s *Source) readOrganizations(ctx context.Context, from walk, yield yielder) error {
	w, err := s.words(ctx)
	if err != nil {
		return err
	}
	start, err := strconv.ParseInt(from.place, 10, 64)
	if err != nil || start < 0 || start > s.now().Add(24*time.Hour).Unix() { // Zendesk's clock may be ahead of ours
		start, from = 0, walk{}
	}
	last := held{yield: yield}
	for {
		p, err := s.organizationPage(ctx, start)
		if err != nil {
			return err
		}
		next := walk{from.later || *p.End, strconv.FormatInt(max(p.EndTime, start), 10)}
		for i := range p.Organizations {
			o := w.organization(&p.Organizations[i])
			if o.Deleted = !p.Organizations[i].Deleted.IsZero(); o.Deleted && !from.later {
				continue
			}
			if err := last.put(ctx, o, walk{from.later, strconv.FormatInt(start, 10)}.cursor()); err != nil {
				return err
			}
		}
		if *p.End {
			return last.end(ctx, next.cursor())
		}
		if last.item.Record != nil {
			last.item.Cursor = next.cursor()
		}
		if p.EndTime <= start {
			return fmt.Errorf("incremental/organizations: the list goes round in a circle at %s: %w", time.Unix(start, 0).UTC().Format(time.RFC3339), connectors.ErrBusy)
		}
		start = p.EndTime
	}
}

func (s *Source) organizationPage(ctx context.Context, start int64) (*organizationPage, error) {
	if recent := s.now().Add(-2 * time.Minute).Unix(); start > recent { // it must be a minute ago
		start = max(recent, 0)
	}
	q := url.Values{"start_time": {strconv.FormatInt(start, 10)}}
	var p organizationPage
	if _, err := s.client.JSON(ctx, rest.Call{Path: "incremental/organizations", Query: q}, &p); err != nil {
		return nil, err
	}
	if p.Organizations == nil || p.End == nil {
		return nil, notThis("incremental/organizations", "organizations")
	}
	return &p, nil
}

// readGroups lists the groups, deleted ones too, each time.
func (s *Source) readGroups(ctx context.Context, from walk, yield yielder) error {
	w := newWords(s.config.base())
	w.ours = s.ours
	last := held{yield: yield}
	for g, err := range listing[groupShape](ctx, s.client, "groups", "groups", nil) {
		if err != nil {
			return err
		}
		if g.Deleted && !from.later {
			continue
		}
		rec := w.group(&g)
		rec.Deleted = g.Deleted
		if err := last.put(ctx, rec, from.cursor()); err != nil {
			return err
		}
	}
	return last.end(ctx, walk{later: true}.cursor())
}
