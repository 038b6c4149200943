package deskcom

import (
	"context"
	"encoding/json"
	"fmt"
	"net/mail"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

func (s *Source) shelfOrPerson(ctx context.Context, kind desk.Kind, id string, raw []byte) (desk.Record, error) {
	meta := desk.Meta{ID: desk.ID(id)}
	switch kind {
	case desk.KindOrganization:
		return s.organization(meta, raw)
	case desk.KindGroup:
		var g groupShape
		err := json.Unmarshal(raw, &g)
		return &desk.Group{Meta: meta, Name: g.Name}, err
	case desk.KindAgent:
		return s.agent(ctx, meta, raw)
	case desk.KindContact:
		return s.contact(meta, raw)
	case desk.KindTicket, desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return nil, fmt.Errorf("there are no records of kind %s", kind)
}

func (s *Source) organization(meta desk.Meta, raw []byte) (desk.Record, error) {
	var c companyShape
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, err
	}
	o := &desk.Organization{Meta: meta, Name: c.Name}
	o.Created, o.Updated = c.Created.Time, c.Updated.Time
	for _, d := range c.Domains {
		o.Domains = append(o.Domains, strings.ToLower(d))
	}
	s.words.fields(&o.Meta, "company", c.Fields)
	return o, nil
}

func (s *Source) agent(ctx context.Context, meta desk.Meta, raw []byte) (desk.Record, error) {
	var u userShape
	if err := json.Unmarshal(raw, &u); err != nil {
		return nil, err
	}
	a := &desk.Agent{Meta: meta, Name: u.Name, Email: strings.ToLower(u.Email)}
	a.Created, a.Updated = u.Created.Time, u.Updated.Time
	if a.Name == "" {
		a.Name = u.Public
	}
	said(&a.Meta, "level", u.Level)
	err := s.index.scan(ctx, "m/"+padded(string(meta.ID))+"/", "", func(group string, _ uint64, _ []byte) (bool, error) {
		id := unpadded(group)
		_, known, err := s.index.get(ctx, "groups", id)
		if known != nil {
			a.Groups = append(a.Groups, desk.To(desk.KindGroup, desk.ID(id)))
		}
		return true, err
	})
	return a, err
}

func (s *Source) contact(meta desk.Meta, raw []byte) (desk.Record, error) {
	var c customerShape
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, err
	}
	out := &desk.Contact{Meta: meta, Language: language(c.Language), Note: c.Background, Org: desk.To(desk.KindOrganization, desk.ID(c.Links.Company.id("companies")))}
	out.Created, out.Updated = c.Created.Time, c.Updated.Time
	out.Name = strings.TrimSpace(c.First + " " + c.Last)
	if out.Name == "" {
		out.Name = c.Display
	}
	for _, e := range c.Emails {
		if e.Value != "" {
			out.Emails = append(out.Emails, strings.ToLower(e.Value))
		}
	}
	for _, p := range c.Phones {
		if p.Value != "" {
			out.Phones = append(out.Phones, p.Value)
		}
	}
	said(&out.Meta, "title", c.Title)
	said(&out.Meta, "company", c.Company)
	said(&out.Meta, "external_id", string(c.External))
	var places []string
	for _, a := range c.Addresses {
		if a.Value != "" {
			places = append(places, a.Value)
		}
	}
	said(&out.Meta, "addresses", strings.Join(places, "; "))
	s.words.fields(&out.Meta, "customer", c.Fields)
	return out, nil
}

// stranger is a customer of whom only cases tell; nil where there is a record of his own.
func (s *Source) stranger(ctx context.Context, id, from string) (desk.Record, error) {
	if _, known, err := s.index.get(ctx, "customers", id); known != nil || err != nil {
		return nil, err
	}
	c := &desk.Contact{Meta: desk.Meta{ID: desk.ID(id)}}
	if a, err := mail.ParseAddress(from); err == nil {
		c.Name, c.Emails = a.Name, []string{strings.ToLower(a.Address)}
	} else if strings.Contains(from, "@") && !strings.ContainsAny(from, " <>") {
		c.Emails = []string{strings.ToLower(from)}
	}
	if c.Name == "" && c.Emails == nil {
		c.Name = "Customer " + id
	}
	return c, nil
}

// said keeps a word of Desk.com's that no field of ours holds.
func said(m *desk.Meta, name, value string) {
	if value != "" {
		m.SetField(name, value)
	}
}

// language is a language as others write it: en_us is en-US.
func language(s string) string {
	tongue, place, has := strings.Cut(s, "_")
	if !has {
		return tongue
	}
	return tongue + "-" + strings.ToUpper(place)
}
