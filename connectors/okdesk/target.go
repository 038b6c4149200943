package okdesk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Target writes an account.
type Target struct {
	*api
	source   *Source
	settling time.Duration
	people   *index                        // of contacts
	places   *index                        // of companies
	learnt   map[desk.Kind][]parameterKind // parameters of contacts and companies
	uploads  naming
	begun    atomic.Bool // when we first wrote here is written down
}

func newTarget(c *Config, env connectors.Env) (*Target, error) {
	a, err := newAPI(c, env)
	if err != nil {
		return nil, err
	}
	if c.Quiet != quietDeclared {
		return nil, fmt.Errorf("quiet: it is not declared that Okdesk mails nobody while it is written to – in its settings, switch off the rules of notification (Оповещения), the automatic actions (Автоматические действия) and webhooks; then set quiet: %s. %w",
			quietDeclared, connectors.ErrDenied)
	}
	settling, err := rest.Settling(c.Settling)
	if err != nil {
		return nil, err
	}
	t := &Target{api: a, source: readerOf(a), settling: settling, learnt: map[desk.Kind][]parameterKind{}}
	t.people, t.places = newIndex(), newIndex()
	return t, nil
}

// Lag is how long after a lost answer what is not found may still come to be.
func (t *Target) Lag() time.Duration { return t.settling }

// Clock is the server's.
func (t *Target) Clock() time.Time { return t.client.Now() }

// Create makes r, with a ticket its first message.
func (t *Target) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	if err := t.mayWrite(); err != nil {
		return connectors.Receipt{}, err
	}
	if err := t.beginsWriting(ctx); err != nil {
		return connectors.Receipt{}, err
	}
	switch r := r.(type) {
	case *desk.Organization:
		return t.createCompany(ctx, r)
	case *desk.Group:
		return t.adoptGroup(ctx, r)
	case *desk.Agent:
		return t.adoptAgent(ctx, r)
	case *desk.Contact:
		return t.createContact(ctx, r)
	case *desk.Ticket:
		return t.createTicket(ctx, r)
	}
	return connectors.Receipt{}, fmt.Errorf("%s %s: Okdesk takes no %s: %w", r.Kind(), r.About().ID, r.Kind(), connectors.ErrUnsupported)
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
	case *desk.Group, *desk.Agent:
		return connectors.Receipt{ID: id}, nil // the account's own
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

// send writes values; it decodes what the answer says, which may be nothing.
func (t *Target) send(ctx context.Context, call rest.Call, out any) error {
	var raw json.RawMessage
	if _, err := t.client.JSON(ctx, call, &raw); err != nil {
		return err
	}
	if said, _ := explain(http.StatusOK, raw); said != "" {
		return connectors.Refuse(connectors.ReasonRefused, "", "%s %s: Okdesk answers: %s", call.Method, call.Path, said)
	}
	if out == nil || len(raw) == 0 {
		return nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return fmt.Errorf("%s %s: the answer is not what Okdesk sends: %w", call.Method, call.Path, connectors.ErrUnsure)
	}
	return nil
}

// make makes a thing and tells its number.
func (t *Target) make(ctx context.Context, call rest.Call) (number, error) {
	var got struct {
		ID number `json:"id"`
	}
	call.Method = http.MethodPost
	if err := t.send(ctx, call, &got); err != nil {
		return 0, err
	}
	if got.ID == 0 {
		return 0, fmt.Errorf("POST %s: the answer does not say what was made: %w", call.Path, connectors.ErrUnsure)
	}
	return got.ID, nil
}

// patch changes a thing.
func (t *Target) patch(ctx context.Context, path string, values any) error {
	return t.change(ctx, rest.Call{Method: http.MethodPatch, Path: path, JSON: values})
}

// change makes a call whose answer, if it has one, is not needed.
func (t *Target) change(ctx context.Context, call rest.Call) error {
	resp, err := t.client.Do(ctx, call)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // it was done
	return nil
}
