package byline

import (
	"html"
	"regexp"
	"strings"

	nethtml "golang.org/x/net/html"

	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
)

const (
	boxOpen  = `<div style="white-space:pre-wrap">`
	boxClose = "</div>"
)

// Page is a message where HTML is wanted: its HTML, or its text in a box that keeps its lines.
func Page(m *desk.Message) string {
	if m.HTML != "" {
		return m.HTML
	}
	return Box(m.Text)
}

// Box is a text in a box that keeps its lines.
func Box(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return boxOpen + strings.NewReplacer("\n", "<br>", "\r", "&#13;").Replace(html.EscapeString(text)) + boxClose
}

// Unbox takes a text back from its box, whatever a system put around it; ok tells whether the
// page is one text in such a box and nothing else.
func Unbox(page string) (text string, ok bool) {
	var b strings.Builder
	ok = strings.HasPrefix(page, boxOpen)
	z := nethtml.NewTokenizer(strings.NewReader(page))
	for boxes := 0; ; {
		switch z.Next() {
		case nethtml.ErrorToken:
			return b.String(), ok
		case nethtml.TextToken:
			b.Write(z.Text())
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "br":
				b.WriteByte('\n')
			case "div":
				boxes++
				ok = ok && boxes == 1
			default:
				ok = false
			}
		default:
		}
	}
}

// tags tells HTML from text, where a system does not say which a body is.
var tags = regexp.MustCompile(`(?i)<(/?(p|div|span|br|b|i|u|s|a|ul|ol|li|table|tbody|tr|td|th|img|strong|em|blockquote|pre|code|h[1-6]|font|hr|html|body)\b[^>]*)>|&(nbsp|lt|gt|amp|quot|#\d+);`)

// The kinds of what a line stands before.
const (
	UnknownKind = ""  // there is no line
	TextKind    = "t" // a text
)

// Fill fills in what a message says in a system that does not tell whether it is HTML. The
// kind is what our line before it said of it.
func Fill(m *desk.Message, page, kind string) {
	said, boxed := "", false
	tagged := tags.MatchString(page)
	if tagged && (kind == TextKind || kind == UnknownKind) {
		said, boxed = Unbox(page)
	}
	switch {
	case tagged && kind == TextKind, boxed && kind == UnknownKind:
		m.Text = said
	case kind == TextKind, !tagged:
		m.Text = strings.ReplaceAll(page, "\r\n", "\n")
	default:
		m.HTML = page
		m.Text = strings.TrimSpace(plaintext.HTML(page))
	}
	m.Folds = plaintext.Folds(m.Text)
}
