package znuny

import (
	"context"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func isPlanned(id desk.ID) bool { return strings.HasPrefix(string(id), connectors.PlannedID) }

// Foresee tells what Znuny would not keep of a record, from its rules and from what it says
// of names and values that it is asked about, each once.
func (t *Target) Foresee(ctx context.Context, w connectors.Write) ([]connectors.Loss, error) {
	switch r := w.Record.(type) {
	case *desk.Ticket:
		if w.Message != nil {
			if err := hasNUL(*w.Message); err != nil {
				return nil, err
			}
			_, losses := t.filesOf(w.Message)
			return losses, nil
		}
		return t.foreseeTicket(ctx, r, w.Fields)
	case *desk.Contact:
		if w.Fields != nil {
			return nil, nil
		}
		_, err := t.contactID(r)
		return nil, err
	case *desk.Agent:
		if w.Fields == nil {
			return nil, t.foreseeAgent(ctx, r)
		}
	case *desk.Category:
		if w.Fields == nil {
			queue, err := t.queueFor(ctx, r)
			if err == nil && queue == "" {
				_, err = t.adoptQueue(ctx, r)
			}
			return nil, err
		}
	}
	return nil, nil
}

func (t *Target) foreseeAgent(ctx context.Context, r *desk.Agent) error {
	login, err := t.loginFor(ctx, r)
	if err == nil && login == "" && t.config.StandIn == "" {
		_, err = t.adoptAgent(ctx, r)
	}
	return err
}

// Unforeseen implements connectors.Unforeseen.
func (t *Target) Unforeseen() []string {
	return []string{
		"Whether Znuny takes an address whose domain has no mail server (CheckMXRecord) is seen when it is asked: such a contact is refused, and such an author stands there without the address, as the line before the text tells it.",
		"A database of MySQL's that stores three bytes a letter keeps no emoji: Znuny puts � in their place, and says nothing.",
	}
}

func (t *Target) foreseeTicket(ctx context.Context, r *desk.Ticket, fields []string) ([]connectors.Loss, error) {
	if fields == nil {
		if err := hasNUL(r.Messages...); err != nil {
			return nil, err
		}
		if _, err := t.askerOf(ctx, r); err != nil {
			return nil, err
		}
	}
	back, err := t.foreseen(ctx, r)
	if err != nil {
		return nil, err
	}
	losses := t.losses(r, back, fields)
	if m := first(r); m != nil && fields == nil {
		_, more := t.filesOf(m)
		losses = append(more, losses...)
	}
	return losses, nil
}

// foreseen is a ticket as Znuny would give it back.
func (t *Target) foreseen(ctx context.Context, r *desk.Ticket) (*desk.Ticket, error) {
	kind, err := t.typeFor(ctx, r.Type)
	if err != nil {
		return nil, err
	}
	if kind = typeOf(kind); kind == t.config.kind() {
		kind = ""
	}
	back := &desk.Ticket{
		Subject: title(r.Subject), Status: t.config.back(r.Status), Priority: priority(text(rank(r.Priority))), Type: kind,
		Requester: desk.To(desk.KindContact, r.Requester.Target), Assignee: desk.To(r.Assignee.Kind, r.Assignee.Target), Category: desk.To(desk.KindCategory, r.Category.Target),
	}
	if back.Subject == noSubject {
		back.Subject = ""
	}
	back.Mark = r.Mark
	values, err := t.taken(ctx, t.dynamic(r, nil))
	for _, f := range values {
		switch v := f["Value"].(type) {
		case []string:
			all := make([]any, len(v))
			for i := range v {
				all[i] = v[i]
			}
			back.SetField(f["Name"].(string), all)
		case string:
			if f["Name"] == t.config.CreatedField {
				back.Created, _ = time.Parse(stamp, v)
			} else if v != "" {
				back.SetField(f["Name"].(string), v)
			}
		}
	}
	return back, err
}
