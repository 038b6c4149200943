package freshdesk

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Target writes an account. History becomes notes: a reply would be sent.
type Target struct {
	*api
	source *Source
	trash  map[int64]bool // numbers of contacts who were deleted; nil not asked yet
}

func newTarget(c *Config, env connectors.Env) (*Target, error) {
	a, err := newAPI(c, env)
	if err != nil {
		return nil, err
	}
	if c.Quiet != quietDeclared {
		return nil, fmt.Errorf("quiet: it is not declared that Freshdesk mails nobody while it is written to – in Admin, switch off the e-mail notifications to requesters, agents and people in copy, and the automations that send anything; then set quiet: %s. %w",
			quietDeclared, connectors.ErrDenied)
	}
	return &Target{api: a, source: &Source{a}}, nil
}

// Lag is how long the account's search runs behind.
func (t *Target) Lag() time.Duration { return t.config.lag() }

// Clock is the server's.
func (t *Target) Clock() time.Time { return t.client.Now() }

// KeepsNotes tells whether the setting leftovers makes the private note here.
func (t *Target) KeepsNotes() bool { return t.config.Leftovers == leftNote }

// Create makes r, with a ticket its first message.
func (t *Target) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	if err := t.mayWrite(); err != nil {
		return connectors.Receipt{}, err
	}
	switch r := r.(type) {
	case *desk.Organization:
		return t.createCompany(ctx, r)
	case *desk.Group:
		return t.send(ctx, desk.KindGroup, http.MethodPost, "groups", map[string]any{"name": r.Name})
	case *desk.Agent:
		return t.adoptAgent(ctx, r)
	case *desk.Contact:
		return t.createContact(ctx, r)
	case *desk.Ticket:
		return t.createTicket(ctx, r)
	}
	return connectors.Receipt{}, fmt.Errorf("%s %s: Freshdesk takes no %s: %w", r.Kind(), r.About().ID, r.Kind(), connectors.ErrUnsupported)
}

// Update makes the named fields say what r says.
func (t *Target) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	if err := t.mayWrite(); err != nil {
		return connectors.Receipt{}, err
	}
	if _, ok := numberOf(id); !ok {
		return connectors.Receipt{}, missing(r.Kind(), id)
	}
	switch r := r.(type) {
	case *desk.Organization:
		return t.updateCompany(ctx, id, r, fields)
	case *desk.Group:
		return t.send(ctx, desk.KindGroup, http.MethodPut, "groups/"+string(id), map[string]any{"name": r.Name})
	case *desk.Agent:
		return connectors.Receipt{ID: id}, nil // an agent's seat is the account's own
	case *desk.Contact:
		return t.updateContact(ctx, id, r, fields)
	case *desk.Ticket:
		return t.updateTicket(ctx, id, r, fields)
	}
	return connectors.Receipt{}, fmt.Errorf("%s %s: %w", r.Kind(), id, connectors.ErrUnsupported)
}

func (t *Target) mayWrite() error {
	if t.env.DryRun {
		return fmt.Errorf("a dry run writes nothing: %w", connectors.ErrDenied)
	}
	return nil
}

// made is what an answer to a write tells.
type made struct {
	ID          int64             `json:"id"`
	Updated     string            `json:"updated_at"`
	Attachments []attachmentShape `json:"attachments"`
	whole       []byte
}

// send writes values and tells what was made of them.
func (t *Target) send(ctx context.Context, kind desk.Kind, method, path string, values map[string]any) (connectors.Receipt, error) {
	got, err := t.write(ctx, rest.Call{Method: method, Path: path, JSON: values})
	receipt := connectors.Receipt{ID: idOf(got.ID), Version: got.Updated}
	if err == nil {
		receipt.Returned = t.returned(ctx, kind, got)
	}
	return receipt, err
}

func (t *Target) write(ctx context.Context, call rest.Call) (got made, err error) {
	if _, err := t.client.JSON(ctx, call, &got); err != nil {
		return got, err
	}
	if got.ID == 0 {
		return got, fmt.Errorf("%s %s: the answer does not say what was made: %w", call.Method, call.Path, connectors.ErrUnsure)
	}
	return got, nil
}

// adoptAgent finds the agent of that address. None is made: that takes a seat and
// mails an invitation.
func (t *Target) adoptAgent(ctx context.Context, r *desk.Agent) (connectors.Receipt, error) {
	id, losses, err := t.seatFor(ctx, r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	if len(losses) > 0 { // somebody stands for them
		who := byline.Pointed.Show(desk.Address{Name: r.Name, Email: r.Email})
		if err := t.env.State.Put(ctx, standInKey+string(r.ID), []byte(who)); err != nil {
			return connectors.Receipt{}, err
		}
	}
	return connectors.Receipt{ID: idOf(id), Adopted: true, Losses: losses}, nil
}

// seatFor is the seat of an agent, or of who stands for them, which is told.
func (t *Target) seatFor(ctx context.Context, r *desk.Agent) (int64, []connectors.Loss, error) {
	id, err := t.seat(ctx, r.Email)
	if err != nil || id != 0 {
		return id, nil, err
	}
	if t.config.StandIn == "" {
		return 0, nil, connectors.Refuse(connectors.ReasonRefused, "invite them there, or name an agent in stand_in who stands for all that have no seat",
			"agent %s (%s): nobody of that address has a seat in Freshdesk", r.ID, r.Email)
	}
	if id, err = t.seat(ctx, t.config.StandIn); err != nil || id == 0 {
		return 0, nil, connectors.Refuse(connectors.ReasonRefused, "correct it", "stand_in: %q is no agent of the account (%v)", t.config.StandIn, err)
	}
	return id, []connectors.Loss{{
		Field: "email", Why: connectors.WhyNobody, Value: r.Email, Detail: fmt.Sprintf("agent %s (%s) has no seat in Freshdesk; %s stands for them", r.ID, r.Email, t.config.StandIn),
	}}, nil
}

// standInKey begins the keys under which State keeps who is stood in for, by the
// source's ids.
const standInKey = "stood in for/"

// named is a message that names its author where somebody else stands for them.
func (t *Target) named(ctx context.Context, m *desk.Message) (*desk.Message, error) {
	if m.From != (desk.Address{}) || m.Author.Kind != desk.KindAgent || t.config.StandIn == "" {
		return m, nil
	}
	who, err := t.env.State.Get(ctx, standInKey+string(m.Author.ID))
	if err != nil || who == nil {
		return m, err
	}
	c := *m
	c.From = byline.Pointed.Unshow(string(who))
	return &c, nil
}
