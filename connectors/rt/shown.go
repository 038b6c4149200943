package rt

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

var (
	// addressed is a tag up to the address of what it shows or leads to.
	addressed = regexp.MustCompile(`(?i)(<(img|a)\b[^>]*?\s(?:src|href)\s*=\s*)("[^"]*"|'[^']*')`)
	// attachmentPage is where RT's web pages have an attachment, by the numbers of its
	// transaction and its own (share/html/Ticket/Attachment/dhandler).
	attachmentPage = regexp.MustCompile(`/(?:Ticket|SelfService)/Attachment/([0-9]+)/([0-9]+)(?:/.*)?$`)
)

// shown makes files of the images that a text shows by their addresses in RT, where
// the ticket has them: those of its own message, or of one that it quotes. Other
// addresses of attachments, which RT writes without its name, get it: from anywhere
// else they would lead nowhere.
func (s *Source) shown(h *tales, m *desk.Message) {
	base, err := url.Parse(s.config.URL)
	if err != nil || !strings.Contains(m.HTML, "/Attachment/") {
		return
	}
	m.HTML = addressed.ReplaceAllStringFunc(m.HTML, func(found string) string {
		parts := addressed.FindStringSubmatch(found)
		before, tag, quote := parts[1], parts[2], parts[3][:1]
		u, err := url.Parse(strings.TrimSpace(html.UnescapeString(parts[3][1 : len(parts[3])-1])))
		if err != nil {
			return found
		}
		u = base.ResolveReference(u)
		numbers := attachmentPage.FindStringSubmatch(u.Path)
		if numbers == nil || !strings.EqualFold(u.Host, base.Host) {
			return found
		}
		address := u.String()
		if a := h.part(text(numbers[1]), text(numbers[2])); a != nil && strings.EqualFold(tag, "img") {
			address = "cid:" + s.inline(*a, m)
		}
		return before + quote + html.EscapeString(address) + quote
	})
}

// part is the file of a transaction; nil if the ticket has none of these numbers.
func (h *tales) part(transaction, id text) *attachmentShape {
	list := h.parts[transaction]
	i := slices.IndexFunc(list, func(a attachmentShape) bool { return a.ID == id })
	if i < 0 {
		return nil
	}
	switch group, _, _ := strings.Cut(mediaType(list[i]), "/"); group {
	case "text", "message", "multipart":
		return nil // no image
	}
	return &list[i]
}

// inline makes the message have an attachment as an image of its text, and returns its
// Content-ID.
func (s *Source) inline(a attachmentShape, m *desk.Message) string {
	f := s.file(a, mediaType(a))
	if f.CID == "" {
		f.CID = "attachment-" + string(a.ID) + "@rt"
	}
	i := slices.IndexFunc(m.Files, func(own desk.File) bool { return own.ID == f.ID || own.CID == f.CID })
	if i < 0 { // it belongs to another message, and may be of both
		f.ID = m.ID + "-" + f.ID
		m.Files, i = append(m.Files, f), len(m.Files)
	}
	m.Files[i].CID, m.Files[i].Inline = f.CID, true
	return f.CID
}
