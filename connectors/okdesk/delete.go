package okdesk

import (
	"context"
	"errors"
	"fmt"
	"net/url"

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
	_, isNumber := numberOf(id)
	if !isNumber {
		return missing(kind, id)
	}
	switch kind {
	case desk.KindTicket:
		return t.change(ctx, rest.Call{Method: "DELETE", Path: "issues/" + string(id)})
	case desk.KindContact, desk.KindOrganization:
		if _, err := t.Fetch(ctx, kind, id); err != nil { // which is not there if it is archived
			return err
		}
		if err := t.namedByNone(ctx, kind, id); err != nil {
			return err
		}
		path := "contacts/"
		if kind == desk.KindOrganization {
			path = "companies/"
		}
		if err := t.patch(ctx, path+string(id)+"/activations", map[string]any{"active": false}); err != nil {
			return err
		}
		return t.forget(ctx, kind, id)
	case desk.KindAgent, desk.KindGroup, desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return missing(kind, id)
}

// namedByNone refuses a contact or company whom issues name that stand there: they are not
// ours, or nobody knows yet whether they are.
func (t *Target) namedByNone(ctx context.Context, kind desk.Kind, id desk.ID) error {
	filters := []string{"contact_ids[]", "author_contact_ids[]"}
	if kind == desk.KindOrganization {
		filters = []string{"company_ids[]"}
	}
	for _, filter := range filters {
		var ids []number
		if err := t.get(ctx, "issues/count", url.Values{filter: {string(id)}}, &ids); err != nil {
			return err
		}
		if len(ids) > 0 {
			return connectors.Refuse(connectors.ReasonRefused, "archive it in Okdesk if nobody needs it", "%s %s is named by issues in Okdesk, such as %d", kind, id, ids[0])
		}
	}
	return nil
}
