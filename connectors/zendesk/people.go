package zendesk

import (
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// contact is a user who asks, or one who was an agent and is not any more.
func (w *words) contact(u *userShape) *desk.Contact {
	c := &desk.Contact{Name: u.Name, Org: desk.To(desk.KindOrganization, number(u.OrgID)), Language: string(u.Locale), Zone: string(u.Zone), Note: u.Notes}
	w.about(&c.Meta, desk.KindContact, u.ID, u.ExternalID, u.Created, u.Updated)
	add := func(list *[]string, v string) {
		if v = strings.TrimSpace(v); v != "" && !slices.Contains(*list, v) {
			*list = append(*list, v)
		}
	}
	add(&c.Emails, strings.ToLower(string(u.Email)))
	add(&c.Phones, string(u.Phone))
	for _, i := range u.Identities {
		switch i.Type {
		case "email":
			add(&c.Emails, strings.ToLower(string(i.Value)))
		case "phone_number":
			add(&c.Phones, string(i.Value))
		}
	}
	w.personFields(&c.Meta, u)
	if u.Suspended {
		c.SetField("suspended", true)
	}
	return c
}

func (w *words) agent(u *userShape) *desk.Agent {
	a := &desk.Agent{Name: u.Name, Email: strings.ToLower(string(u.Email)), Groups: w.members[u.ID], Disabled: u.Suspended}
	w.about(&a.Meta, desk.KindAgent, u.ID, u.ExternalID, u.Created, u.Updated)
	w.personFields(&a.Meta, u)
	return a
}

func (w *words) personFields(m *desk.Meta, u *userShape) {
	for key, v := range u.Fields {
		w.fields[desk.KindContact].read(m, key, v)
	}
	if u.Details != "" {
		m.SetField("details", u.Details)
	}
	if len(u.Tags) > 0 {
		m.SetField("tags", anys(u.Tags))
	}
}

func anys(all []string) []any {
	out := make([]any, len(all))
	for i, s := range all {
		out[i] = s
	}
	return out
}

func (w *words) organization(o *organizationShape) *desk.Organization {
	r := &desk.Organization{Name: o.Name, Note: o.Notes}
	for _, d := range o.Domains {
		r.Domains = append(r.Domains, strings.ToLower(d))
	}
	w.about(&r.Meta, desk.KindOrganization, o.ID, o.ExternalID, o.Created, o.Updated)
	for key, v := range o.Fields {
		w.fields[desk.KindOrganization].read(&r.Meta, key, v)
	}
	if o.Details != "" {
		r.SetField("details", o.Details)
	}
	if len(o.Tags) > 0 {
		r.SetField("tags", anys(o.Tags))
	}
	return r
}

// group is a group. It has no room for a mark but its description.
func (w *words) group(g *groupShape) *desk.Group {
	r := &desk.Group{Name: g.Name}
	r.ID, r.Created, r.Updated, r.Mark = number(g.ID), g.Created.Time, g.Updated.Time, markOf(g.Description)
	if r.Mark == "" && g.Description != "" {
		r.SetField("description", g.Description)
	}
	return r
}

// markOf finds the mark in the description of a group.
func markOf(description string) string {
	_, rest, found := strings.Cut(description, markBefore)
	mark, _, ends := strings.Cut(rest, markAfter)
	if !found || !ends {
		return ""
	}
	return mark
}

const (
	markBefore = "[moved by deskhaul: "
	markAfter  = "]"
)
