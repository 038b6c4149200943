package itsm365

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
)

// Append adds a message as a comment. Its files come first, so that a comment that stands has
// all of its own: it names them.
func (t *Target) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	if err := t.mayWrite(); err != nil {
		return connectors.Receipt{}, err
	}
	if classOf(string(ticket)) != classOf(t.config.kind(desk.KindTicket).Class) || !isUUID(ticket) {
		return connectors.Receipt{}, missing("ticket", ticket)
	}
	if err := errors.Join(fits([]desk.Message{*m}), t.mayNote(m)); err != nil {
		return connectors.Receipt{}, err
	}
	m, err := t.named(ctx, m)
	if err != nil {
		return connectors.Receipt{}, err
	}
	s, err := t.spool(ctx, m)
	if err != nil {
		return connectors.Receipt{}, err
	}
	defer s.drop()
	up, err := t.upload(ctx, ticket, s)
	var id desk.ID
	if err == nil {
		id, err = t.comment(ctx, ticket, m, prefaceOf(m, up.ids).html()+byline.Page(m))
	}
	if err != nil {
		return connectors.Receipt{}, t.removeLoose(ctx, ticket, up, err)
	}
	t.forgetLoose(ctx, ticket, up.files)
	return connectors.Receipt{ID: id, Files: up.receipts, Losses: append(t.messageLosses(m, false), up.losses...)}, nil
}

// comment makes a comment and tells its UUID.
func (t *Target) comment(ctx context.Context, ticket desk.ID, m *desk.Message, said string) (desk.ID, error) {
	if t.config.Comment == byEdit {
		return t.commentByEdit(ctx, ticket, m, said)
	}
	k := t.config.kind(desk.KindMessage)
	values := map[string]any{k.code("ticket"): string(ticket), k.code("text"): said}
	attrs := "UUID"
	if code := k.code("private"); code != "" {
		values[code], attrs = m.Note, attrs+","+code
	}
	if code := k.code("author"); code != "" && t.config.Authors == "yes" && isUUID(m.Author.Target) {
		values[code] = string(m.Author.Target)
	}
	fqn := k.Class
	if k.Made != "" {
		fqn = k.Made
	}
	got, err := t.make(ctx, fqn, values, attrs)
	switch {
	case absent(err):
		return "", missing("ticket", ticket)
	case err != nil:
		return "", fmt.Errorf("message %s of ticket %s: %w", m.ID, ticket, t.lacking(t.refusedSaid(ctx, err, ticket, m), "comments"))
	case m.Note && !got.is(k.code("private")):
		return "", t.spilt(ctx, got.id(), m)
	}
	return got.id(), nil
}

// spilt takes back a private note that came to stand there for all to see.
func (t *Target) spilt(ctx context.Context, id desk.ID, m *desk.Message) error {
	err := t.remove(ctx, id)
	if err != nil {
		err = fmt.Errorf("and it could not be taken back: %w: %w", err, connectors.ErrDenied)
	}
	return errors.Join(connectors.Refuse(connectors.ReasonRefused, "name the attribute that makes a comment private in comments, private",
		"message %s is private, and the comment %s that was made of it is not: it was deleted again", m.ID, id), err)
}

// commentByEdit has the ticket take a comment as it is edited, and finds it by its mark.
func (t *Target) commentByEdit(ctx context.Context, ticket desk.ID, m *desk.Message, said string) (desk.ID, error) {
	if err := t.edit(ctx, ticket, map[string]any{"@comment": said}); err != nil {
		return "", err
	}
	id, err := t.commentOf(ctx, ticket, m)
	if err != nil {
		return "", fmt.Errorf("message %s was added to ticket %s, and not looked at: %w: %w", m.ID, ticket, err, connectors.ErrUnsure)
	}
	if id != "" {
		return id, nil
	}
	return "", fmt.Errorf("message %s was added to ticket %s, and is not among its comments: %w", m.ID, ticket, connectors.ErrUnsure)
}

// mayNote refuses a private message where a comment cannot be private.
func (t *Target) mayNote(m *desk.Message) error {
	if m.Note && (t.config.Comment == byEdit || t.config.kind(desk.KindMessage).code("private") == "") {
		return connectors.Refuse(connectors.ReasonRefused, "set comment: create, and name the attribute that makes a comment private in comments, private", "message %s is private, and a comment cannot be made so", m.ID)
	}
	return nil
}

// fits refuses what the system cannot hold.
func fits(ms []desk.Message) error {
	for i := range ms {
		if strings.ContainsRune(ms[i].Text, 0) || strings.ContainsRune(ms[i].HTML, 0) {
			return connectors.Refuse(connectors.ReasonRefused, "take it out in the mapping", "message %s has the character NUL in its text", ms[i].ID)
		}
	}
	return nil
}

// messageLosses tells what a message cannot keep; opens says that it is the description.
func (t *Target) messageLosses(m *desk.Message, opens bool) (losses []connectors.Loss) {
	lose := func(field string, why connectors.Why, format string, args ...any) {
		losses = append(losses, connectors.Loss{Field: "message." + field, Message: m.ID, Why: why, Detail: fmt.Sprintf("message %s: ", m.ID) + fmt.Sprintf(format, args...)})
	}
	text := opens && t.config.kind(desk.KindTicket).code("html") == ""
	switch {
	case m.HTML != "" && text:
		lose("html", connectors.WhyOneBody, "a description is plain text there: its formats are left out")
	case m.HTML != "" && strings.TrimSpace(m.Text) != "" && !sameText(m):
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
