package deskcom

import (
	"context"
	"encoding/json"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
)

// messages are the first message of a case, its replies and notes, in order, with their files.
func (s *Source) messages(ctx context.Context, id string, c *caseShape) (out []desk.Message, err error) {
	var files []attached
	err = s.index.scan(ctx, "k/"+padded(id)+"/", "", func(path string, _ uint64, raw []byte) (bool, error) {
		parts := strings.Split(path, "/")
		for i := range parts {
			if isNumber(parts[i]) {
				parts[i] = unpadded(parts[i])
			}
		}
		if at := slices.Index(parts, "attachments"); at >= 0 {
			if at != len(parts)-2 {
				return true, nil // what Desk.com never had
			}
			f, err := readAttachment(parts, raw)
			if err != nil {
				return false, torn("attachment", strings.Join(parts, "/")+" of case "+id, err)
			}
			files = append(files, f)
			return true, nil
		}
		var m messageShape
		if err := json.Unmarshal(raw, &m); err != nil {
			return false, torn("message", strings.Join(parts, "/")+" of case "+id, err)
		}
		out = append(out, s.message(strings.Join(parts, "/"), &m, c))
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	out = withoutTwins(out)
	slices.SortStableFunc(out, func(a, b desk.Message) int { return order(&a, &b) })
	return out, s.attach(ctx, id, out, files)
}

// order is that of time; of one time the first message of a case comes first.
func order(a, b *desk.Message) int {
	if d := a.At.Compare(b.At); d != 0 {
		return d
	}
	if (a.ID == "message") != (b.ID == "message") {
		if a.ID == "message" {
			return -1
		}
		return 1
	}
	return 0
}

// withoutTwins leaves out a reply that is the first message once more, under its own number.
func withoutTwins(all []desk.Message) []desk.Message {
	first := slices.IndexFunc(all, func(m desk.Message) bool { return m.ID == "message" })
	if first < 0 {
		return all
	}
	head := all[first]
	return slices.DeleteFunc(all, func(m desk.Message) bool {
		return m.ID != head.ID && !m.Note && m.At.Equal(head.At) && m.Text == head.Text && m.Author == head.Author && m.From == head.From
	})
}

func (s *Source) message(id string, m *messageShape, c *caseShape) desk.Message {
	note := strings.HasPrefix(id, "notes/")
	out := desk.Message{ID: desk.ID(id), At: m.Created.Time, Note: note}
	if note && m.Body == "" && !m.Erased.IsZero() {
		m.Body = "[erased]"
	}
	out.Text, out.HTML = bodyOf(m.Body)
	draft := !note && m.Direction == "out" && m.Status == "draft"
	if draft { // it was never sent
		out.Note = true
		out.Fields = map[string]any{"status": m.Status}
	}
	if from := addresses(m.From); len(from) > 0 {
		out.From = from[0]
	}
	out.To, out.CC, out.BCC = addresses(m.To), addresses(m.CC), addresses(m.BCC)
	if m.Subject != c.Subject {
		out.Subject = m.Subject
	}
	if m.Links.Self != nil && !note {
		if by := channelOf(m.Links.Self.Class); by != channelOf(c.Type) && by != "reply" && by != "message" {
			out.Channel = by
		}
	}
	out.Author = authorOf(note, m, c)
	out.Folds = plaintext.Folds(out.Text)
	return out
}

// authorOf is who wrote a message: of what came in the customer, else the agent, where the
// answer names one.
func authorOf(note bool, m *messageShape, c *caseShape) desk.Ref {
	if !note && m.Direction != "out" {
		for _, l := range []*link{m.Links.Customer, c.Links.Customer} {
			if id := l.id("customers"); id != "" {
				return desk.To(desk.KindContact, desk.ID(id))
			}
		}
		return desk.Ref{}
	}
	for _, l := range []*link{m.Links.User, m.Links.Sent, m.Links.Entered} {
		if id := l.id("users"); id != "" {
			return desk.To(desk.KindAgent, desk.ID(id))
		}
	}
	return desk.Ref{}
}

// addresses are those of a header as Desk.com gives it; what is no address is a name.
func addresses(s string) (out []desk.Address) {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	if all, err := mail.ParseAddressList(s); err == nil {
		for _, a := range all {
			out = append(out, desk.Address{Name: a.Name, Email: a.Address})
		}
		return out
	}
	for _, part := range strings.Split(s, ",") {
		if part = strings.TrimSpace(part); strings.Contains(part, "@") {
			out = append(out, desk.Address{Email: part})
		} else if part != "" {
			out = append(out, desk.Address{Name: part})
		}
	}
	return out
}

var tags = regexp.MustCompile(`(?i)<(?:html|body|p|div|br|span|table|a\s|img\s|b|i|ul|ol|li|blockquote|h[1-6])[\s/>]`)

// bodyOf is a body as text and, if it is a page, as that.
func bodyOf(body string) (text, page string) {
	if tags.MatchString(body) {
		return strings.TrimRight(plaintext.HTML(body), "\n"), body
	}
	return body, ""
}
