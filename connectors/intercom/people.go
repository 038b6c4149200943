package intercom

import (
	"cmp"
	"context"
	"html"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// people are the teammates, whom one call lists.
type people struct {
	admins []adminShape
	teams  []teamShape
	me     meShape
}

// admin is the teammate with an id; false if there is none any more.
func (p *people) admin(id string) (adminShape, bool) {
	i := slices.IndexFunc(p.admins, func(a adminShape) bool { return string(a.ID) == id })
	if i < 0 {
		return adminShape{}, false
	}
	return p.admins[i], true
}

// seat is the teammate who has an address; false if nobody has.
func (p *people) seat(mail string) (adminShape, bool) {
	i := slices.IndexFunc(p.admins, func(a adminShape) bool { return mail != "" && desk.Normal(a.Email) == desk.Normal(mail) })
	if i < 0 {
		return adminShape{}, false
	}
	return p.admins[i], true
}

// team is the team of a name; false if there is none.
func (p *people) team(name string) (teamShape, bool) {
	i := slices.IndexFunc(p.teams, func(t teamShape) bool { return name != "" && desk.Normal(t.Name) == desk.Normal(name) })
	if i < 0 {
		return teamShape{}, false
	}
	return p.teams[i], true
}

// mates asks for the teammates, once.
func (a *api) mates(ctx context.Context) (*people, error) {
	if err := a.turn(ctx); err != nil {
		return nil, err
	}
	defer a.giveTurn()
	if a.people != nil {
		return a.people, nil
	}
	p := new(people)
	if err := a.whoAmI(ctx, &p.me); err != nil {
		return nil, err
	}
	var admins list[adminShape]
	if err := a.get(ctx, "admins", nil, &admins); err != nil {
		return nil, err
	}
	var teams list[teamShape]
	if err := a.get(ctx, "teams", nil, &teams); err != nil {
		return nil, err
	}
	p.admins, p.teams = admins.rows(), teams.rows()
	a.people = p
	return p, nil
}

// whoAmI asks whose the token is. One of another workspace is denied: what is read and
// written would be somebody else's.
func (a *api) whoAmI(ctx context.Context, me *meShape) error {
	if err := a.get(ctx, "me", nil, me); err != nil {
		return err
	}
	if me.App.Code != "" && me.App.Code != a.config.Workspace {
		return &connectors.Trouble{
			Reason: connectors.ReasonTransient, Err: denied("the token is of the workspace %q (%s), and workspace says %q", me.App.Code, me.App.Name, a.config.Workspace),
			Hint: "write the token of an app of that workspace, or correct workspace",
		}
	}
	return nil
}

func (s *Source) readTeams(ctx context.Context, give rest.Give) error {
	p, err := s.mates(ctx)
	if err != nil {
		return err
	}
	for _, t := range p.teams {
		if err := give(connectors.Item{Record: t.record(), Cursor: wholeList}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Source) readAdmins(ctx context.Context, give rest.Give) error {
	p, err := s.mates(ctx)
	if err != nil {
		return err
	}
	for _, one := range p.admins {
		if err := give(connectors.Item{Record: one.record(), Cursor: wholeList}); err != nil {
			return err
		}
	}
	return nil
}

func (t teamShape) record() desk.Record {
	r := &desk.Group{Name: t.Name}
	r.ID = desk.ID(t.ID)
	return r
}

func (a adminShape) record() desk.Record {
	r := &desk.Agent{Name: a.Name, Email: strings.ToLower(a.Email)}
	r.ID = desk.ID(a.ID)
	for _, t := range a.Teams {
		if id := t.id(); id != "" {
			r.Groups = append(r.Groups, desk.To(desk.KindGroup, desk.ID(id)))
		}
	}
	if a.Job != "" {
		r.SetField("job_title", a.Job)
	}
	return r
}

func (s *Source) readContacts(ctx context.Context, after connectors.Cursor, give rest.Give) error {
	rows := since(ctx, s.api, "contacts", after, func(c contactShape) (string, time.Time) { return string(c.ID), c.Updated.Time })
	return rest.Ahead(ctx, rows, func(ctx context.Context, l listed[contactShape]) (*desk.Contact, error) {
		return s.contact(ctx, l.row)
	}, func(l listed[contactShape], r *desk.Contact) error {
		return give(connectors.Item{Record: r, Cursor: l.after})
	})
}

// contact is the record of a contact with the notes about them, which are asked for where
// there are some.
func (a *api) contact(ctx context.Context, c contactShape) (*desk.Contact, error) {
	r := c.record()
	tags, err := a.tagNames(ctx, c.Tags)
	if err != nil {
		return nil, err
	}
	if len(tags) > 0 {
		r.SetField("tags", tags)
	}
	if c.Notes.Total == 0 {
		return r, nil
	}
	var notes list[noteShape]
	err = a.get(ctx, "contacts/"+url.PathEscape(string(c.ID))+"/notes", nil, &notes)
	if status(err) == 404 {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	said := notes.rows()
	slices.SortStableFunc(said, func(a, b noteShape) int { return a.Created.Compare(b.Created.Time) })
	var all []string
	for _, n := range said {
		by := byline.Line{At: n.Created.Time, From: desk.Address{Name: n.Author.Name}}.Write(byline.Pointed)
		all = append(all, strings.TrimSpace(by+"\n"+plaintext.HTML(n.Body)))
	}
	r.Note = strings.Join(all, "\n\n")
	return r, nil
}

// tagNames are the names of the tags that a contact shows: of them it has the ids alone.
func (a *api) tagNames(ctx context.Context, of some) (names []any, err error) {
	if len(of.Data) == 0 {
		return nil, nil
	}
	if err := a.turn(ctx); err != nil {
		return nil, err
	}
	defer a.giveTurn()
	for again := a.tags == nil; ; again = true {
		if again {
			var tags list[tagShape]
			if err := a.get(ctx, "tags", nil, &tags); err != nil {
				return nil, err
			}
			a.tags = map[word]string{}
			for _, t := range tags.rows() {
				a.tags[t.ID] = t.Name
			}
		}
		names = names[:0]
		for _, t := range of.Data {
			if name, known := a.tags[t.ID]; known {
				names = append(names, name)
			}
		}
		if again || len(names) == len(of.Data) {
			return names, nil
		}
	}
}

func (c contactShape) record() *desk.Contact {
	r := &desk.Contact{Name: html.UnescapeString(c.Name), Language: cmp.Or(c.Language, c.Browser)}
	r.ID, r.Created, r.Updated = desk.ID(c.ID), c.Created.Time, c.Updated.Time
	if c.Email != "" {
		r.Emails = []string{strings.ToLower(c.Email)}
	}
	if c.Phone != "" {
		r.Phones = []string{c.Phone}
	}
	if len(c.Companies.Data) > 0 {
		r.Org = desk.To(desk.KindOrganization, desk.ID(c.Companies.Data[0].ID))
	}
	var others []any
	for i, other := range c.Companies.Data {
		if i > 0 {
			others = append(others, string(other.ID))
		}
	}
	setFields(&r.Meta, map[string]any{
		"role": c.Role, "external_id": c.External, "owner": c.Owner.id(), "country": c.Location.Country, "city": c.Location.City,
		"unsubscribed": c.Unsub, "bounced": c.Bounced, "archived": c.Archived,
	}, c.Custom)
	if len(others) > 0 {
		r.SetField("companies", others)
	}
	return r
}

// setFields keeps the system's own words and custom fields that say something.
func setFields(m *desk.Meta, words, custom map[string]any) {
	for _, from := range []map[string]any{words, custom} {
		for name, v := range from {
			if v != nil && v != "" && v != false {
				m.SetField(name, v)
			}
		}
	}
}

// wholeList is the cursor in lists of teammates: they are short, and read whole each time.
const wholeList = "all"
