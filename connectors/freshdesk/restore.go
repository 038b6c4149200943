package freshdesk

import (
	"context"
	"fmt"
	"net/http"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// bothCanaries tells whether a contact in the trash is an earlier canary's, of whichever
// project, and so may be brought back for a later one. Of others who are there with a mark
// that is not theirs, nobody knows whether a person put them there.
func bothCanaries(r *desk.Contact, there contactShape) bool {
	return r.Name == connectors.CanaryName && there.Name == connectors.CanaryName && isMark.MatchString(there.External)
}

// restored makes anew a contact of ours that a rollback or the end of a canary deleted. Freshdesk keeps who was
// deleted, and with them their addresses, which nobody else can have then; so they are
// restored (https://developers.freshdesk.com/api/#restore_contact) and brought up to date.
func (t *Target) restored(ctx context.Context, id string, values map[string]any) (connectors.Receipt, error) {
	if _, err := t.client.JSON(ctx, rest.Call{Method: http.MethodPut, Path: "contacts/" + id + "/restore"}, nil); err != nil {
		return connectors.Receipt{}, err
	}
	got, err := t.send(ctx, desk.KindContact, http.MethodPut, "contacts/"+id, values)
	if err != nil { // but there again they are, as ours
		err = fmt.Errorf("contact %s was restored, and not brought up to date: %w: %w", id, err, connectors.ErrUnsure)
	}
	return got, err
}
