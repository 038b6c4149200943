package okdesk

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// staff is who has a seat, and the groups that they are in: no list shows groups by
// themselves.
type staff struct {
	by     map[number]personShape
	seats  map[string]number // by address and login
	groups []named
}

// staff asks for the employees, once.
func (a *api) staff(ctx context.Context) (*staff, error) {
	if err := a.turn(ctx); err != nil {
		return nil, err
	}
	defer a.giveTurn()
	if a.employees != nil {
		return a.employees, nil
	}
	s := &staff{by: map[number]personShape{}, seats: map[string]number{}}
	had := map[number]bool{}
	for row, err := range keyset[personShape](ctx, a, "employees/list", 0) {
		if err != nil {
			return nil, fmt.Errorf("who the employees are: %w", err)
		}
		s.by[row.ID] = row
		for _, key := range []string{desk.Normal(row.Login), desk.Normal(row.Email)} {
			if key != "" && (s.seats[key] == 0 || on(row.Active)) {
				s.seats[key] = row.ID
			}
		}
		for _, g := range row.Groups {
			if !had[g.ID] {
				had[g.ID] = true
				s.groups = append(s.groups, g)
			}
		}
	}
	a.employees = s
	return s, nil
}

// agent makes the record.
func (c *Config) agent(p personShape) desk.Record {
	r := &desk.Agent{Name: c.join(p), Email: strings.ToLower(cmp.Or(strings.TrimSpace(p.Email), p.Login)), Disabled: !on(p.Active)}
	if !strings.Contains(r.Email, "@") {
		r.Email = ""
	}
	r.ID = idOf(p.ID)
	for _, g := range p.Groups {
		r.Groups = append(r.Groups, desk.To(desk.KindGroup, idOf(g.ID)))
	}
	var roles []any
	for _, role := range p.Roles {
		roles = append(roles, role.Name)
	}
	setWords(&r.Meta, map[string]any{"position": p.Position, "login": p.Login, "phone": p.Phone})
	if len(roles) > 0 {
		r.SetField("roles", roles)
	}
	return r
}

func groupRecord(g named) desk.Record {
	r := &desk.Group{Name: g.Name}
	r.ID = idOf(g.ID)
	return r
}

// contact makes the record. Of what Okdesk says of a contact only what is named here is
// taken: among the rest is a code with which he logs in (authentication_code).
func (c *Config) contact(p personShape) *desk.Contact {
	r := &desk.Contact{Name: c.join(p)}
	r.ID = idOf(p.ID)
	var others []string
	r.Note, r.Mark, others = unnote(p.Comment)
	if mail := strings.ToLower(strings.TrimSpace(p.Email)); mail != "" {
		r.Emails = []string{mail}
		if same(r.Name, mail) {
			r.Name = ""
		}
	}
	r.Emails = append(r.Emails, others...)
	for _, phone := range []string{p.Phone, p.Mobile} {
		if phone != "" {
			r.Phones = append(r.Phones, phone)
		}
	}
	r.Org = desk.To(desk.KindOrganization, idOf(p.CompanyID))
	if p.Company != nil && p.CompanyID == 0 {
		r.Org = desk.To(desk.KindOrganization, idOf(p.Company.ID))
	}
	setWords(&r.Meta, map[string]any{"position": p.Position, "login": p.Login, "telegram_username": p.Telegram})
	if !on(p.Active) {
		r.SetField("active", false)
	}
	setParameters(&r.Meta, p.Parameters, personWords)
	return r
}

// The names of the system's own words among custom fields.
var (
	personWords  = []string{"position", "login", "telegram_username", "active"}
	companyWords = []string{"additional_name", "site", "email", "phone", "address", "crm_1c_id", "category", "default_assignee", "active", "kind", "company", "timezone"}
)

// setWords keeps the system's own words that say something.
func setWords(m *desk.Meta, words map[string]any) {
	for name, v := range words {
		if v != nil && v != "" {
			m.SetField(name, v)
		}
	}
}

// setParameters keeps custom fields by their codes. One that is called as a word of the
// system's own is told from it.
func setParameters(m *desk.Meta, ps []parameterShape, words []string) {
	for _, p := range ps {
		if v := p.value(); v != nil && p.Code != "" {
			m.SetField(fieldName(p.Code, words), v)
		}
	}
}

func fieldName(code string, words []string) string {
	for _, w := range words {
		if w == code {
			return "parameter_" + code
		}
	}
	return code
}

// value is what a parameter says; nil for nothing.
func (p parameterShape) value() any {
	switch v := p.Value.(type) {
	case string:
		if v == "" {
			return nil
		}
	case []any:
		if len(v) == 0 {
			return nil
		}
	}
	return p.Value
}

// seat is the number of the employee who has an address or login; 0 if there is none.
func (a *api) seat(ctx context.Context, name string) (number, error) {
	s, err := a.staff(ctx)
	if err != nil || desk.Normal(name) == "" {
		return 0, err
	}
	return s.seats[desk.Normal(name)], nil
}

// person is a reference to who is named. Okdesk says whether that is an employee or a
// contact, but not of an issue's author in its older answers: he is its contact, or else the
// employee of that number and name.
func (a *api) person(ctx context.Context, n, contact *named) (desk.Ref, error) {
	switch {
	case n == nil || n.ID == 0:
		return desk.Ref{}, nil
	case n.Type == "employee":
		return desk.To(desk.KindAgent, idOf(n.ID)), nil
	case n.Type == "contact":
		return desk.To(desk.KindContact, idOf(n.ID)), nil
	case contact != nil && contact.ID == n.ID && contact.Name == n.Name:
		return desk.To(desk.KindContact, idOf(n.ID)), nil
	}
	s, err := a.staff(ctx)
	if err != nil {
		return desk.Ref{}, err
	}
	if p, ok := s.by[n.ID]; ok && (n.Name == "" || sameWords(a.config.join(p), n.Name)) {
		return desk.To(desk.KindAgent, idOf(n.ID)), nil
	}
	return desk.To(desk.KindContact, idOf(n.ID)), nil
}

// sameWords tells whether two names are of the same words, in whatever order.
func sameWords(a, b string) bool {
	left := strings.Fields(desk.Normal(b))
	for _, w := range strings.Fields(desk.Normal(a)) {
		at := -1
		for i, o := range left {
			if o == w {
				at = i
			}
		}
		if at < 0 {
			return false
		}
		left = append(left[:at:at], left[at+1:]...)
	}
	return len(left) == 0
}

// nobodyThere is an error that says who is missing.
func nobodyThere(kind desk.Kind, id desk.ID, who string) error {
	return connectors.Refuse(connectors.ReasonRefused, "make them there, or name an employee in stand_in who stands for all that have no seat",
		"%s %s (%s): nobody of that address has a seat in Okdesk", kind, id, who)
}
