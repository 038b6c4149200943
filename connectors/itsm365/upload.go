package itsm365

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// uploaded are the files of a message that hang on its ticket.
type uploaded struct {
	ids      []string    // never nil
	files    []desk.File // beside ids
	receipts []connectors.FileReceipt
	losses   []connectors.Loss
}

// upload attaches the files of a message. What an attempt that was broken off has left there is
// taken: a file that no line names, of the same name and bytes. What a call attached it does
// not tell; so the ticket's files are looked at before and after.
func (t *Target) upload(ctx context.Context, ticket desk.ID, m *spooled) (uploaded, error) {
	up := uploaded{ids: []string{}}
	if len(m.Files) == 0 {
		return up, nil
	}
	there, named, err := t.hanging(ctx, ticket)
	if err != nil {
		return up, err
	}
	for i := range m.Files {
		f := &m.Files[i]
		id, err := t.left(ctx, ticket, there, named, f)
		if err == nil && id == "" {
			id, err = t.attach(ctx, ticket, m.ID, f, there)
		}
		if refusedOver(err, "размер", "size", "превыш", "больш") || tooLarge(err) {
			up.losses = append(up.losses, connectors.Loss{Field: "file", Message: m.ID, File: f.Name, Why: connectors.WhyTooLarge, Detail: fmt.Sprintf("message %s: file %q (%d bytes) is left out: it is refused: %v", m.ID, f.Name, f.Size, err)})
			continue
		}
		if err != nil {
			return up, err
		}
		there[id], named[id] = rest.FormName(f.Name), true
		up.ids, up.files, up.receipts = append(up.ids, string(id)), append(up.files, *f), append(up.receipts, m.receipts[i])
	}
	return up, nil
}

func tooLarge(err error) bool {
	var e *rest.Error
	return errors.As(err, &e) && e.Status == http.StatusRequestEntityTooLarge
}

// hanging are the files of a ticket by their names, and which of them a line names.
func (t *Target) hanging(ctx context.Context, ticket desk.ID) (there map[desk.ID]string, named map[desk.ID]bool, err error) {
	there, named = map[desk.ID]string{}, map[desk.ID]bool{}
	rows, err := t.under(ctx, desk.KindFile, ticket)
	if err != nil || len(rows) == 0 {
		return there, named, err
	}
	for _, r := range rows {
		there[r.id()] = r.text(t.config.kind(desk.KindFile).code("name"))
	}
	r, err := t.get(ctx, ticket)
	if err != nil {
		return nil, nil, err
	}
	comments, err := t.under(ctx, desk.KindMessage, ticket)
	if err != nil {
		return nil, nil, err
	}
	k := t.config.kind(desk.KindTicket)
	pages := []string{cmp.Or(r.text(k.code("html")), r.text(k.code("text")))}
	for _, c := range comments {
		pages = append(pages, c.text(t.config.kind(desk.KindMessage).code("text")))
	}
	for _, page := range pages {
		if p, _, ok := parsePreface(page); ok {
			for _, id := range p.files {
				named[desk.ID(id)] = true
			}
		}
	}
	return there, named, nil
}

// left is a file that an earlier attempt left; "" none.
func (t *Target) left(ctx context.Context, ticket desk.ID, there map[desk.ID]string, named map[desk.ID]bool, f *desk.File) (desk.ID, error) {
	for id, name := range there {
		if named[id] || name != rest.FormName(f.Name) {
			continue
		}
		old := t.file(row{"UUID": string(id)}, ticket, false)
		r, err := old.Open(ctx)
		if err != nil {
			return "", err
		}
		h := sha256.New()
		_, err = io.Copy(h, r)
		if err = errors.Join(err, r.Close()); err != nil {
			return "", fmt.Errorf("file %s of ticket %s: %w: %w", id, ticket, err, connectors.ErrBusy)
		}
		if hex.EncodeToString(h.Sum(nil)) == f.SHA256 {
			return id, nil
		}
	}
	return "", nil
}

// attach sends a file, and finds out what it is called there.
func (t *Target) attach(ctx context.Context, ticket, message desk.ID, f *desk.File, there map[desk.ID]string) (desk.ID, error) {
	if err := t.noteLoose(ctx, ticket, f); err != nil {
		return "", err
	}
	as := *f
	as.Name = rest.FormName(f.Name)
	resp, err := t.client.Do(ctx, rest.Call{Method: http.MethodPost, Path: "add-file/" + url.PathEscape(string(ticket)), Body: rest.Form(rest.FilePart(ctx, "file", &as))})
	if absent(err) {
		return "", missing("ticket", ticket)
	}
	if err != nil {
		return "", fmt.Errorf("file %q of message %s: %w", f.Name, message, err)
	}
	_ = resp.Body.Close() // it was done
	rows, err := t.under(ctx, desk.KindFile, ticket)
	if err != nil {
		return "", err
	}
	var last desk.ID
	for _, r := range rows {
		if _, had := there[r.id()]; !had && r.text(t.config.kind(desk.KindFile).code("name")) == as.Name && numberOf(r.id()) > numberOf(last) {
			last = r.id()
		}
	}
	if last == "" {
		return "", connectors.Refuse(connectors.ReasonRefused, "look whether files, ticket names the attribute by which a file belongs to its ticket", "file %q of message %s was sent to ticket %s, and is not among its files", f.Name, message, ticket)
	}
	return last, nil
}
