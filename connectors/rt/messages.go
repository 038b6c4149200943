package rt

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// tales are the transactions of a ticket and of those merged into it, and their
// attachments.
type tales struct {
	all    []transactionShape // oldest first
	parts  map[text][]attachmentShape
	texts  map[text]string // by the numbers of their parts
	others map[text]bool   // tickets that some of them belong to
}

// of are the transactions of one ticket.
func (h *tales) of(id text) (own []transactionShape) {
	for _, t := range h.all {
		if t.ObjectID == id {
			own = append(own, t)
		}
	}
	return own
}

// tales reads what happened in a ticket. Message texts are read with it, files not.
func (s *Source) tales(ctx context.Context, id text) (*tales, error) {
	h := &tales{parts: map[text][]attachmentShape{}, texts: map[text]string{}, others: map[text]bool{}}
	path := "ticket/" + string(id)
	for t, err := range pages[transactionShape](ctx, s.client, rest.Call{Path: path + "/history", Query: url.Values{"fields": {transactionFields}}}) {
		if err != nil {
			return nil, err
		}
		if t.ObjectID != id {
			h.others[t.ObjectID] = true
		}
		h.all = append(h.all, t)
	}
	slices.SortStableFunc(h.all, func(a, b transactionShape) int {
		return cmp.Or(a.Created.Compare(b.Created.Time), cmp.Compare(number(a.ID), number(b.ID)))
	})
	for a, err := range pages[attachmentShape](ctx, s.client, rest.Call{Path: path + "/attachments", Query: url.Values{"fields": {attachmentFields}}}) {
		if err != nil {
			return nil, err
		}
		h.parts[a.Transaction.ID] = append(h.parts[a.Transaction.ID], a)
	}
	for _, list := range h.parts {
		slices.SortFunc(list, func(a, b attachmentShape) int { return cmp.Compare(number(a.ID), number(b.ID)) })
	}
	return h, s.readTexts(ctx, id, h)
}

func number(id text) int {
	n, err := strconv.Atoi(string(id))
	if err != nil {
		return 0
	}
	return n
}

// messages are the turns of a conversation: what opened it, what was answered, and
// comments, which only agents see.
// Those that carry our mark are given back what they were written with; opening is
// the mark of the first. RT commits a message before it sets the mark: where it was
// killed in between, the preface alone shows that the message is ours.
func (s *Source) messages(ctx context.Context, id text, opening string, h *tales) (ms []desk.Message, err error) {
	for _, t := range h.of(id) {
		if t.Type != "Create" && t.Type != "Correspond" && t.Type != "Comment" || len(h.parts[t.ID]) == 0 {
			continue
		}
		m := desk.Message{ID: desk.ID(t.ID), At: t.Created.Time, Note: t.Type == "Comment"}
		if m.Mark = decodeMark(value(t.CustomFields, s.config.mark())); t.Type == "Create" {
			m.Mark = opening
		}
		for i, a := range h.parts[t.ID] {
			if i == 0 {
				headers(a, &m)
			}
			if err := s.part(ctx, h, a, &m); err != nil {
				return nil, fmt.Errorf("ticket %s, message %s: %w", id, t.ID, err)
			}
		}
		if m.Mark != "" || s.ours && prefaced(&m) {
			unwrap(&m)
			if m.Text == "" && m.HTML != "" {
				m.Text = plaintext.HTML(m.HTML)
			}
			m.Author, err = s.author(ctx, m.From.Email) // RT knows only whose token it was
			m.MessageID = ""                            // RT's own
		} else {
			s.shown(h, &m)
			if m.Text == "" && m.HTML != "" {
				m.Text = plaintext.HTML(m.HTML)
			}
			m.Author, err = s.person(ctx, t.Creator.ID)
		}
		if err != nil {
			return nil, err
		}
		m.Folds = plaintext.Folds(m.Text)
		ms = append(ms, m)
	}
	if !s.ours { // what we moved here may have come late; a target's order is what is looked at
		slices.SortStableFunc(ms, func(a, b desk.Message) int { return a.At.Compare(b.At) })
	}
	return ms, nil
}

// headers are those of the mail that a message came as.
func headers(a attachmentShape, m *desk.Message) {
	h, _, err := rfc5322.ReadHeader(rfc5322.Bytes([]byte(string(a.Headers) + "\n\n")))
	if err != nil {
		return
	}
	if from := h.Addresses("From"); len(from) > 0 {
		m.From = from[0]
	}
	m.To, m.CC = h.Addresses("To"), h.Addresses("Cc")
	first := func(ids []string) string {
		if len(ids) == 0 {
			return ""
		}
		return ids[0]
	}
	m.MessageID, m.InReplyTo, m.References = first(h.IDs("Message-ID")), first(h.IDs("In-Reply-To")), h.IDs("References")
}

// part takes one part of a message: its text, its HTML, or a file.
func (s *Source) part(ctx context.Context, h *tales, a attachmentShape, m *desk.Message) (err error) {
	switch kind := textKind(a); {
	case strings.HasPrefix(mediaType(a), "multipart/"):
	case kind == "text/plain" && m.Text == "":
		m.Text, err = s.textOf(ctx, h, a.ID)
	case kind == "text/html" && m.HTML == "":
		m.HTML, err = s.textOf(ctx, h, a.ID)
	default:
		m.Files = append(m.Files, s.file(a, mediaType(a)))
	}
	return err
}

func (s *Source) file(a attachmentShape, kind string) desk.File {
	size, err := strconv.ParseInt(string(a.Length), 10, 64)
	if err != nil {
		size = -1
	}
	f := desk.File{ID: desk.ID(a.ID), Name: string(a.Filename), Type: kind, Size: size}
	if h, _, err := rfc5322.ReadHeader(rfc5322.Bytes([]byte(string(a.Headers) + "\n\n"))); err == nil {
		f.CID = strings.Trim(strings.TrimSpace(h.Get("Content-ID")), "<>")
		f.Inline = f.CID != ""
	}
	if f.Name == "" {
		f.Name = "part-" + string(a.ID)
	}
	relabel(&f, string(a.Headers))
	f.Open = func(ctx context.Context) (io.ReadCloser, error) { return s.stream(ctx, a.ID) }
	return f
}
