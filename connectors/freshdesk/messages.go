package freshdesk

import (
	"net/mail"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/connectors/saved"
	"github.com/deskhaul/deskhaul/desk"
)

// opening is the id of a ticket's first message, which has no number of its own.
const opening = "description"

// The sources of conversations that matter here
// (https://developers.freshdesk.com/api/#conversations).
const (
	sourceNote   = 2
	sourceSurvey = 6
)

// messages are the turns of a ticket: its description, then its conversations. What
// we wrote ourselves says in its first line who wrote it and when; only in tickets
// that carry our mark, and only notes, are believed.
func (a *api) messages(agents map[int64]bool, t ticketShape, ours bool) []desk.Message {
	first := desk.Message{
		ID: opening, Author: person(agents, t.Requester), At: t.Created.Time, To: addresses(t.To), CC: addresses(t.CC),
	}
	if t.Requester == 0 {
		first.Author = desk.Ref{}
	}
	if t.Source == sourceOutbound && t.Responder != 0 {
		first.Author = person(agents, t.Responder)
	}
	a.body(&first, t.Description, t.Attachments, t.ID, ours)
	if isPlaceholder(t.Description) {
		first.ID = ""
	}
	var out []desk.Message
	if first.ID != "" {
		out = append(out, first)
	}
	for _, k := range t.Talks {
		if ours && isLeftovers(k.Body) {
			continue
		}
		m := a.talk(agents, t.ID, k, ours)
		if k.Source == sourceSurvey && m.Text == "" && len(m.Files) == 0 {
			continue // a rating without a word; the rating itself is the ticket's
		}
		out = append(out, m)
	}
	return out
}

func (a *api) talk(agents map[int64]bool, ticket int64, k talkShape, ours bool) desk.Message {
	m := desk.Message{
		ID: idOf(k.ID), At: k.Created.Time, Note: k.Private, From: address(k.From), To: addresses(k.To), CC: addresses(k.CC), BCC: addresses(k.BCC),
	}
	if k.User != 0 {
		m.Author = person(agents, k.User)
	}
	if k.Auto {
		m.Fields = map[string]any{"auto_response": true}
	}
	a.body(&m, k.Body, k.Attachments, ticket, ours && k.Source == sourceNote)
	return m
}

// body fills in text, HTML and files.
func (a *api) body(m *desk.Message, page string, files []attachmentShape, ticket int64, ours bool) {
	prefaced, asText := false, false
	if ours {
		if p, rest, ok := parsePreface(page); ok {
			page, prefaced, asText = rest, true, p.text
			m.Mark, m.From, m.To, m.CC = p.mark, p.From, p.To, p.CC
			if !p.At.IsZero() {
				m.At = p.At
			}
		}
	}
	var lacking []attachmentShape
	for _, f := range files {
		file, ok := a.files.find(a, f, ticket, m.ID, ours)
		if !ok {
			lacking = append(lacking, f)
			continue
		}
		m.Files = append(m.Files, file)
	}
	if text, ok := byline.Unbox(page); asText || ok && !prefaced {
		m.Text = text
	} else {
		m.HTML = a.inline(page, m)
		m.Text = strings.TrimSpace(plaintext.HTML(page))
	}
	m.Folds = plaintext.Folds(m.Text)
	for _, f := range lacking {
		saved.Lacking(m, "not among the saved files", f.Name, f.Size)
	}
}

// address reads "Name <address>" as Freshdesk writes it.
func address(s string) desk.Address {
	if s = strings.TrimSpace(s); s == "" {
		return desk.Address{}
	}
	if a, err := mail.ParseAddress(s); err == nil {
		return desk.Address{Name: a.Name, Email: a.Address}
	}
	name, rest, ok := strings.Cut(s, "<")
	if mail, _, closed := strings.Cut(rest, ">"); ok && closed {
		return desk.Address{Name: strings.Trim(strings.TrimSpace(name), `"`), Email: strings.TrimSpace(mail)}
	}
	return desk.Address{Email: s}
}

func addresses(list []string) (out []desk.Address) {
	for _, s := range list {
		if a := address(s); a.Email != "" {
			out = append(out, a)
		}
	}
	return out
}
