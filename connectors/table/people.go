package table

import (
	"context"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Gives lists the kinds of records that the sheet holds: its own and those that
// its columns name. A sheet of messages gives tickets only when there is no
// sheet of tickets beside it; that is for the caller to know.
func (l *Layout) Gives() []desk.Kind {
	if l.Exact {
		return []desk.Kind{l.Kind}
	}
	gives := []desk.Kind{l.Kind}
	any := func(kind desk.Kind, fields ...string) {
		if slices.ContainsFunc(fields, l.Has) && !slices.Contains(gives, kind) {
			gives = append(gives, kind)
		}
	}
	switch l.Kind {
	case desk.KindTicket, desk.KindMessage:
		any(desk.KindOrganization, "org_name")
		any(desk.KindGroup, "group_name")
		any(desk.KindAgent, "assignee_name", "assignee_email", "author_role", "note", "public")
		any(desk.KindCategory, "category_name")
		any(desk.KindContact, "requester_name", "requester_email", "author_name", "author_email", "participants")
		if l.set.Joins {
			any(desk.KindContact, "cc")
		}
	case desk.KindContact:
		any(desk.KindOrganization, "org_name")
		any(desk.KindAgent, "role")
	case desk.KindAgent:
		any(desk.KindGroup, "groups")
	case desk.KindCategory:
		any(desk.KindCategory, "parent")
	case desk.KindOrganization, desk.KindGroup, desk.KindFile:
	}
	return gives
}

// Records reads the records of one kind that a row holds: the row itself (of a
// sheet that is no sheet of messages), or the people and shelves that its columns
// name. own tells that it is the row itself; its ID is "" where the row has
// neither an id nor a natural key.
func (l *Layout) Records(ctx context.Context, kind desk.Kind, cells []string, people People) (rs []desk.Record, own bool, err error) {
	r := &row{Layout: l, ctx: ctx, cells: cells, people: people}
	switch {
	case l.Exact:
		rec, err := l.exactRecord(cells)
		return []desk.Record{rec}, true, err
	case l.Kind == desk.KindContact && kind != desk.KindOrganization:
		if (kind == desk.KindAgent) != r.isAgent("role") {
			return nil, false, nil
		}
		rec := r.person(kind)
		return []desk.Record{rec}, true, r.err
	case l.Kind == kind && kind == desk.KindAgent:
		return []desk.Record{r.person(kind)}, true, r.err
	case l.Kind == kind && kind == desk.KindTicket:
		return []desk.Record{r.ticket()}, true, r.err
	case l.Kind == kind && kind != desk.KindMessage:
		return []desk.Record{r.shelf(kind)}, true, r.err
	}
	rs = r.derived(kind)
	return rs, false, r.err
}

func (r *row) isAgent(field string) bool {
	if to, ok := r.translated(field); ok {
		return to == string(desk.KindAgent)
	}
	return r.words.agent[plain(r.get(field))]
}

// person reads a row of people.
func (r *row) person(kind desk.Kind) desk.Record {
	name := r.get("name")
	if name == "" {
		name = strings.TrimSpace(r.get("first_name") + " " + r.get("last_name"))
	} else if r.Has("first_name") && r.Has("last_name") {
		r.keep("first_name")
		r.keep("last_name")
	}
	emails := lower(r.list("email"))
	var m desk.Meta
	r.about(&m)
	if m.ID == "" && len(emails) > 0 {
		m.ID = desk.ID(emails[0])
	}
	if kind == desk.KindAgent {
		a := &desk.Agent{Meta: m, Name: name, Disabled: r.yes("disabled") || r.get("active") != "" && !r.yes("active")}
		if len(emails) > 0 {
			a.Email = emails[0]
		}
		for _, g := range r.list("groups") {
			a.Groups = append(a.Groups, desk.To(desk.KindGroup, r.lookup(desk.KindGroup, g, desk.Normal(g))))
		}
		if r.Kind == desk.KindContact {
			r.keepAll("phone", "org", "org_name", "language", "zone", "note")
		}
		a.Fields = r.fields()
		return a
	}
	c := &desk.Contact{
		Meta: m, Name: name, Emails: emails, Phones: r.list("phone"), Org: r.ref(desk.KindOrganization, "org", "org_name"),
		Language: strings.ReplaceAll(r.get("language"), "_", "-"), Zone: r.get("zone"), Note: r.raw("note"),
	}
	if r.Has("role") && r.get("role") != "" {
		r.keep("role")
	}
	c.Fields = r.fields()
	return c
}

// keepAll keeps the cells of fields that the record has no room for.
func (r *row) keepAll(fields ...string) {
	for _, f := range fields {
		if r.raw(f) != "" {
			r.keep(f)
		}
	}
}

func lower(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.ToLower(s); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// shelf reads a row of organisations, groups or categories.
func (r *row) shelf(kind desk.Kind) desk.Record {
	var m desk.Meta
	r.about(&m)
	name := r.get("name")
	if m.ID == "" {
		m.ID = desk.ID(desk.Normal(name))
	}
	var rec desk.Record
	switch kind {
	case desk.KindGroup:
		m.Fields = r.fields()
		rec = &desk.Group{Meta: m, Name: name}
	case desk.KindCategory:
		parent := r.ref(desk.KindCategory, "parent")
		if parent.ID == desk.ID(r.get("parent")) && !r.Has("id") {
			parent.ID = desk.ID(desk.Normal(string(parent.ID)))
		}
		m.Fields = r.fields()
		rec = &desk.Category{Meta: m, Name: name, Parent: parent}
	default:
		note := r.raw("note")
		m.Fields = r.fields()
		rec = &desk.Organization{Meta: m, Name: name, Domains: lower(r.list("domains")), Note: note}
	}
	return rec
}

// derived reads the people and shelves that the columns of a row name.
func (r *row) derived(kind desk.Kind) []desk.Record {
	switch kind {
	case desk.KindOrganization:
		return named(r.ref(kind, "org", "org_name"), r.get("org_name"))
	case desk.KindGroup:
		var rs []desk.Record
		for _, g := range r.list("groups") {
			rs = append(rs, named(desk.To(kind, r.lookup(kind, g, desk.Normal(g))), g)...)
		}
		return append(rs, named(r.ref(kind, "group", "group_name"), r.get("group_name"))...)
	case desk.KindCategory:
		return named(r.ref(kind, "category", "category_name"), r.get("category_name"))
	case desk.KindAgent:
		rs := derivedPerson(r.ref(kind, "assignee", "assignee_email", "assignee_name"), r.get("assignee_name"), r.get("assignee_email"))
		return append(rs, r.derivedAuthor(kind, desk.Ref{})...)
	case desk.KindContact:
		requester := r.requester()
		rs := derivedPerson(requester, r.get("requester_name"), r.get("requester_email"))
		r.complete(rs)
		return append(append(rs, r.derivedAuthor(kind, requester)...), r.derivedParticipants()...)
	case desk.KindTicket, desk.KindMessage, desk.KindFile:
	}
	return nil
}

func named(ref desk.Ref, name string) []desk.Record {
	if ref.IsZero() || name == "" {
		return nil
	}
	rec := desk.New(ref.Kind)
	rec.About().ID = ref.ID
	switch rec := rec.(type) {
	case *desk.Organization:
		rec.Name = name
	case *desk.Group:
		rec.Name = name
	case *desk.Category:
		rec.Name = name
	}
	return []desk.Record{rec}
}

// complete adds what the columns say of the requester only.
func (r *row) complete(requester []desk.Record) {
	for _, rec := range requester {
		c := rec.(*desk.Contact)
		c.Phones, c.Org = r.list("requester_phone"), r.ref(desk.KindOrganization, "org", "org_name")
	}
}

// derivedAuthor is who wrote the message of a row, if it is one of the kind.
func (r *row) derivedAuthor(kind desk.Kind, requester desk.Ref) []desk.Record {
	author := r.author()
	if author.Kind != kind {
		return nil
	}
	rs := derivedPerson(author, r.get("author_name"), r.get("author_email"))
	if author == requester {
		r.complete(rs)
	}
	return rs
}

func (r *row) derivedParticipants() []desk.Record {
	field := "participants"
	if r.set.Joins {
		field = "cc"
	}
	var rs []desk.Record
	for _, box := range r.boxes(field) {
		if strings.Trim(box.Name, "0123456789") == "" && box.Email == "" {
			continue // an id, of whom only another sheet could tell
		}
		rs = append(rs, derivedPerson(r.participant(box), box.Name, box.Email)...)
	}
	return rs
}

func derivedPerson(ref desk.Ref, name, email string) []desk.Record {
	if ref.IsZero() || name == "" && email == "" {
		return nil
	}
	box := mailbox(name, email)
	m := desk.Meta{ID: ref.ID}
	if strings.Contains(box.Name, "@") && box.Email == "" {
		box.Name, box.Email = "", box.Name
	}
	if ref.Kind == desk.KindAgent {
		return []desk.Record{&desk.Agent{Meta: m, Name: box.Name, Email: strings.ToLower(box.Email)}}
	}
	c := &desk.Contact{Meta: m, Name: box.Name}
	if box.Email != "" {
		c.Emails = []string{strings.ToLower(box.Email)}
	}
	return []desk.Record{c}
}
