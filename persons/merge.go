package persons

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Difference is a field in which contacts of one person do not agree.
type Difference struct {
	Field string
	Kept  string // what is written
	Other string // what another contact says
	Of    desk.ID
}

// merge makes one contact of those of one person: the first is who it is, and of the
// others all that it lacks. Of what several say differently the word of the first, or of
// the newest, counts; the rest is told.
func merge(cs []*desk.Contact, newest bool, sameOrg func(a, b desk.ID) bool) (*desk.Contact, []Difference) {
	order := slices.Clone(cs)
	if newest {
		slices.SortStableFunc(order, func(a, b *desk.Contact) int { return b.Updated.Compare(a.Updated) })
	}
	out := desk.Clone(cs[0]).(*desk.Contact)
	out.Name, out.Language, out.Zone, out.Note, out.Org = "", "", "", "", desk.Ref{}
	out.Emails, out.Phones, out.Fields = nil, nil, nil
	var told []Difference
	for _, c := range order {
		said := func(field string, at *string, value string, same func(a, b string) bool) {
			switch {
			case value == "" || same(*at, value):
			case *at == "":
				*at = value
			default:
				told = append(told, Difference{Field: field, Kept: *at, Other: value, Of: c.ID})
			}
		}
		said("name", &out.Name, nameOf(c), alike)
		said("language", &out.Language, c.Language, alike)
		said("zone", &out.Zone, c.Zone, alike)
		if out.Org.ID == "" {
			out.Org = c.Org
		} else if c.Org.ID != "" && c.Org.ID != out.Org.ID && !sameOrg(out.Org.ID, c.Org.ID) {
			told = append(told, Difference{Field: "org", Kept: string(out.Org.ID), Other: string(c.Org.ID), Of: c.ID})
		}
		out.Note = besides(out.Note, c.Note)
		out.Phones = union(out.Phones, c.Phones, digits)
		told = append(told, fields(out, c)...)
	}
	for _, c := range cs { // whose address is the main one does not depend on who wrote last
		out.Emails = union(out.Emails, c.Emails, desk.Normal)
	}
	out.Name = cmp.Or(out.Name, cs[0].Name)
	dates(out, cs)
	return out, told
}

// nameOf is a name that somebody gave: many systems put the address where there is none.
func nameOf(c *desk.Contact) string {
	for _, e := range c.Emails {
		local, _, _ := strings.Cut(e, "@")
		if strings.EqualFold(c.Name, e) || strings.EqualFold(c.Name, local) {
			return ""
		}
	}
	return c.Name
}

func alike(a, b string) bool { return desk.Normal(a) == desk.Normal(b) }

// besides puts a note below another, unless that has it.
func besides(note, more string) string {
	switch {
	case more == "" || strings.Contains(note, more):
		return note
	case note == "":
		return more
	}
	return note + "\n\n" + more
}

func union(have, more []string, by func(string) string) []string {
	for _, m := range more {
		if !slices.ContainsFunc(have, func(h string) bool { return by(h) == by(m) }) {
			have = append(have, m)
		}
	}
	return have
}

// digits are what numbers are compared by when they are gathered: one that is written in
// two ways may stand there twice, which costs nothing.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// fields adds the custom fields of a contact.
func fields(out, c *desk.Contact) (told []Difference) {
	for _, name := range slices.Sorted(maps.Keys(c.Fields)) {
		value := c.Fields[name]
		have, there := out.Fields[name]
		switch {
		case value == nil || value == "":
		case !there:
			out.SetField(name, value)
		case !alike(text(have), text(value)):
			told = append(told, Difference{Field: "fields." + name, Kept: text(have), Other: text(value), Of: c.ID})
		}
	}
	return told
}

// dates are those of the person: known since the first contact, changed with the last.
func dates(out *desk.Contact, cs []*desk.Contact) {
	var versions []string
	for _, c := range cs {
		if out.Created.IsZero() || !c.Created.IsZero() && c.Created.Before(out.Created) {
			out.Created = c.Created
		}
		if c.Updated.After(out.Updated) {
			out.Updated = c.Updated
		}
		versions = append(versions, cmp.Or(c.Version, "-"))
	}
	out.Version = strings.Join(versions, " ")
}

func text(v any) string { return fmt.Sprint(v) }
