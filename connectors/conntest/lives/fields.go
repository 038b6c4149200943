package lives

import (
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// field is what agents on both sides change of a ticket.
type field struct {
	name   string
	values []string // nil: any
	get    func(*life, *desk.Ticket) string
	set    func(*life, *desk.Ticket, string)
}

var fields = []field{
	{
		name: "subject",
		get:  func(_ *life, x *desk.Ticket) string { return x.Subject },
		set:  func(_ *life, x *desk.Ticket, v string) { x.Subject = v },
	},
	{
		name: "status", values: []string{"open", "pending", "solved"},
		get: func(_ *life, x *desk.Ticket) string { return string(x.Status) },
		set: func(_ *life, x *desk.Ticket, v string) { x.Status = desk.Status(v) },
	},
	{
		name: "priority", values: []string{"low", "high", "urgent"},
		get: func(_ *life, x *desk.Ticket) string { return string(x.Priority) },
		set: func(_ *life, x *desk.Ticket, v string) { x.Priority = desk.Priority(v) },
	},
	{
		name: "tags",
		get:  func(_ *life, x *desk.Ticket) string { return Tags(x.Tags) },
		set:  func(_ *life, x *desk.Ticket, v string) { x.Tags = strings.Fields(v) },
	},
	{
		name: "tier",
		get:  func(l *life, x *desk.Ticket) string { s, _ := x.Fields[l.far.Tier].(string); return s },
		set:  func(l *life, x *desk.Ticket, v string) { x.SetField(l.far.Tier, v) },
	},
	{
		name: "requester", values: []string{addressOf(0), addressOf(1), addressOf(2)},
		get: func(_ *life, x *desk.Ticket) string { return addressOf(int(x.Requester.ID[1] - '0')) },
		set: func(_ *life, x *desk.Ticket, v string) { x.Requester = contact(slices.Index(requesters, v)) },
	},
}

// fields are those that the target keeps: nobody sees what becomes of others.
func (l *life) fields() []field {
	return slices.DeleteFunc(slices.Clone(fields), func(f field) bool {
		name := f.name
		if name == "tier" {
			name = "fields." + l.far.Tier
		}
		return slices.Contains(l.far.Fixed, f.name) || !l.far.Writes.Keeps(desk.KindTicket, name)
	})
}

var requesters = []string{addressOf(0), addressOf(1), addressOf(2)}

// Tags is how the tags of a ticket are told.
func Tags(all []string) string {
	all = slices.Sorted(slices.Values(all))
	return strings.Join(slices.DeleteFunc(all, func(tag string) bool { return tag == deletedTag }), " ")
}
