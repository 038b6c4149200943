package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// sort is what a field takes.
type sort int

const (
	sortAny sort = iota
	sortText
	sortBool
	sortTime
	sortTexts
	sortStatus
	sortPriority
)

// String names the sort for people.
func (s sort) String() string {
	return [...]string{"any value", "a text", "true or false", "a time", "a list of texts", "a status", "a priority"}[s]
}

// words returns the only texts that the sort takes, or nil.
func (s sort) words() []string {
	var out []string
	switch s {
	case sortStatus:
		for _, w := range desk.Statuses {
			out = append(out, string(w))
		}
	case sortPriority:
		for _, w := range desk.Priorities {
			out = append(out, string(w))
		}
	case sortAny, sortText, sortBool, sortTime, sortTexts:
	}
	return out
}

// A field is something that "set" and "defaults" may write. thing is a record of
// its kind or a *desk.Message; the value has been brought into the field's sort.
type field struct {
	sort  sort
	put   func(thing, value any)
	blank func(thing any) bool
}

func one[T any, V comparable](s sort, at func(*T) *V, from func(any) V) field {
	var zero V
	return field{
		sort:  s,
		put:   func(thing, v any) { *at(thing.(*T)) = from(v) },
		blank: func(thing any) bool { return *at(thing.(*T)) == zero },
	}
}

func text[T any](at func(*T) *string) field {
	return one(sortText, at, func(v any) string { return v.(string) })
}

func yes[T any](at func(*T) *bool) field {
	return one(sortBool, at, func(v any) bool { return v.(bool) })
}

func moment[T any](at func(*T) *time.Time) field {
	return one(sortTime, at, func(v any) time.Time { return v.(time.Time) })
}

func ref[T any](kind desk.Kind, at func(*T) *desk.Ref) field {
	return one(sortText, at, func(v any) desk.Ref { return desk.To(kind, desk.ID(v.(string))) })
}

func texts[T any](at func(*T) *[]string) field {
	return field{
		sort:  sortTexts,
		put:   func(thing, v any) { *at(thing.(*T)) = slices.Clone(v.([]string)) },
		blank: func(thing any) bool { return len(*at(thing.(*T))) == 0 },
	}
}

// custom is the field "fields.NAME"; a nil value takes it away.
func custom(name string) field {
	return field{
		sort: sortAny,
		put: func(thing, v any) {
			at := customs(thing)
			switch {
			case v == nil:
				delete(*at, name)
				return
			case *at == nil:
				*at = map[string]any{}
			}
			(*at)[name] = v
		},
		blank: func(thing any) bool {
			v, there := (*customs(thing))[name]
			return !there || v == nil || v == ""
		},
	}
}

func customs(thing any) *map[string]any {
	if m, ok := thing.(*desk.Message); ok {
		return &m.Fields
	}
	return &thing.(desk.Record).About().Fields
}

// fieldOf finds a field of a kind by name; the error says which there are.
func fieldOf(kind desk.Kind, name string) (field, error) {
	if n, ok := strings.CutPrefix(name, "fields."); ok && n != "" {
		return custom(n), nil
	}
	fields := fieldsOf(kind)
	f, ok := fields[name]
	if !ok {
		known := append(slices.Sorted(maps.Keys(fields)), "fields.NAME")
		return f, fmt.Errorf("%ss have no field %q that can be set%s", kind, name, didYouMean(name, known))
	}
	return f, nil
}

func fieldsOf(kind desk.Kind) map[string]field {
	switch kind {
	case desk.KindTicket:
		return ticketFields()
	case desk.KindMessage:
		return messageFields()
	case desk.KindContact:
		return contactFields()
	case desk.KindAgent:
		return map[string]field{
			"name": text(func(a *desk.Agent) *string { return &a.Name }), "email": text(func(a *desk.Agent) *string { return &a.Email }),
			"disabled": yes(func(a *desk.Agent) *bool { return &a.Disabled }),
		}
	case desk.KindOrganization:
		return map[string]field{
			"name": text(func(o *desk.Organization) *string { return &o.Name }), "note": text(func(o *desk.Organization) *string { return &o.Note }),
			"domains": texts(func(o *desk.Organization) *[]string { return &o.Domains }),
		}
	case desk.KindGroup:
		return map[string]field{"name": text(func(g *desk.Group) *string { return &g.Name })}
	case desk.KindCategory:
		return map[string]field{
			"name":   text(func(c *desk.Category) *string { return &c.Name }),
			"parent": ref(desk.KindCategory, func(c *desk.Category) *desk.Ref { return &c.Parent }),
		}
	case desk.KindFile:
	}
	return nil
}

func ticketFields() map[string]field {
	type t = desk.Ticket
	return map[string]field{
		"number": text(func(t *t) *string { return &t.Number }), "subject": text(func(t *t) *string { return &t.Subject }),
		"type": text(func(t *t) *string { return &t.Type }), "channel": text(func(t *t) *string { return &t.Channel }),
		"status": one(sortStatus, func(t *t) *desk.Status { return &t.Status },
			func(v any) desk.Status { return desk.Status(v.(string)) }),
		"priority": one(sortPriority, func(t *t) *desk.Priority { return &t.Priority },
			func(v any) desk.Priority { return desk.Priority(v.(string)) }),
		"requester": ref(desk.KindContact, func(t *t) *desk.Ref { return &t.Requester }),
		"assignee":  ref(desk.KindAgent, func(t *t) *desk.Ref { return &t.Assignee }),
		"group":     ref(desk.KindGroup, func(t *t) *desk.Ref { return &t.Group }),
		"category":  ref(desk.KindCategory, func(t *t) *desk.Ref { return &t.Category }),
		"tags":      texts(func(t *t) *[]string { return &t.Tags }),
		"created":   moment(func(t *t) *time.Time { return &t.Created }), "due": moment(func(t *t) *time.Time { return &t.Due }),
		"solved": moment(func(t *t) *time.Time { return &t.Solved }), "closed": moment(func(t *t) *time.Time { return &t.Closed }),
	}
}

func messageFields() map[string]field {
	type m = desk.Message
	body := text(func(m *m) *string { return &m.Text })
	put := body.put
	body.put = func(thing, v any) {
		if thing.(*m).Text != v.(string) {
			thing.(*m).Folds = nil // they count bytes of the old text
		}
		put(thing, v)
	}
	return map[string]field{
		"subject": text(func(m *m) *string { return &m.Subject }), "html": text(func(m *m) *string { return &m.HTML }), "text": body,
		"channel": text(func(m *m) *string { return &m.Channel }), "note": yes(func(m *m) *bool { return &m.Note }),
		"at": moment(func(m *m) *time.Time { return &m.At }),
	}
}

func contactFields() map[string]field {
	type c = desk.Contact
	return map[string]field{
		"name": text(func(c *c) *string { return &c.Name }), "note": text(func(c *c) *string { return &c.Note }),
		"language": text(func(c *c) *string { return &c.Language }), "zone": text(func(c *c) *string { return &c.Zone }),
		"emails": texts(func(c *c) *[]string { return &c.Emails }), "phones": texts(func(c *c) *[]string { return &c.Phones }),
		"org": ref(desk.KindOrganization, func(c *c) *desk.Ref { return &c.Org }),
	}
}
