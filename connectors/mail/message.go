package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/auto"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/desk"
)

// message makes one turn of a ticket of a parsed mail.
func (s *Source) message(tn leaf) desk.Message {
	h := tn.mail.Header
	m := desk.Message{
		ID: desk.ID(tn.e.ID), From: tn.who.from, At: timeOf(tn.e),
		To: tn.who.to, CC: tn.who.cc, BCC: h.Addresses("Bcc"),
		Subject: strings.TrimSpace(h.Text("Subject")), MessageID: tn.e.MID, References: h.IDs("References"),
		Text: tn.mail.Text, HTML: tn.mail.HTML, Folds: tn.mail.Folds,
		Author: s.authorRef(tn.who.author),
	}
	if ids := h.IDs("In-Reply-To"); len(ids) > 0 {
		m.InReplyTo = ids[0]
	}
	for i := range tn.mail.Parts {
		m.Files = append(m.Files, s.file(tn, i))
	}
	fields := map[string]any{}
	if d, ok := h.Date(); h.Get("Date") != "" && (!ok || d.Unix() != tn.e.At) {
		fields["date"] = h.Text("Date")
	}
	for _, tag := range tn.tags {
		if tag == auto.TagBounce || tag == auto.TagAutoReply {
			fields["auto"] = tag
		}
	}
	if len(fields) > 0 {
		m.Fields = fields
	}
	return m
}

func (s *Source) authorRef(p person) desk.Ref {
	if s.ours.has(p.id) {
		return desk.To(desk.KindAgent, desk.ID(p.id))
	}
	return desk.To(desk.KindContact, desk.ID(p.id))
}

// file makes an attachment of part i. Its bytes stay in the store until it is opened.
func (s *Source) file(tn leaf, i int) desk.File {
	p := tn.mail.Parts[i]
	return desk.File{
		ID: desk.ID(fmt.Sprintf("%s/%d", tn.e.ID, i+1)), Name: p.Name, Type: p.Type, Size: p.Size(), Nearly: p.Nearly(), CID: p.CID, Inline: p.Inline,
		Open: s.opener(tn, i),
	}
}

// opener gives a fresh reader of a part each time. The message is looked up
// anew, because it may have moved meanwhile.
func (s *Source) opener(tn leaf, i int) func(context.Context) (io.ReadCloser, error) {
	n, size, p := tn.n, tn.size, tn.mail.Parts[i]
	return func(ctx context.Context) (io.ReadCloser, error) {
		e, err := s.x.event(ctx, n)
		if err != nil {
			return nil, err
		}
		missed := ErrMoved
		for _, place := range e.Places {
			raw, err := s.store.Open(ctx, notesOf{s.x.book}, place)
			if err != nil {
				missed = err
				continue
			}
			from, _ := wholeOf(raw)
			p := p
			if from.Size() != size {
				p, err = elsewhere(from, p, i)
			}
			var r io.ReadCloser
			if err == nil {
				r, err = p.Open(from)
			}
			if err != nil {
				return nil, errors.Join(fmt.Errorf("%s: %w", place, err), raw.Close())
			}
			return &openPart{r, raw}, nil
		}
		return nil, fmt.Errorf("attachment %q of message %s: %w", p.Name, e.ID, missed)
	}
}

// elsewhere finds a part again in a message whose header is longer or shorter than it
// was: the server has added what it says of it, or this is another copy.
func elsewhere(raw rfc5322.Raw, p rfc5322.Part, i int) (rfc5322.Part, error) {
	m, err := rfc5322.Parse(raw, rfc5322.Limits{})
	if err != nil {
		return p, err
	}
	if i >= len(m.Parts) || m.Parts[i].Name != p.Name || m.Parts[i].Type != p.Type {
		return p, fmt.Errorf("the message has other parts than it had: %w", ErrMoved)
	}
	return m.Parts[i], nil
}

// openPart closes the part and then the message it lies in.
type openPart struct {
	io.ReadCloser
	raw io.Closer
}

func (o *openPart) Close() error { return errors.Join(o.ReadCloser.Close(), o.raw.Close()) }
