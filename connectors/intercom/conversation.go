package intercom

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
)

// conversation makes the record of a conversation.
func (a *api) conversation(ctx context.Context, p *people, c conversationShape) (*desk.Ticket, error) {
	r := &desk.Ticket{
		Number: string(c.ID), Subject: c.subject(), Status: c.status(), Priority: priority(c.Priority), Channel: channel(c.Source.Type),
	}
	r.ID, r.Created, r.Updated = desk.ID(c.ID), c.Created.Time, c.Updated.Time
	r.URL = a.Link(desk.KindTicket, r.ID)
	setFields(&r.Meta, map[string]any{"state": c.State, "delivered_as": c.Source.Delivered, "began_at": c.Source.URL, "linked": linked(c.Linked)}, c.Custom)
	r.Assignee, r.Group = p.mate(&r.Meta, c.Admin), p.group(&r.Meta, c.Team)
	r.Requester, r.Participants = asker(c.Contacts, c.Source.Author)
	if err := a.meetAll(ctx, c.Contacts); err != nil {
		return nil, err
	}
	for _, mate := range append(c.Teammates.Admins, c.Teammates.Teammates...) {
		if ref := p.ref(mate); !ref.IsZero() && ref != r.Assignee && !slices.Contains(r.Participants, ref) {
			r.Participants = append(r.Participants, ref)
		}
	}
	for _, tag := range c.Tags.Tags {
		r.Tags = append(r.Tags, tag.Name)
	}
	a.rate(r, c)
	if c.SLA != nil {
		setFields(&r.Meta, map[string]any{"sla": c.SLA.Name, "sla_status": c.SLA.Status}, nil)
	}
	if !c.Snoozed.IsZero() {
		r.SetField("snoozed_until", c.Snoozed.Format(time.RFC3339))
	}
	parts := c.Parts.all()
	r.History = p.history(parts)
	if r.Status == desk.StatusClosed {
		r.Closed = c.closed(r.History)
	}
	messages, err := a.messages(ctx, p, r, &c.Source, c.Created.Time, parts)
	r.Messages = messages
	return r, err
}

// subject is the title that somebody gave it, or the subject of the mail that began it.
func (c *conversationShape) subject() string {
	for _, s := range []string{c.Title, c.Source.Subject} {
		if strings.HasPrefix(strings.TrimSpace(s), "<") {
			s = plaintext.HTML(s)
		}
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}

func (c *conversationShape) status() desk.Status {
	switch {
	case c.State == "snoozed":
		return desk.StatusPending
	case c.State == "closed", c.State == "" && !c.Open:
		return desk.StatusClosed
	}
	return desk.StatusOpen
}

func (c *conversationShape) closed(history []desk.Change) time.Time {
	if c.Statistics != nil && !c.Statistics.LastClose.IsZero() {
		return c.Statistics.LastClose.Time
	}
	for _, h := range slices.Backward(history) {
		if h.To == desk.StatusClosed {
			return h.At
		}
	}
	return time.Time{}
}

func (a *api) rate(r *desk.Ticket, c conversationShape) {
	if c.Rating == nil || c.Rating.Rating.id() == "" && c.Rating.Remark == "" {
		return
	}
	r.Rating = &desk.Rating{Score: c.Rating.Rating.id(), Comment: c.Rating.Remark, At: c.Rating.Updated.Time}
	if r.Rating.At.IsZero() {
		r.Rating.At = c.Rating.Created.Time
	}
}

// asker is who asks: the contact who began it, else the first; the others take part.
func asker(all contactsShape, author personShape) (who desk.Ref, others []desk.Ref) {
	for _, c := range all.Contacts {
		ref := desk.To(desk.KindContact, desk.ID(c.ID))
		if string(c.ID) == string(author.ID) && author.isContact() || who.IsZero() {
			who = ref
		}
	}
	if who.IsZero() && author.isContact() {
		who = desk.To(desk.KindContact, desk.ID(author.ID))
	}
	for _, c := range all.Contacts {
		if ref := desk.To(desk.KindContact, desk.ID(c.ID)); ref != who {
			others = append(others, ref)
		}
	}
	return who, others
}

// linked are the numbers of other tickets and conversations.
func linked(l linkedShape) any {
	var all []any
	for _, o := range l.Data {
		all = append(all, strings.TrimSpace(o.Type+" "+string(o.ID)+" "+o.Category))
	}
	if all == nil {
		return nil
	}
	return all
}

// isContact tells whether somebody is a customer.
func (p personShape) isContact() bool {
	return p.Type == "user" || p.Type == "lead" || p.Type == "contact" || p.Type == "visitor"
}

// ref is who somebody is; nobody, for a bot that is no teammate, a team, and a teammate who
// has left: no list has them.
func (p *people) ref(who personShape) desk.Ref {
	id := who.ID.id()
	switch _, mate := p.admin(id); {
	case who.isContact():
		return desk.To(desk.KindContact, desk.ID(id))
	case mate && who.Type != "team":
		return desk.To(desk.KindAgent, desk.ID(id))
	}
	return desk.Ref{}
}

// mate is the teammate with an id. One who has left is told in a field.
func (p *people) mate(m *desk.Meta, id word) desk.Ref {
	ref := p.ref(personShape{Type: "admin", ID: id})
	if ref.IsZero() && id.id() != "" {
		m.SetField("former_assignee", id.id())
	}
	return ref
}

// group is the team with an id. One that is there no more is told in a field.
func (p *people) group(m *desk.Meta, id word) desk.Ref {
	if id.id() == "" {
		return desk.Ref{}
	}
	for _, t := range p.teams {
		if t.ID == id {
			return desk.To(desk.KindGroup, desk.ID(id))
		}
	}
	m.SetField("former_team", id.id())
	return desk.Ref{}
}
