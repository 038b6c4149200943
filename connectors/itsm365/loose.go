package itsm365

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// A file is loose as long as it hangs on its ticket and no line names it: the comment comes
// after it. Until then State says that we sent it. If the comment is refused, ours come off
// again, and what somebody else hung there under the same name stays.

func looseKey(ticket desk.ID, f *desk.File) string {
	return "loose/" + string(ticket) + "/" + f.SHA256 + "/" + rest.FormName(f.Name)
}

// noteLoose notes that a file is about to be sent to a ticket.
func (t *Target) noteLoose(ctx context.Context, ticket desk.ID, f *desk.File) error {
	return t.env.State.Put(ctx, looseKey(ticket, f), []byte{1})
}

// forgetLoose forgets what is noted of files that are named now, or gone. Where that fails
// nothing is lost: the note counts for files that no line names.
func (t *Target) forgetLoose(ctx context.Context, ticket desk.ID, files []desk.File) {
	for i := range files {
		_ = t.env.State.Delete(ctx, looseKey(ticket, &files[i]))
	}
}

// removeLoose takes the files of a message off that was refused, and returns the refusal.
func (t *Target) removeLoose(ctx context.Context, ticket desk.ID, up uploaded, refusal error) error {
	if !errors.Is(refusal, connectors.ErrRefused) || errors.Is(refusal, connectors.ErrUnsure) {
		return refusal
	}
	for i, id := range up.ids {
		ours, err := t.env.State.Get(ctx, looseKey(ticket, &up.files[i]))
		if err == nil && ours != nil {
			err = t.remove(ctx, desk.ID(id))
		}
		if err != nil && !errors.Is(err, connectors.ErrNotFound) {
			return fmt.Errorf("%w – and its file %s hangs on ticket %s still: delete that there, unless the message is brought yet (%v)", refusal, id, ticket, err) //nolint:errorlint // the refusal counts
		}
	}
	t.forgetLoose(ctx, ticket, up.files)
	return refusal
}
