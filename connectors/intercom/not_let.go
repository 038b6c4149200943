package intercom

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Which contacts may reply on a ticket Intercom tells only when it refuses one. Their message
// then stands in the name of the token's owner, and State keeps why: where the answer to that
// is lost, the message is found, and nothing else would tell that its author is another. (A
// kill right then loses the note as well: verify tells of the author.)

// notLetKey begins the keys, by the messages' marks.
const notLetKey = "not let/"

// replyAs makes the call, in the name of the token's owner if a contact may not.
func (t *Target) replyAs(ctx context.Context, ticket desk.ID, w as, m *desk.Message, text string, files []spooled) (desk.ID, []connectors.Loss, error) {
	if w.contact == "" {
		return t.reply(ctx, ticket, w, m, text, files)
	}
	if err := t.notLet(ctx, m, ""); err != nil {
		return "", nil, err
	}
	id, losses, err := t.reply(ctx, ticket, w, m, text, files)
	if code := status(err); code != 400 && code != 404 && code != 422 {
		return id, losses, err
	}
	if err := t.notLet(ctx, m, err.Error()); err != nil {
		return "", nil, err
	}
	w.contact = ""
	told, err := t.notLetLosses(ctx, m)
	if err != nil {
		return "", nil, err
	}
	id, losses, err = t.reply(ctx, ticket, w, m, text, files)
	return id, append(told, losses...), err
}

// notLet notes why a message's author may not reply; "" that they may.
func (t *Target) notLet(ctx context.Context, m *desk.Message, why string) error {
	was, err := t.env.State.Get(ctx, notLetKey+m.Mark)
	if err != nil || string(was) == why {
		return err
	}
	if why == "" {
		return t.env.State.Put(ctx, notLetKey+m.Mark, nil)
	}
	return t.env.State.Put(ctx, notLetKey+m.Mark, []byte(why))
}

// notLetLosses tells of a message whose author was not let reply.
func (t *Target) notLetLosses(ctx context.Context, m *desk.Message) ([]connectors.Loss, error) {
	if m.Author.Kind != desk.KindContact || m.Note {
		return nil, nil
	}
	why, err := t.env.State.Get(ctx, notLetKey+m.Mark)
	if err != nil || why == nil {
		return nil, err
	}
	return []connectors.Loss{authorLoss(m, "Intercom does not let its author reply on this ticket ("+string(why)+"); it stands in the name of the token's owner")}, nil
}
