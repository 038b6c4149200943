package rt

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func isAbsent(err error) bool { return errors.Is(err, connectors.ErrNotFound) }

// readUsers goes through the users that changed, and yields those of one kind, or
// the organisations that they name.
func (s *Source) readUsers(ctx context.Context, kind desk.Kind, after connectors.Cursor, yield yielder) error {
	if err := s.agents(ctx); err != nil { // its answer tells what time it is there
		return err
	}
	from, _ := time.Parse(time.RFC3339, string(after)) // whatever else it is means the beginning
	asked := from
	if !asked.IsZero() {
		asked = asked.Add(-zones)
	}
	next := connectors.Cursor(s.now().Add(-overlap).UTC().Format(time.RFC3339))
	named := map[string]bool{}
	var held desk.Record // the last one: with it the walk is over
	users := pages[userShape](ctx, s.client, searchUsers(asked))
	if kind != desk.KindOrganization { // which does not tell agents from others
		users = s.met(ctx, users)
	}
	for u, err := range users {
		if err != nil {
			return err
		}
		if isNobody(u.Name) || u.LastUpdated.Before(from) {
			continue
		}
		var ref desk.Ref
		if kind != desk.KindOrganization {
			if ref, err = s.person(ctx, u.Name); err != nil {
				return err
			}
		}
		rec := u.record(kind, ref, named)
		if rec == nil {
			continue
		}
		if held != nil && !yield(connectors.Item{Record: held, Cursor: after}, nil) {
			return nil
		}
		held = rec
	}
	if held != nil {
		yield(connectors.Item{Record: held, Cursor: next}, nil)
	}
	return nil
}

// record is the user as a record of the kind, or nil if it is none.
func (u *userShape) record(kind desk.Kind, ref desk.Ref, named map[string]bool) desk.Record {
	switch {
	case kind == desk.KindOrganization:
		return u.organization(named)
	case kind != ref.Kind:
		return nil
	case kind == desk.KindAgent:
		a := &desk.Agent{Name: u.name(), Email: strings.ToLower(string(u.Email)), Disabled: u.Disabled == "1"}
		u.about(&a.Meta)
		return a
	}
	c := &desk.Contact{
		Name: u.name(), Org: desk.To(desk.KindOrganization, desk.ID(u.Organization)),
		Language: string(u.Lang), Zone: string(u.Timezone), Note: string(u.Comments),
	}
	if u.Email != "" {
		c.Emails = []string{strings.ToLower(string(u.Email))}
	}
	c.Emails = append(c.Emails, moreEmails(string(u.Freeform))...)
	for _, p := range []text{u.WorkPhone, u.MobilePhone, u.HomePhone, u.PagerPhone} {
		if p != "" {
			c.Phones = append(c.Phones, string(p))
		}
	}
	u.about(&c.Meta)
	return c
}

// name is how the person is called; a name that is the address again says nothing.
func (u *userShape) name() string {
	if u.RealName != "" {
		return string(u.RealName)
	}
	if strings.EqualFold(string(u.Name), string(u.Email)) {
		return ""
	}
	return string(u.Name)
}

func (u *userShape) about(m *desk.Meta) {
	m.ID, m.Created, m.Updated = desk.ID(u.Name), u.Created.Time, u.LastUpdated.Time
}

// organization is the one that the user names, once.
func (u *userShape) organization(named map[string]bool) desk.Record {
	name := string(u.Organization)
	if name == "" || named[name] {
		return nil
	}
	named[name] = true
	o := &desk.Organization{Name: name}
	o.ID = desk.ID(name)
	return o
}

var addressLine = regexp.MustCompile(`^[^\s<>@,;]+@[^\s<>@,;]+$`)

// moreEmails are the lines of the free text that are addresses: RT has room for one
// besides.
func moreEmails(free string) (found []string) {
	for line := range strings.Lines(free) {
		if line = strings.TrimSpace(line); addressLine.MatchString(line) {
			found = append(found, strings.ToLower(line))
		}
	}
	return found
}
