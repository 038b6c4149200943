package rt

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

func (t *Target) createQueue(ctx context.Context, r *desk.Category) (connectors.Receipt, error) {
	if err := queueName(r); err != nil {
		return connectors.Receipt{}, err
	}
	id, err := t.post(ctx, "queue", map[string]any{"Name": r.Name})
	return connectors.Receipt{ID: desk.ID(id)}, err
}

func (t *Target) updateQueue(ctx context.Context, id desk.ID, r *desk.Category, fields []string) (connectors.Receipt, error) {
	got := connectors.Receipt{ID: id}
	var said []string
	var err error
	if slices.Contains(fields, "name") {
		if said, err = t.put(ctx, "queue/"+url.PathEscape(string(id)), map[string]any{"Name": r.Name}); err != nil {
			return got, err
		}
	}
	back, err := t.Fetch(ctx, desk.KindCategory, id)
	if err == nil {
		got.Losses = losses(r, back, ours(desk.KindCategory, fields), said)
	}
	return got, err
}

// findQueue goes through the queues: they are few, and RT's own comparison of names
// knows only the letters of English.
func (t *Target) findQueue(ctx context.Context, r *desk.Category) (desk.ID, error) {
	call := rest.Call{Path: "queues/all", Query: url.Values{"fields": {"Name,Disabled"}, "find_disabled_rows": {"1"}}}
	for q, err := range pages[queueShape](ctx, t.client, call) {
		if err != nil {
			return "", err
		}
		if r.Name != "" && desk.Normal(string(q.Name)) == desk.Normal(r.Name) {
			return desk.ID(q.ID), nil
		}
	}
	return "", fmt.Errorf("queue %q: %w", r.Name, connectors.ErrNotFound)
}

// queue looks at a queue, once. One whose tickets cannot carry our marks is no place
// to write to: a write whose answer was lost would be made again.
func (t *Target) queue(ctx context.Context, name string) (*queueShape, error) {
	t.looking.Lock()
	defer t.looking.Unlock()
	q, err := t.queueNamed(ctx, name)
	if err != nil {
		return nil, err
	}
	if missing := t.missing(q); missing != "" {
		delete(t.queues, name) // the next look is whether it has been made
		return nil, fmt.Errorf("queue %q: %s: %w", q.Name, missing, connectors.ErrDenied)
	}
	return q, nil
}

// closed refuses a new ticket in a queue that is disabled: RT would say that the account
// lacks a right. What stands there goes on.
func closed(q *queueShape, r *desk.Ticket) error {
	if q.Disabled == "" || q.Disabled == "0" {
		return nil
	}
	return connectors.Refuse(connectors.ReasonRefused, "enable it in RT (Admin → Queues) and say retry, or give such tickets another category in the mapping",
		"ticket %s: the queue %q is disabled in RT, which takes no new tickets into it", r.ID, q.Name)
}

// queueNamed looks at a queue once. The caller holds looking.
func (t *Target) queueNamed(ctx context.Context, name string) (*queueShape, error) {
	if q := t.queues[name]; q != nil {
		return q, nil
	}
	q := new(queueShape)
	if _, err := t.client.JSON(ctx, rest.Call{Path: "queue/" + url.PathEscape(name)}, q); err != nil {
		return nil, fmt.Errorf("queue %q: %w", name, err)
	}
	t.queues[name] = q
	return q, nil
}

// missing says what a queue lacks before it can be written to; "" if nothing.
func (t *Target) missing(q *queueShape) string {
	has := func(fields []customField, name string) bool {
		return slices.ContainsFunc(fields, func(f customField) bool { return f.Name == name })
	}
	mark := t.config.mark()
	switch {
	case !has(q.TicketFields, mark):
		return fmt.Sprintf("the custom field %q for tickets is not there – make it in RT (Admin → Custom Fields → Create: Enter one value, applies to Tickets) and apply it to all queues, or name another in mark", mark)
	case !has(q.TransactionFields, mark):
		return fmt.Sprintf("the custom field %q for ticket transactions is not there – make it in RT (Admin → Custom Fields → Create: Enter one value, applies to Ticket Transactions) and apply it to all queues, or name another in mark", mark)
	}
	for _, name := range t.config.Fields {
		if !has(q.TicketFields, name) {
			return fmt.Sprintf("the custom field %q, which fields names, is not there – make it in RT and apply it to the queue, or take it out of fields", name)
		}
	}
	return ""
}

// unshelve takes the standard queue off a ticket that came without a category, unless
// that queue stands for a category as well.
func (t *Target) unshelve(ctx context.Context, ticket *desk.Ticket) error {
	t.looking.Lock()
	q, err := t.queueNamed(ctx, t.config.queue())
	t.looking.Unlock()
	switch {
	case isAbsent(err), hidden(err): // then nothing was put there
		return nil
	case err != nil: // otherwise the ticket would seem to have been put there by somebody
		return err
	case desk.ID(q.ID) != ticket.Category.ID:
		return nil
	}
	used, err := t.state.Get(ctx, shelfKey(desk.ID(q.ID)))
	if len(used) == 0 {
		ticket.Category = desk.Ref{}
	}
	return err
}
