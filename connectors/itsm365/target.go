package itsm365

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Target writes an installation.
type Target struct {
	*api
	source   *Source
	settling time.Duration
	index    map[desk.Kind]map[string]desk.ID // who and what stands there, by natural keys
}

func newTarget(c *Config, env connectors.Env) (*Target, error) {
	a, err := newAPI(c, env)
	if err != nil {
		return nil, err
	}
	if c.Quiet != quietDeclared {
		return nil, fmt.Errorf("quiet: it is not declared that nobody is mailed while it is written to – have an administrator switch off the event actions (Действия по событиям) that notify anybody; then set quiet: %s. %w",
			quietDeclared, connectors.ErrDenied)
	}
	if c.Mark == "" {
		return nil, fmt.Errorf("mark: missing – by it a record is found again after a lost answer: have an administrator make an attribute of the type text, of one code, for tickets, employees and organisations, and name its code. %w", connectors.ErrDenied)
	}
	settling, err := rest.Settling(c.Settling)
	if err != nil {
		return nil, err
	}
	return &Target{api: a, source: readerOf(a), settling: settling, index: map[desk.Kind]map[string]desk.ID{}}, nil
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
	switch r := r.(type) {
	case *desk.Organization:
		return t.createOrganization(ctx, r)
	case *desk.Group, *desk.Category, *desk.Agent:
		return t.adopt(ctx, r)
	case *desk.Contact:
		return t.createContact(ctx, r)
	case *desk.Ticket:
		return t.createTicket(ctx, r)
	}
	return connectors.Receipt{}, fmt.Errorf("%s %s: there is no such thing there: %w", r.Kind(), r.About().ID, connectors.ErrUnsupported)
}

// Update makes the named fields say what r says.
func (t *Target) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	if err := t.mayWrite(); err != nil {
		return connectors.Receipt{}, err
	}
	if !isUUID(id) {
		return connectors.Receipt{}, missing(string(r.Kind()), id)
	}
	switch r := r.(type) {
	case *desk.Organization:
		values, losses := t.organizationValues(r, fields, desk.CustomNames(fields))
		return t.changed(ctx, desk.KindOrganization, id, values, losses)
	case *desk.Contact:
		values, losses := t.contactValues(r, fields, desk.CustomNames(fields))
		return t.changed(ctx, desk.KindContact, id, values, losses)
	case *desk.Ticket:
		return t.updateTicket(ctx, id, r, fields)
	}
	if _, err := t.Fetch(ctx, r.Kind(), id); err != nil {
		return connectors.Receipt{}, err
	}
	return connectors.Receipt{ID: id}, nil // the installation's own
}

func (t *Target) mayWrite() error {
	if t.env.DryRun {
		return fmt.Errorf("a dry run writes nothing: %w", connectors.ErrDenied)
	}
	return nil
}

// make makes an object and tells what the answer shows of it.
func (t *Target) make(ctx context.Context, fqn string, values map[string]any, attrs string) (row, error) {
	var r row
	_, err := t.client.JSON(ctx, rest.Call{Method: http.MethodPost, Path: "create-m2m/" + url.PathEscape(fqn), Query: url.Values{"attrs": {attrs}}, JSON: values}, &r)
	if err == nil && r.id() == "" {
		err = fmt.Errorf("create-m2m/%s: the answer does not say what was made: %w", fqn, connectors.ErrUnsure)
	}
	return r, err
}

// edit changes attributes of an object.
func (t *Target) edit(ctx context.Context, id desk.ID, values map[string]any) error {
	resp, err := t.client.Do(ctx, rest.Call{Method: http.MethodPost, Path: "edit-m2m/" + url.PathEscape(string(id)), Query: url.Values{"attrs": {"UUID"}}, JSON: values})
	if absent(err) {
		return missing("object", id)
	}
	if err != nil {
		return err
	}
	_ = resp.Body.Close() // it was done
	return nil
}

// changed changes attributes of a person or shelf.
func (t *Target) changed(ctx context.Context, kind desk.Kind, id desk.ID, values map[string]any, losses []connectors.Loss) (connectors.Receipt, error) {
	if classOf(string(id)) != classOf(t.config.kind(kind).Class) {
		return connectors.Receipt{}, missing(string(kind), id)
	}
	var err error
	if len(values) > 0 {
		err = t.edit(ctx, id, values)
	} else {
		_, err = t.get(ctx, id)
	}
	return connectors.Receipt{ID: id, Losses: losses}, err
}
