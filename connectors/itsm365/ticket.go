package itsm365

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// ticket reads a ticket with its comments and files, and tells what State keeps of it.
func (a *api) ticket(ctx context.Context, id desk.ID) (*desk.Ticket, string, error) {
	r, err := a.get(ctx, id)
	if err != nil {
		return nil, "", err
	}
	comments, err := a.under(ctx, desk.KindMessage, id)
	if err != nil {
		return nil, "", fmt.Errorf("ticket %s: its comments: %w", id, err)
	}
	files, err := a.under(ctx, desk.KindFile, id)
	if err != nil {
		return nil, "", fmt.Errorf("ticket %s: its files: %w", id, err)
	}
	t, err := a.record(ctx, r, comments, files)
	if err != nil {
		return nil, "", fmt.Errorf("ticket %s: %w", id, err)
	}
	return t, known(a.stamp(r), a.signatureOf(comments, files)), nil
}

// fresh is how long after its last change a ticket may change again without its time telling
// so, which has whole seconds, by a clock that may not be the one in the answers' heads.
const fresh = 10 * time.Second

// stamp is when a ticket was last changed, as it is written there; of one that changed just
// now it is such that it is read once more.
func (a *api) stamp(r row) string {
	said := r.text(a.config.kind(desk.KindTicket).code("updated"))
	if age := a.client.Now().Sub(a.time(said)); age.Abs() < fresh {
		return said + " or later"
	}
	return said
}

// under are the comments or files of a ticket.
func (a *api) under(ctx context.Context, kind desk.Kind, id desk.ID) (rows []row, err error) {
	k := a.config.kind(kind)
	filter := k.filter()
	filter[k.code("ticket")] = string(id)
	for r, err := range a.list(ctx, k.Class, filter, nil) {
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// record makes a ticket of an object, its comments and files.
func (a *api) record(ctx context.Context, r row, comments, files []row) (*desk.Ticket, error) {
	t, err := a.cover(ctx, r)
	if err != nil {
		return nil, err
	}
	if t.Mark != "" && t.Subject == noSubject {
		t.Subject = ""
	}
	t.Messages, err = a.messages(ctx, t, r, comments, files)
	return t, err
}

// cover is what stands on the ticket.
func (a *api) cover(ctx context.Context, r row) (*desk.Ticket, error) {
	k := a.config.kind(desk.KindTicket)
	t := &desk.Ticket{
		Number: r.text(k.code("number")), Subject: r.text(k.code("subject")), Priority: a.config.priority(r, k.code("priority")), Type: a.config.kindOf(r.class()),
		Group: refOf(desk.KindGroup, a.config, r.ref(k.code("group"))), Category: refOf(desk.KindCategory, a.config, r.ref(k.code("category"))),
		Due: a.time(r[k.code("due")]), Solved: a.time(r[k.code("solved")]), Closed: a.time(r[k.code("closed")]), Tags: tagsOf(r[k.code("tags")]),
	}
	a.about(&t.Meta, k, r)
	t.URL = a.Link(desk.KindTicket, t.ID)
	state := r.text(k.code("status"))
	t.Status, _ = a.config.status(state)
	if state != "" {
		t.SetField(k.code("status"), state)
	}
	for _, name := range []string{"organization", "priority"} {
		if v := plain(r[k.code(name)]); v != nil && a.config.Others != "no" {
			t.SetField(k.code(name), v)
		}
	}
	if score := r.text(k.code("rating")); score != "" {
		t.Rating = &desk.Rating{Score: score}
	}
	var err error
	if t.Requester, err = a.who(ctx, r.ref(k.code("requester"))); err != nil {
		return nil, err
	}
	if id := r.ref(k.code("assignee")); id != "" && classOf(string(id)) == classOf(a.config.kind(desk.KindAgent).Class) {
		t.Assignee = desk.To(desk.KindAgent, id) // who is responsible for tickets is an agent, whatever else
	}
	return t, nil
}

// refOf is a reference to an object of a kind; none if it is of another class.
func refOf(kind desk.Kind, c *Config, id desk.ID) desk.Ref {
	if classOf(string(id)) != classOf(c.kind(kind).Class) {
		return desk.Ref{}
	}
	return desk.To(kind, id)
}

// tagsOf are the tags of an attribute: references to items, or a text with commas.
func tagsOf(v any) (tags []string) {
	switch v := plain(v).(type) {
	case string:
		for s := range strings.SplitSeq(v, ",") {
			if s = strings.TrimSpace(s); s != "" {
				tags = append(tags, s)
			}
		}
	case []any:
		for _, e := range v {
			if s, ok := e.(string); ok {
				tags = append(tags, s)
			}
		}
	}
	return tags
}
