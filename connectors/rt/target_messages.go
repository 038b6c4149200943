package rt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Append adds a message: a note as a comment, any other as correspondence.
func (t *Target) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	return quietly(ctx, t, ticket, func() (connectors.Receipt, error) { return t.say(ctx, ticket, m) })
}

func (t *Target) say(ctx context.Context, ticket desk.ID, m *desk.Message) (got connectors.Receipt, err error) {
	content, kind, err := t.body(ctx, m)
	if err != nil {
		return got, err
	}
	verb := "/correspond"
	if m.Note {
		verb = "/comment"
	}
	up, sizes, done, err := t.upload(ctx, map[string]any{
		"Content": content, "ContentType": kind, "TxnCustomFields": map[string]string{t.config.mark(): encodeMark(m.Mark)},
	}, m.Files, false)
	if err != nil {
		return got, err
	}
	defer done()
	var said []string
	head, err := t.client.JSON(ctx, rest.Call{Method: http.MethodPost, Path: "ticket/" + url.PathEscape(string(ticket)) + verb, Body: up}, &said)
	if err != nil {
		return got, t.absent(ctx, ticket, err)
	}
	id := path.Base(head.Get("Location")) // .../transaction/ID
	got.ID = desk.ID(id)
	if number(text(id)) == 0 {
		return got, fmt.Errorf("message %s: the answer names no transaction: %w", m.ID, connectors.ErrUnsure)
	}
	if strings.Contains(strings.Join(said, "\n"), "Unable to load transaction custom field") {
		return got, afterwards(fmt.Errorf("message %s: RT did not keep the mark: there is no custom field %q of transactions: %w", m.ID, t.config.mark(), connectors.ErrDenied))
	}
	if err = t.listen(ctx, string(ticket)); err == nil {
		err = t.kept(ctx, m, "transaction/"+id, sent{int64(len(content)), sizes}, &got)
	}
	if err != nil {
		return got, afterwards(err)
	}
	return got, nil
}

// absent tells apart why RT did not take a message: it says the same of a ticket that
// is not there as of one that may not be written to.
func (t *Target) absent(ctx context.Context, ticket desk.ID, err error) error {
	var e *rest.Error
	if !errors.As(err, &e) || e.Status != http.StatusBadRequest {
		return err
	}
	if _, looked := t.client.JSON(ctx, rest.Call{Path: "ticket/" + url.PathEscape(string(ticket))}, nil); isAbsent(looked) {
		return looked
	}
	return err
}

// hasNUL refuses a message with a character that RT would take, and the database under
// it would not.
func hasNUL(m *desk.Message) error {
	if strings.ContainsRune(m.Text, 0) || strings.ContainsRune(m.HTML, 0) {
		return connectors.Refuse(connectors.ReasonRefused, "take it out in the mapping", "message %s has the character NUL in its text, which no RT can keep", m.ID)
	}
	return nil
}

// body is what is written for a message.
func (t *Target) body(ctx context.Context, m *desk.Message) (content, kind string, err error) {
	if err := hasNUL(m); err != nil {
		return "", "", err
	}
	from := m.From
	if from == (desk.Address{}) && m.Author.Target != "" {
		who, err := t.fetchPerson(ctx, desk.KindAgent, m.Author.Target)
		if err != nil && !isAbsent(err) {
			return "", "", err
		}
		if a, ok := who.(*desk.Agent); ok && err == nil {
			from = desk.Address{Name: a.Name, Email: a.Email}
		}
	}
	content, kind = body(m, preface(from, m.At), t.config.preface())
	return content, kind, nil
}

// kept sees what became of a message; of is the transaction or the new ticket that it is
// alone in.
func (t *Target) kept(ctx context.Context, m *desk.Message, of string, s sent, got *connectors.Receipt) error {
	if err := t.whole(ctx, m, of, s); err != nil {
		return err
	}
	return t.filesOf(ctx, m, of, s.files, got)
}

// filesOf sees what became of the files of a message.
func (t *Target) filesOf(ctx context.Context, m *desk.Message, of string, sizes []int64, got *connectors.Receipt) error {
	if len(m.Files) == 0 {
		return nil
	}
	var there []attachmentShape
	call := rest.Call{Path: of + "/attachments", Query: url.Values{"fields": {"Filename,ContentType,ContentLength"}}}
	for a, err := range pages[attachmentShape](ctx, t.client, call) {
		if err != nil {
			return err
		}
		if a.Filename != "" {
			there = append(there, a)
		}
	}
	if len(there) != len(m.Files) {
		return fmt.Errorf("message %s: %d files were written and RT has %d: see MaxAttachmentSize in its configuration: %w", m.ID, len(m.Files), len(there), connectors.ErrDenied)
	}
	slices.SortFunc(there, func(a, b attachmentShape) int { return cmp.Compare(number(a.ID), number(b.ID)) })
	for i := range m.Files {
		f := &m.Files[i]
		if kept := int64(number(there[i].Length)); kept != sizes[i] {
			return fmt.Errorf("message %s: file %q has %d bytes and RT kept %d: see MaxAttachmentSize in its configuration: %w", m.ID, f.Name, sizes[i], kept, connectors.ErrDenied)
		}
		if name, _ := fileLabel(f); name != string(there[i].Filename) {
			got.Losses = append(got.Losses, connectors.Loss{Field: "file.name", Message: m.ID, File: f.Name, Why: connectors.WhyNotTaken, Detail: fmt.Sprintf("file %q of message %s is called %q in RT", f.Name, m.ID, there[i].Filename)})
		}
		got.Files = append(got.Files, connectors.FileReceipt{Message: m.ID, Name: f.Name, Size: sizes[i]})
	}
	return nil
}
