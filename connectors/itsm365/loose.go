package itsm365

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// A file hangs on its ticket before there is a comment that names it. Until then State says that
// we sent it: if the comment is refused, ours come off again, and what somebody else hung there
// under the same name stays.

func hungKey(ticket desk.ID, f *desk.File) string {
	return "hung/" + string(ticket) + "/" + f.SHA256 + "/" + rest.FormName(f.Name)
}

// hangs notes that a file is about to be sent to a ticket.
func (t *Target) hangs(ctx context.Context, ticket desk.ID, f *desk.File) error {
	return t.env.State.Put(ctx, hungKey(ticket, f), []byte{1})
}

// settled forgets what is said of the files of a message that names them now. Where that fails
// nothing is lost: it counts for files that no line names.
func (t *Target) settled(ctx context.Context, ticket desk.ID, files []desk.File) {
	for i := range files {
		_ = t.env.State.Delete(ctx, hungKey(ticket, &files[i]))
	}
}

// unhang takes the files of a message off that was refused, and returns the refusal.
func (t *Target) unhang(ctx context.Context, ticket desk.ID, up uploaded, refusal error) error {
	if !errors.Is(refusal, connectors.ErrRefused) || errors.Is(refusal, connectors.ErrUnsure) {
		return refusal
	}
	for i, id := range up.ids {
		key := hungKey(ticket, &up.files[i])
		ours, err := t.env.State.Get(ctx, key)
		if err == nil && ours != nil {
			err = t.remove(ctx, desk.ID(id))
		}
		if err != nil && !errors.Is(err, connectors.ErrNotFound) {
			return fmt.Errorf("%w – and its file %s hangs on ticket %s still: delete that there, unless the message is brought yet (%v)", refusal, id, ticket, err) //nolint:errorlint // the refusal counts
		}
		if err := t.env.State.Delete(ctx, key); err != nil {
			return errors.Join(refusal, err)
		}
	}
	return refusal
}
