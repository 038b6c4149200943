package itsm365

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// agents are the UUIDs of those who are agents, asked for once.
func (a *api) agents(ctx context.Context) (map[string]bool, error) {
	if err := a.turn(ctx); err != nil {
		return nil, err
	}
	defer a.giveTurn()
	if a.staff != nil {
		return a.staff, nil
	}
	k, staff := a.config.kind(desk.KindAgent), map[string]bool{}
	for r, err := range a.list(ctx, k.Class, k.filter(), []string{"UUID", "metaClass"}) {
		if err != nil {
			return nil, fmt.Errorf("who the agents are: %w", err)
		}
		if k.takes(r) {
			staff[string(r.id())] = true
		}
	}
	a.staff = staff
	return staff, nil
}

// forgetStaff has it asked anew who the agents are.
func (a *api) forgetStaff(ctx context.Context) error {
	if err := a.turn(ctx); err != nil {
		return err
	}
	defer a.giveTurn()
	a.staff = nil
	return nil
}

// who is a reference to somebody: an agent, or else a contact.
func (a *api) who(ctx context.Context, id desk.ID) (desk.Ref, error) {
	if id == "" || classOf(string(id)) != classOf(a.config.kind(desk.KindContact).Class) && classOf(string(id)) != classOf(a.config.kind(desk.KindAgent).Class) {
		return desk.Ref{}, nil // an organisation, or a role
	}
	staff, err := a.agents(ctx)
	if err != nil {
		return desk.Ref{}, err
	}
	if staff[string(id)] {
		return desk.To(desk.KindAgent, id), nil
	}
	return desk.To(desk.KindContact, id), nil
}

// person makes the record of an employee.
func (a *api) person(kind desk.Kind, r row) desk.Record {
	k := a.config.kind(kind)
	mail := strings.ToLower(strings.TrimSpace(r.text(k.code("email"))))
	if kind == desk.KindAgent {
		p := &desk.Agent{Name: r.text(k.code("name")), Email: mail, Disabled: r.is("removed") || r.is(k.code("disabled"))}
		for _, g := range r.refs(k.code("groups")) {
			p.Groups = append(p.Groups, desk.To(desk.KindGroup, g))
		}
		a.about(&p.Meta, k, r)
		return p
	}
	p := &desk.Contact{Name: a.config.join(k, r), Note: r.text(k.code("note"))}
	if mail != "" {
		p.Emails = []string{mail}
	}
	for _, other := range tagsOf(r[k.code("emails")]) {
		p.Emails = append(p.Emails, strings.ToLower(other))
	}
	for _, name := range []string{"phone", "phone2"} {
		if phone := r.text(k.code(name)); phone != "" {
			p.Phones = append(p.Phones, phone)
		}
	}
	if org := r.ref(k.code("organization")); classOf(string(org)) == classOf(a.config.kind(desk.KindOrganization).Class) {
		p.Org = desk.To(desk.KindOrganization, org)
	}
	a.about(&p.Meta, k, r)
	if same(p.Name, mail) {
		p.Name = ""
	}
	return p
}

// shelf makes the record of an organisation, group or category.
func (a *api) shelf(kind desk.Kind, r row) desk.Record {
	k := a.config.kind(kind)
	name := r.text(k.code("name"))
	switch kind {
	case desk.KindOrganization:
		o := &desk.Organization{Name: name, Note: r.text(k.code("note"))}
		a.about(&o.Meta, k, r)
		return o
	case desk.KindCategory:
		c := &desk.Category{Name: name}
		if parent := r.ref(k.code("parent")); classOf(string(parent)) == classOf(k.Class) {
			c.Parent = desk.To(kind, parent)
		}
		a.about(&c.Meta, k, r)
		return c
	default:
		g := &desk.Group{Name: name}
		a.about(&g.Meta, k, r)
		return g
	}
}

// own are attributes of every object that say nothing of it.
var own = []string{"UUID", "metaClass", "icon", "system_icon", "image", "password", "title"}

// about fills in what every record carries: its times, our mark, and fields.
func (a *api) about(m *desk.Meta, k Class, r row) {
	m.ID, m.Created, m.Updated = r.id(), a.time(r[k.code("created")]), a.time(r[k.code("updated")])
	if code := a.config.Mark; code != "" {
		m.Mark = r.text(code)
	}
	for _, name := range slices.Sorted(maps.Keys(k.Fields)) {
		if v := plain(r[k.Fields[name]]); v != nil {
			m.SetField(name, v)
		}
	}
	if a.config.Others == "no" {
		return
	}
	named := append(k.codes(), own...)
	for _, code := range slices.Sorted(maps.Keys(r)) {
		v := plain(r[code])
		if v == nil || v == false || code == a.config.Mark || slices.Contains(named, code) || strings.Contains(strings.ToLower(code), "password") {
			continue
		}
		if _, taken := k.Fields[code]; !taken {
			m.SetField(code, v)
		}
	}
}
