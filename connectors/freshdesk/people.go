package freshdesk

import (
	"context"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// readContacts goes through the contacts. A list leaves out who is blocked and who
// is deleted; tickets refer to them, and so they are read too, each in a pass.
func (s *Source) readContacts(ctx context.Context, after connectors.Cursor, give rest.Give) error {
	w := s.newWalk(after, give)
	for _, state := range []string{"", "blocked", "deleted"} {
		query := url.Values{}
		if state != "" {
			query.Set("state", state)
		}
		if at := since(after); at != "" {
			query.Set("updated_since", at)
		}
		err := rest.Ahead(ctx, pages[contactShape](ctx, s.api, "contacts", query), func(ctx context.Context, row contactShape) (desk.Record, error) {
			return s.whole(ctx, row, state)
		}, take[contactShape](w))
		if err != nil {
			return err
		}
	}
	return w.end()
}

// whole is a contact with what lists leave out: further addresses and tags. The
// recorded lists have neither.
func (s *Source) whole(ctx context.Context, row contactShape, state string) (desk.Record, error) {
	var c contactShape
	err := s.get(ctx, "contacts/"+string(idOf(row.ID)), nil, &c)
	switch {
	case status(err) == 404: // deleted for good since, or not to be seen: what the list said
		c = row
	case err != nil:
		return nil, err
	}
	return c.record(state), nil
}

func (c contactShape) record(state string) *desk.Contact {
	r := &desk.Contact{
		Name: c.Name, Org: desk.To(desk.KindOrganization, idOf(c.Company)), Language: c.Language, Note: c.Note,
	}
	if same(c.Name, c.Email) || c.Name == nobody {
		r.Name = ""
	}
	r.ID, r.Created, r.Updated = idOf(c.ID), c.Created.Time, c.Updated.Time
	for _, mail := range append([]string{c.Email}, c.Others...) {
		if mail != "" {
			r.Emails = append(r.Emails, strings.ToLower(mail))
		}
	}
	for _, phone := range []string{c.Phone, c.Mobile} {
		if phone != "" {
			r.Phones = append(r.Phones, phone)
		}
	}
	if isMark.MatchString(c.External) {
		r.Mark = c.External
	}
	c.setWords(r, state)
	return r
}

// setWords keeps what the record has no room for. Who was deleted is so in any list.
func (c contactShape) setWords(r *desk.Contact, state string) {
	if c.Deleted {
		state = "deleted"
	}
	var tags []any
	for _, tag := range c.Tags {
		if !isMark.MatchString(tag) {
			tags = append(tags, tag)
		}
	}
	words := map[string]any{
		"state": state, "job_title": c.Job, "address": c.Address, "twitter_id": c.Twitter, "time_zone": c.Zone,
	}
	if c.External != r.Mark {
		words["unique_external_id"] = c.External
	}
	if len(tags) > 0 {
		words["tags"] = tags
	}
	setFields(&r.Meta, words, c.Custom)
}

// setFields keeps the system's own words and custom fields that say something.
func setFields(m *desk.Meta, words, custom map[string]any) {
	for _, from := range []map[string]any{words, custom} {
		for name, v := range from {
			if v != nil && v != "" {
				m.SetField(name, v)
			}
		}
	}
}

func (s *Source) readAgents(ctx context.Context, after connectors.Cursor, give rest.Give) error {
	w := s.newWalk(after, give)
	err := rest.Ahead(ctx, pages[agentShape](ctx, s.api, "agents", nil), func(ctx context.Context, row agentShape) (desk.Record, error) {
		var a agentShape // with the groups, which lists leave out
		if err := s.get(ctx, "agents/"+string(idOf(row.ID)), nil, &a); status(err) == 404 {
			a = row
		} else if err != nil {
			return nil, err
		}
		return a.record(), nil
	}, take[agentShape](w))
	if err != nil {
		return err
	}
	return w.end()
}

func (a agentShape) record() desk.Record {
	r := &desk.Agent{Name: a.Contact.Name, Email: strings.ToLower(a.Contact.Email)}
	r.ID, r.Created, r.Updated = idOf(a.ID), a.Created.Time, a.Updated.Time
	for _, g := range a.Groups {
		r.Groups = append(r.Groups, desk.To(desk.KindGroup, idOf(g)))
	}
	if a.Occasional {
		r.SetField("occasional", true)
	}
	return r
}

// agents are the numbers of all agents, asked for once.
func (a *api) agents(ctx context.Context) (map[int64]bool, error) {
	if err := a.turn(ctx); err != nil {
		return nil, err
	}
	defer a.giveTurn()
	if a.people != nil {
		return a.people, nil
	}
	numbers, seats := map[int64]bool{}, map[string]int64{}
	for row, err := range pages[agentShape](ctx, a, "agents", nil) {
		if err != nil {
			return nil, err
		}
		numbers[row.ID], seats[desk.Normal(row.Contact.Email)] = true, row.ID
	}
	a.people, a.seats = numbers, seats
	return numbers, nil
}

// seat is the number of the agent who has an address; 0 if there is none.
func (a *api) seat(ctx context.Context, mail string) (int64, error) {
	if _, err := a.agents(ctx); err != nil || mail == "" {
		return 0, err
	}
	if err := a.turn(ctx); err != nil {
		return 0, err
	}
	defer a.giveTurn()
	return a.seats[desk.Normal(mail)], nil
}

// person is a reference to an agent or a contact. Who was an agent once is a contact.
func person(agents map[int64]bool, id int64) desk.Ref {
	if agents[id] {
		return desk.To(desk.KindAgent, idOf(id))
	}
	return desk.To(desk.KindContact, idOf(id))
}

func (c companyShape) record() desk.Record {
	r := &desk.Organization{Name: c.Name, Note: c.Note}
	r.ID, r.Created, r.Updated = idOf(c.ID), c.Created.Time, c.Updated.Time
	for _, d := range c.Domains {
		r.Domains = append(r.Domains, strings.ToLower(d))
	}
	setFields(&r.Meta, map[string]any{"description": c.Description, "industry": c.Industry, "account_tier": c.Tier, "health_score": c.Health}, c.Custom)
	return r
}

func (g shelfShape) group() desk.Record {
	r := &desk.Group{Name: g.Name}
	r.ID, r.Created, r.Updated = idOf(g.ID), g.Created.Time, g.Updated.Time
	return r
}

func (g shelfShape) category() desk.Record {
	r := &desk.Category{Name: g.Name}
	r.ID, r.Created, r.Updated = idOf(g.ID), g.Created.Time, g.Updated.Time
	return r
}
