package freshdesk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Append adds a message as a note: public unless it is private, as if it had come in
// where a contact wrote it. Nobody is named to be notified.
func (t *Target) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	if err := t.mayWrite(); err != nil {
		return connectors.Receipt{}, err
	}
	if _, ok := numberOf(ticket); !ok {
		return connectors.Receipt{}, missing(desk.KindTicket, ticket)
	}
	if err := errors.Join(fits([]desk.Message{*m}), t.mayName(ctx, m.Author, messageWhat(m))); err != nil {
		return connectors.Receipt{}, err
	}
	named, err := t.named(ctx, m)
	if err != nil {
		return connectors.Receipt{}, err
	}
	values := map[string]any{
		"body": newBody(named, t.config.prefaced()), "private": m.Note, "incoming": m.Author.Kind == desk.KindContact,
	}
	if id := target(m.Author); id != nil {
		values["user_id"] = id
	}
	losses := t.messageLosses(nil, m)
	path, what := "tickets/"+string(ticket)+"/notes", messageWhat(m)
	got, files, lost, err := t.post(ctx, path, values, m, what)
	if refusedFor(err, "user_id") { // who may be named is not documented
		delete(values, "user_id")
		losses = append(losses, connectors.Loss{Field: "message.author", Message: m.ID, Why: connectors.WhyNobody, Detail: what + ": Freshdesk does not let its author write notes; it stands in the name of the key's owner"})
		got, files, lost, err = t.post(ctx, path, values, m, what)
	}
	return connectors.Receipt{ID: idOf(got.ID), Version: got.Updated, Files: files, Losses: append(losses, lost...)}, err
}

// What losses call that which a call writes.
func messageWhat(m *desk.Message) string { return "message " + string(m.ID) }
func ticketWhat(r *desk.Ticket) string   { return "ticket " + string(r.ID) }

// refusedFor tells whether a field did not pass validation.
func refusedFor(err error, field string) bool {
	var e *rest.Error
	return errors.As(err, &e) && e.Status == http.StatusBadRequest && strings.Contains(e.Message, field+": ")
}

// fits refuses what Freshdesk cannot hold.
func fits(ms []desk.Message) error {
	for i := range ms {
		if strings.ContainsRune(ms[i].Text, 0) || strings.ContainsRune(ms[i].HTML, 0) {
			return connectors.Refuse(connectors.ReasonRefused, "take it out in the mapping", "message %s has the character NUL in its text", ms[i].ID)
		}
	}
	return nil
}

// sameText tells whether a message's text says what its HTML does.
func sameText(m *desk.Message) bool {
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	return squeeze(m.Text) == squeeze(plaintext.HTML(m.HTML))
}

// post sends values and the files of a message. Files that do not fit beside the
// others of their ticket are left out, the largest first, and told.
func (t *Target) post(ctx context.Context, path string, values map[string]any, m *desk.Message, what string) (made, []connectors.FileReceipt, []connectors.Loss, error) {
	var files []desk.File
	if m != nil {
		files = append(files, m.Files...)
	}
	files, losses := t.roomFor(files, m, what)
	for {
		call := rest.Call{Method: http.MethodPost, Path: path, JSON: values}
		var taken []*rest.Sent
		if len(files) > 0 {
			call.JSON = nil
			call.Body, taken = t.form(ctx, values, files)
		}
		got, err := t.write(ctx, call)
		if shorter, again := shortenTags(values, err, what); again {
			losses = append(losses, shorter...)
			continue
		}
		if err == nil || len(files) == 0 || !refusedFor(err, "attachments") {
			return got, rest.Receipts(m, taken), losses, err
		}
		var left desk.File
		files, left = rest.WithoutLargest(files)
		losses = append(losses, tooMuch(what, m, left, "the ticket's files would be more than Freshdesk takes"))
	}
}

// roomFor leaves out files that are known to be too much together.
func (t *Target) roomFor(files []desk.File, m *desk.Message, what string) (kept []desk.File, losses []connectors.Loss) {
	total := func() (n int64) {
		for _, f := range files {
			n += max(f.Size, 0)
		}
		return n
	}
	all := total()
	for len(files) > 1 && total() > t.config.maxFiles() {
		var left desk.File
		files, left = rest.WithoutLargest(files)
		lost := tooMuch(what, m, left, "the files are together more than a message may have")
		lost.Value = strconv.FormatInt(all, 10)
		losses = append(losses, lost)
	}
	return files, losses
}

func tooMuch(what string, m *desk.Message, f desk.File, why string) connectors.Loss {
	return connectors.Loss{Field: "file", Message: m.ID, File: f.Name, Why: connectors.WhyTooLarge, Detail: fmt.Sprintf("%s: file %q (%d bytes) is left out: %s", what, f.Name, f.Size, why)}
}
