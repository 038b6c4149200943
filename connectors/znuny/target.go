package znuny

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Target writes Znuny. Tickets carry their marks in a dynamic field, articles theirs in
// their first line; of agents, queues and customers, of which none is made, the marks are in
// the private memory.
type Target struct {
	*api
	spool spool
	watch watch

	asking turn
	types  map[string]string // ticket types that were asked for, and how Znuny has them; "" not at all
	fields map[string]string // dynamic fields whose values were asked for, and what was said
}

func newTarget(c *Config, env connectors.Env) (*Target, error) {
	a, err := newAPI(c, env)
	if err != nil {
		return nil, err
	}
	if c.Quiet != quietOff {
		return nil, fmt.Errorf("quiet: it is not declared that Znuny mails nobody while it is written to – let an administrator set all ticket notifications invalid for the time (Admin → Ticket Notifications); then set quiet: %s. %w", quietOff, connectors.ErrDenied)
	}
	return &Target{api: a, asking: newTurn(), watch: watch{gate: newTurn()}, types: map[string]string{}, fields: map[string]string{}}, nil
}

// Close removes what was spooled.
func (t *Target) Close() error {
	t.spool.clear()
	return nil
}

// Create makes a ticket with its first message. Of agents, queues and customers it makes
// none: there are no operations for them.
func (t *Target) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	switch r := r.(type) {
	case *desk.Ticket:
		return quietly(ctx, t, func() (connectors.Receipt, error) { return t.createTicket(ctx, r) })
	case *desk.Contact:
		return t.createContact(ctx, r)
	case *desk.Agent:
		return t.adoptAgent(ctx, r)
	case *desk.Category:
		return t.adoptQueue(ctx, r)
	}
	return connectors.Receipt{}, fmt.Errorf("a %s: no operation of Znuny's writes one: %w", r.Kind(), connectors.ErrUnsupported)
}

// Update changes a ticket's cover. People and queues stay as they are.
func (t *Target) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	switch r := r.(type) {
	case *desk.Ticket:
		if !isNumber(id) {
			return connectors.Receipt{}, missing(desk.KindTicket, id)
		}
		return quietly(ctx, t, func() (connectors.Receipt, error) { return t.updateTicket(ctx, id, r, fields) })
	case *desk.Contact, *desk.Agent, *desk.Category:
		_, err := t.known(ctx, r.Kind(), id)
		return connectors.Receipt{ID: id}, err
	}
	return connectors.Receipt{}, fmt.Errorf("a %s: no operation of Znuny's writes one: %w", r.Kind(), connectors.ErrUnsupported)
}

// Append adds a message.
func (t *Target) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	if !isNumber(ticket) {
		return connectors.Receipt{}, missing(desk.KindTicket, ticket)
	}
	return quietly(ctx, t, func() (connectors.Receipt, error) { return t.say(ctx, ticket, m) })
}

// Fetch reads a record back as it was written.
func (t *Target) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if kind != desk.KindTicket {
		return t.known(ctx, kind, id)
	}
	if !isNumber(id) {
		return nil, missing(kind, id)
	}
	shape, err := t.whole(ctx, &t.spool, string(id))
	if err != nil {
		return nil, err
	}
	if shape.gone() {
		return nil, missing(kind, id)
	}
	r, err := t.there(ctx, shape)
	if err != nil {
		return nil, err
	}
	if r.Messages, err = t.messages(ctx, &t.spool, shape, t); err != nil {
		return nil, err
	}
	if shape.StateType == "merged" { // what is new goes to the other one
		lines, err := t.history(ctx, string(id))
		if err == nil {
			err = t.tell(ctx, shape, r, lines, t)
		}
		if err != nil {
			return nil, err
		}
		r.History = nil
	}
	for i := range r.Messages {
		m := &r.Messages[i]
		m.Author, m.BCC, m.Channel, m.Fields = desk.Ref{}, nil, "", nil
	}
	return r, nil
}

// there is the cover of a ticket as far as we write it.
func (t *Target) there(ctx context.Context, shape *ticketShape) (*desk.Ticket, error) {
	r, err := t.record(ctx, shape, t)
	if err != nil {
		return nil, err
	}
	dated := t.config.CreatedField != "" && shape.value(t.config.CreatedField) != nil
	r.Participants, r.Closed = nil, time.Time{}
	if t.config.CreatedField != "" && !dated {
		r.Created = time.Time{}
	}
	kept := map[string]any{}
	for _, name := range t.config.Fields {
		if v, has := r.Fields[name]; has {
			kept[name] = v
		}
	}
	if r.Fields = nil; len(kept) > 0 {
		r.Fields = kept
	}
	return r, nil
}

// Find looks for a ticket by its mark, for others by theirs and then by address or name.
func (t *Target) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	if r.Kind() == desk.KindTicket {
		return t.findTicket(ctx, r.About().Mark)
	}
	id, err := t.findOther(ctx, r)
	if err == nil && !t.env.DryRun {
		err = t.called().Keep(ctx, r)
	}
	return id, err
}

// findTicket passes over what was thrown away.
func (t *Target) findTicket(ctx context.Context, mark string) (desk.ID, error) {
	if mark == "" {
		return "", fmt.Errorf("a ticket without a mark: %w", connectors.ErrNotFound)
	}
	ids, err := t.search(ctx, object{"DynamicField_" + t.config.mark(): object{"Equals": mark}, "Limit": 100})
	if err != nil {
		return "", err
	}
	for _, id := range ids {
		shape, err := t.cover(ctx, string(id))
		if err != nil && !isAbsent(err) {
			return "", err
		}
		if err == nil && !shape.gone() && shape.mark(t.config.mark()) == mark {
			return desk.ID(id), nil
		}
	}
	return "", fmt.Errorf("a ticket with the mark %q: %w", mark, connectors.ErrNotFound)
}

// Lag is how long a ticket whose making was begun may take to be found: Znuny goes on with
// a call whose line is cut.
func (t *Target) Lag() time.Duration {
	d, _ := rest.Settling(t.config.Settling) // Check has refused what is none
	return d
}

// Clock is the server's.
func (t *Target) Clock() time.Time { return t.client.Now() }

// Who is who in a ticket that is read back: customers by the addresses that they were
// written with. Who wrote a message stands in its line.

func (t *Target) customer(ctx context.Context, who string) (desk.Ref, error) {
	id := customerID(who)
	written, err := t.env.State.Get(ctx, aliasKey(id))
	return desk.To(desk.KindContact, desk.ID(cmp.Or(string(written), string(id)))), err
}

func (t *Target) agent(login text) desk.Ref { return desk.To(desk.KindAgent, desk.ID(login)) }

func (t *Target) user(context.Context, text) (desk.Ref, error) { return desk.Ref{}, nil }

func (t *Target) colleague(context.Context, string) (desk.Ref, error) { return desk.Ref{}, nil }

// afterwards is an error after something was made: it is found again by its mark.
func afterwards(err error) error {
	switch {
	case errors.Is(err, connectors.ErrUnsure):
		return err
	case errors.Is(err, connectors.ErrDenied):
		return fmt.Errorf("%w: %w", err, connectors.ErrUnsure)
	}
	return fmt.Errorf("it was written, and what came after that failed: %v: %w", err, connectors.ErrUnsure) //nolint:errorlint // what err means must not be taken for what the write means
}

// hasNUL refuses a message with a character that Znuny would take, and the database under
// it would not.
func hasNUL(ms ...desk.Message) error {
	for i := range ms {
		if strings.ContainsRune(ms[i].Text, 0) || strings.ContainsRune(ms[i].HTML, 0) {
			return connectors.Refuse(connectors.ReasonRefused, "take it out in the mapping", "message %s has the character NUL in its text, which no Znuny can keep", ms[i].ID)
		}
	}
	return nil
}
