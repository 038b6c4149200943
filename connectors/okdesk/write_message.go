package okdesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
)

// Append adds a message as a comment: public unless it is private.
func (t *Target) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	if err := t.mayWrite(); err != nil {
		return connectors.Receipt{}, err
	}
	if _, ok := numberOf(ticket); !ok {
		return connectors.Receipt{}, missing(desk.KindTicket, ticket)
	}
	if err := errors.Join(fits([]desk.Message{*m}), t.mayName(ctx, m.Author, "message "+string(m.ID))); err != nil {
		return connectors.Receipt{}, err
	}
	who, err := t.author(ctx, m)
	if err != nil {
		return connectors.Receipt{}, err
	}
	named, err := t.named(ctx, m)
	if err != nil {
		return connectors.Receipt{}, err
	}
	if h, is := t.uploads.halfOf(m.Mark); is {
		return t.complete(ctx, ticket, named, h)
	}
	values := map[string]any{"content": t.said(named, ""), "public": !m.Note, "author_id": who.id, "author_type": who.sort}
	losses := messageLosses(m)
	if who.lost != "" {
		losses = append(losses, authorLoss(m, who.lost))
	}
	got, err := t.postComment(ctx, ticket, values, m)
	if refusedOver(err, "author", "автор") && t.config.StandIn != "" && who.lost == "" {
		// Who may be named is documented, what they must be allowed is not.
		var id number
		if id, err = t.standIn(ctx); err != nil {
			return connectors.Receipt{}, err
		}
		values["author_id"], values["author_type"] = id, "employee"
		losses = append(losses, authorLoss(m, fmt.Sprintf("Okdesk does not let its author write there; %s stands for them", t.config.StandIn)))
		got, err = t.postComment(ctx, ticket, values, m)
	}
	if err != nil {
		return connectors.Receipt{}, err
	}
	more, err := t.attachRest(ctx, ticket, m, got)
	return connectors.Receipt{ID: idOf(got.id), Files: got.files, Losses: slices.Concat(losses, got.losses, more)}, err
}

func authorLoss(m *desk.Message, why string) connectors.Loss {
	return connectors.Loss{Field: "message.author", Message: m.ID, Why: connectors.WhyNobody, Detail: fmt.Sprintf("message %s: %s", m.ID, why)}
}

// writer is who stands as the author of a comment.
type writer struct {
	id   number
	sort string
	lost string // why it is not the author of the message
}

// writer is the author of a message, if he is there.
func (t *Target) writer(m *desk.Message) (writer, error) {
	if n, ok := numberOf(m.Author.Target); ok {
		return writer{id: n, sort: sortOf(m.Author)}, nil
	}
	if strings.HasPrefix(string(m.Author.Target), connectors.PlannedID) {
		return writer{id: 1, sort: sortOf(m.Author)}, nil
	}
	if t.config.StandIn == "" {
		return writer{}, connectors.Refuse(connectors.ReasonReference, "name an employee in stand_in in whose name it can stand",
			"message %s has no author who is in Okdesk, and Okdesk takes no comment without", m.ID)
	}
	return writer{sort: "employee", lost: fmt.Sprintf("its author is nobody in Okdesk; it stands in the name of %s", t.config.StandIn)}, nil
}

// author is the writer of a message, asked for if he is a stand-in.
func (t *Target) author(ctx context.Context, m *desk.Message) (writer, error) {
	w, err := t.writer(m)
	if err == nil && w.id == 0 {
		w.id, err = t.standIn(ctx)
	}
	if m.Author.IsZero() {
		w.lost = ""
	}
	return w, err
}

// fits refuses what Okdesk cannot hold.
func fits(ms []desk.Message) error {
	for i := range ms {
		if strings.ContainsRune(ms[i].Text, 0) || strings.ContainsRune(ms[i].HTML, 0) {
			return connectors.Refuse(connectors.ReasonRefused, "take it out in the mapping", "message %s has the character NUL in its text", ms[i].ID)
		}
	}
	return nil
}

// messageLosses tells what a message cannot keep.
func messageLosses(m *desk.Message) (losses []connectors.Loss) {
	lose := func(field string, why connectors.Why, format string, args ...any) {
		losses = append(losses, connectors.Loss{Field: "message." + field, Message: m.ID, Why: why, Detail: fmt.Sprintf("message %s: ", m.ID) + fmt.Sprintf(format, args...)})
	}
	if m.HTML != "" && strings.TrimSpace(m.Text) != "" && !sameText(m) {
		lose("text", connectors.WhyOneBody, "beside the formatted text there is another plain one, which is left out")
	}
	for _, f := range m.Files {
		if f.Inline {
			lose("cid", connectors.WhyNoRoom, "file %q is attached and not shown inside the text", f.Name)
			break
		}
	}
	return losses
}

// sameText tells whether a message's text says what its HTML does.
func sameText(m *desk.Message) bool {
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	return squeeze(m.Text) == squeeze(plaintext.HTML(m.HTML))
}
