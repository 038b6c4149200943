package freshdesk

import (
	"context"
	"net/http"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
)

// restored makes anew a contact of ours that a rollback deleted. Freshdesk keeps who was
// deleted, and with them their addresses, which nobody else can have then; so they are
// restored (https://developers.freshdesk.com/api/#restore_contact) and brought up to date.
func (t *Target) restored(ctx context.Context, id string, values map[string]any) (connectors.Receipt, error) {
	if _, err := t.client.JSON(ctx, rest.Call{Method: http.MethodPut, Path: "contacts/" + id + "/restore"}, nil); err != nil {
		return connectors.Receipt{}, err
	}
	return t.send(ctx, http.MethodPut, "contacts/"+id, values)
}
