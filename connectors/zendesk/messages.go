package zendesk

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
)

// opener opens what lies at an address.
type opener func(ctx context.Context, address string) (io.ReadCloser, error)

// What we leave in the metadata of a comment that we add to a ticket that stands,
// for its time cannot be set: which one it is, and when it was written.
const (
	metaMark = "deskhaul_mark"
	metaAt   = "deskhaul_at"
)

// messages are the comments, oldest first. A ticket without any, as in some export
// files, has its description for one.
func (w *words) messages(t *ticketShape, comments []commentShape, r *desk.Ticket) {
	if len(comments) == 0 && t.Description != "" {
		comments = []commentShape{{ID: t.ID, AuthorID: t.RequesterID, Body: t.Description, Created: t.Created, Via: t.Via}}
	}
	for i := range comments {
		c := &comments[i]
		if c.Type == "VoiceComment" && c.Body == "" && c.Plain == "" {
			c.Body = string(c.Data.Recording)
		}
		if c.Body == noMessages {
			continue
		}
		r.Messages = append(r.Messages, w.message(c, r.Channel))
	}
	slices.SortStableFunc(r.Messages, func(a, b desk.Message) int { return a.At.Compare(b.At) })
}

func (w *words) message(c *commentShape, ticketChannel string) desk.Message {
	m := desk.Message{ID: number(c.ID), Author: w.person(c.AuthorID), At: c.Created.Time, Note: c.Public != nil && !*c.Public, Text: c.said()}
	if ch := channel(c.Via.Channel); ch != ticketChannel {
		m.Channel = ch
	}
	if page := unwrapped(c.HTML); page != "" && !dull(page) {
		m.HTML = page
	}
	if mark, is := c.Metadata.Custom[metaMark].(string); is {
		m.Mark = mark
	}
	if at, is := c.Metadata.Custom[metaAt].(string); is {
		if t, err := time.Parse(time.RFC3339Nano, at); err == nil {
			m.At = t.UTC()
		}
	}
	m.MessageID = strings.Trim(strings.TrimSpace(string(c.Metadata.System.MessageID)), "<>")
	w.envelope(c, &m)
	for i := range c.Attachments {
		if a := &c.Attachments[i]; !a.Deleted {
			m.Files = append(m.Files, w.file(a, &m))
		}
	}
	if !w.ours {
		w.strays(&m)
	}
	if m.HTML != "" && w.ours { // the text is Zendesk's
		m.Text = readable(m.HTML)
	}
	m.Folds = plaintext.Folds(m.Text)
	return m
}

// envelope is from whom and to whom an e-mail was.
func (w *words) envelope(c *commentShape, m *desk.Message) {
	src := &c.Via.Source
	m.From = desk.Address{Name: string(src.From.Name), Email: string(src.From.Address)}
	if src.From.Address == "" {
		if w.ours {
			m.From = desk.Address{}
		}
		return
	}
	if src.To.Address != "" {
		m.To = []desk.Address{{Name: string(src.To.Name), Email: string(src.To.Address)}}
	}
	for _, a := range src.From.Recipients {
		if !strings.EqualFold(string(a), string(src.To.Address)) && !strings.EqualFold(string(a), string(src.From.Address)) {
			m.CC = append(m.CC, desk.Address{Email: string(a)})
		}
	}
}

// file is an attachment. An image that the text shows by its address becomes one
// that it shows by its Content-ID, so that it can be shown elsewhere.
func (w *words) file(a *attachmentShape, m *desk.Message) desk.File {
	f := desk.File{ID: number(a.ID), Name: a.Name, Size: -1, Inline: a.Inline}
	f.Type, _, _ = strings.Cut(strings.ToLower(a.Type), ";")
	if a.Name == noName {
		f.Name = ""
	}
	if a.Size != nil {
		f.Size = *a.Size
	}
	for _, address := range []string{a.URL, a.Mapped} {
		page, cid := identified(m.HTML, address, "attachment-"+strconv.FormatInt(a.ID, 10)+"@zendesk")
		if m.HTML = page; cid != "" {
			f.Inline, f.CID = true, cid
		}
	}
	address := a.URL
	f.Open = func(ctx context.Context) (io.ReadCloser, error) { return w.open(ctx, address) }
	return f
}
