package okdesk

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Deletes says ahead what is never deleted: employees and groups are the account's own.
func (t *Target) Deletes(kind desk.Kind) error {
	if kind == desk.KindAgent || kind == desk.KindGroup {
		return fmt.Errorf("%ss in Okdesk are the account's own, and stay: %w", kind, connectors.ErrUnsupported)
	}
	return nil
}

// Delete takes back what was made: issues are deleted, contacts and companies archived, for
// no call is documented that deletes them.
func (t *Target) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	if err := errors.Join(t.mayWrite(), t.Deletes(kind)); err != nil {
		return err
	}
	n, isNumber := numberOf(id)
	if !isNumber {
		return missing(kind, id)
	}
	switch kind {
	case desk.KindTicket:
		return t.change(ctx, rest.Call{Method: "DELETE", Path: "issues/" + string(id)})
	case desk.KindContact, desk.KindOrganization:
		r, err := t.Fetch(ctx, kind, id) // which is not there if it is archived
		if err != nil {
			return err
		}
		path, x := "contacts/", t.people
		if r.Kind() == desk.KindOrganization {
			path, x = "companies/", t.places
		}
		if err := t.patch(ctx, path+string(id)+"/activations", map[string]any{"active": false}); err != nil {
			return err
		}
		if err := t.turn(ctx); err != nil {
			return err
		}
		x.forget(n)
		t.giveTurn()
		return nil
	case desk.KindAgent, desk.KindGroup, desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return missing(kind, id)
}
