package okdesk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// cover is what an issue is to say, by the calls that say it.
type cover struct {
	issue      map[string]any // of the issue itself
	assignee   map[string]any // who is to do it; nil is not asked
	due        any            // when; nil is not asked
	kind       string         // the code of its type; "" is not asked
	parameters map[string]any
	status     bool
	losses     []connectors.Loss
}

// coverOf are the named fields as Okdesk takes them. A new issue takes all but its status
// with it; of one that stands each is changed by a call of its own.
func (t *Target) coverOf(ctx context.Context, r *desk.Ticket, fields, custom []string) (*cover, error) {
	d, err := t.dictionary(ctx)
	if err != nil {
		return nil, err
	}
	c := &cover{issue: map[string]any{}, parameters: map[string]any{}}
	for _, f := range fields {
		if err := t.coverField(ctx, c, d, r, f); err != nil {
			return nil, err
		}
	}
	places, custom := parted(custom)
	for _, name := range places {
		if err := t.place(ctx, c, r, name); err != nil {
			return nil, err
		}
	}
	more, lost, err := t.parameters(ctx, r, custom, issueWords)
	for code, v := range more.codes {
		c.parameters[code] = v
	}
	c.losses = append(c.losses, lost...)
	if slices.Contains(fields, "subject") && t.config.Mark != "" && r.Mark != "" {
		c.parameters[t.config.Mark] = r.Mark
	}
	if len(c.parameters) > 0 {
		c.issue["custom_parameters"] = c.parameters
	}
	return c, err
}

func (t *Target) coverField(ctx context.Context, c *cover, d *dictionary, r *desk.Ticket, field string) error {
	lose := func(why connectors.Why, value, takes, format string, args ...any) {
		c.losses = append(c.losses, connectors.Loss{Field: field, Why: why, Value: value, Takes: takes, Detail: fmt.Sprintf("ticket %s: ", r.ID) + fmt.Sprintf(format, args...)})
	}
	switch field {
	case "subject":
		if c.issue["title"] = r.Subject; strings.TrimSpace(r.Subject) == "" {
			c.issue["title"] = noSubject
		}
	case "status":
		c.status = true
		if lost := t.statusLoss(d, r); lost != nil {
			c.losses = append(c.losses, *lost)
		}
	case "priority":
		code, ok := t.priorityFor(d, r.Priority)
		if c.issue["priority"] = code; !ok {
			lose(connectors.WhyValue, string(r.Priority), "", "the account has no priority that stands for %q", r.Priority)
		}
	case "type":
		w, same := typeFor(d, r.Type)
		c.issue["type"], c.kind = w.Code, w.Code
		if !same {
			lose(connectors.WhyValue, r.Type, strings.Join(typeNames(d), "\n"), "the account has no type of issues %q", r.Type)
		}
	case "requester":
		if r.Requester.Kind == desk.KindAgent { // an employee is nobody's contact
			if len(r.Messages) == 0 || r.Messages[0].Author.Target != r.Requester.Target {
				lose(connectors.WhyNobody, "", "", "its requester is an employee there, and none can be an issue's contact")
			}
			return nil
		}
		c.issue["contact_id"] = target(r.Requester)
	case "assignee", "group":
		c.issue["assignee_id"], c.issue["group_id"] = target(r.Assignee), target(r.Group)
		c.assignee = map[string]any{"assignee_id": target(r.Assignee), "group_id": target(r.Group)}
	case "due":
		return t.dueField(ctx, c, r)
	case "tags":
		t.tagsField(c, d, r, lose)
	case "participants":
		t.observersField(c, r)
	}
	return nil
}

func (t *Target) dueField(ctx context.Context, c *cover, r *desk.Ticket) error {
	c.due = ""
	if r.Due.IsZero() {
		return nil
	}
	zone, err := t.where(ctx)
	c.due = r.Due.In(zone).Format(time.RFC3339)
	c.issue["deadline_at"] = c.due
	return err
}

// observersField names those who take part, where that is asked for.
func (t *Target) observersField(c *cover, r *desk.Ticket) {
	if t.config.Observers != "yes" {
		return
	}
	employees, contacts := []number{}, []number{}
	for _, who := range r.Participants {
		if n, ok := numberOf(who.Target); ok && who.Kind == desk.KindAgent {
			employees = append(employees, n)
		} else if ok {
			contacts = append(contacts, n)
		}
	}
	c.issue["observer_ids"], c.issue["contact_observer_ids"] = employees, contacts
}

// parted takes the fields that name places from the others.
func parted(custom []string) (places, others []string) {
	for _, name := range custom {
		if name == "company" || name == "maintenance_entity" {
			places = append(places, name)
		} else {
			others = append(others, name)
		}
	}
	return places, others
}

// place finds the company or maintenance entity that a field names.
func (t *Target) place(ctx context.Context, c *cover, r *desk.Ticket, name string) error {
	key, look := "company_id", t.companyNames
	if name == "maintenance_entity" {
		key, look = "maintenance_entity_id", t.objectNames
	}
	said, _ := r.Fields[name].(string)
	if said == "" {
		c.issue[key] = nil
		return nil
	}
	if name == "company" { // one that we made is there as well
		n, err := t.look(ctx, t.places, t.companiesAfter(ctx), func(x *index) number { return x.names[desk.Normal(said)] })
		if err != nil {
			return err
		}
		if n != 0 {
			c.issue[key] = n
			return nil
		}
	}
	reg, err := look(ctx)
	if err != nil {
		return err
	}
	for n, called := range reg.names {
		if same(called, said) {
			c.issue[key] = n
			return nil
		}
	}
	c.losses = append(c.losses, connectors.Loss{Field: "fields." + name, Why: connectors.WhyReference, Value: said, Detail: fmt.Sprintf("ticket %s: nothing in Okdesk is called %q, as its %s is", r.ID, said, name)})
	return nil
}
