package znuny

import (
	"encoding/base64"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
)

// What we write begins with a line for people, in which our mark stands too:
//
//	2011-03-04 05:06:07 UTC · Olga <olga@a.test> → Help <help@b.test> · cc Boss <boss@a.test> [deskhaul ts dh0123…]
//
// A "t" says that what follows is a text, an "h" that it is HTML; an "s" after it, that the
// article has a subject of its own. It names no blind copies: people may read it who must
// not know of them.

const (
	prefaceTag = `<div style="color:#68737d;font-size:small">`
	// Znuny takes white space off both ends of all that it is given
	// (GenericInterface/Operation/Ticket/TicketCreate.pm, Run): what ends with some is
	// followed by this.
	textEnd = "\n[deskhaul end]"
	htmlEnd = "<!--deskhaul end-->"
	// A message of both a text and HTML that says something else is written as HTML. The text
	// stands at the end, where no page shows it.
	textBefore = "<!--deskhaul text:"
	textAfter  = "-->"
	// Znuny makes files of images that stand in HTML as they are (HTMLUtils.pm,
	// EmbeddedImagesExtract), and puts other addresses in their places. Spelt so, browsers
	// show them all the same, and Znuny leaves them.
	imageAs, imageSpelt = `src="data:image/`, `src="&#100;ata:image/`
)

// preface is the line of a message.
type preface struct {
	byline.Line
	mark   string
	html   bool
	titled bool // the subject is the message's own
}

// line writes it.
func (p *preface) line() string {
	kind := "t"
	if p.html {
		kind = "h"
	}
	if p.titled {
		kind += "s"
	}
	return p.Before("[deskhaul "+kind+" "+p.mark+"]", byline.Pointed)
}

var lineEnd = regexp.MustCompile(`^(.*?)(?: · )?\[deskhaul ([th])(s?) ([^\]\n]*)\]$`)

// readLine reads it; ok is false for any other line.
func readLine(line string) (p preface, ok bool) {
	m := lineEnd.FindStringSubmatch(line)
	if m == nil {
		return p, false
	}
	p.html, p.titled, p.mark = m[2] == "h", m[3] == "s", m[4]
	p.Line = byline.Parse(m[1], byline.Pointed)
	return p, true
}

// body is what is written for a message.
func body(m *desk.Message, from desk.Address) (content, kind string) {
	p := preface{Line: byline.Line{At: m.At, From: from, To: m.To, CC: m.CC}, mark: m.Mark, html: m.HTML != "", titled: ownSubject(m) != ""}
	if m.HTML == "" {
		content = p.line() + "\n\n" + strings.ReplaceAll(m.Text, "\r\n", "\n")
		if endsBlank(content) {
			content += textEnd
		}
		return content, "text/plain; charset=utf-8"
	}
	content = prefaceTag + html.EscapeString(p.line()) + "</div>\n" + strings.ReplaceAll(m.HTML, imageAs, imageSpelt)
	if derived := plaintext.HTML(m.HTML); squeezed(derived) != squeezed(m.Text) {
		content += textBefore + base64.StdEncoding.EncodeToString([]byte(m.Text)) + textAfter
	}
	if endsBlank(content) {
		content += htmlEnd
	}
	return content, "text/html; charset=utf-8"
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// readPage takes the HTML, and the text if it says something else, from what body wrote.
func readPage(rest string) (page, text string) {
	page = strings.TrimSuffix(rest, htmlEnd)
	if i := strings.LastIndex(page, textBefore); i >= 0 && strings.HasSuffix(page, textAfter) {
		if said, err := base64.StdEncoding.DecodeString(page[i+len(textBefore) : len(page)-len(textAfter)]); err == nil {
			return strings.ReplaceAll(page[:i], imageSpelt, imageAs), string(said)
		}
	}
	page = strings.ReplaceAll(page, imageSpelt, imageAs)
	return page, plaintext.HTML(page)
}

// endsBlank tells whether something ends with what Perl takes for white space.
func endsBlank(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsSpace(r)
}

// ownSubject is the subject that an article gets for its message's sake; "" if that has none,
// or one that Znuny would not keep.
func ownSubject(m *desk.Message) string {
	if m.Subject == "0" || strings.ContainsAny(m.Subject, "\r\n") || strings.TrimSpace(m.Subject) != m.Subject || len(m.Subject) > mostSubject {
		return ""
	}
	return m.Subject
}

// mostSubject is the length of an article's subject in bytes; the column has room for 3800
// letters.
const mostSubject = 3000

// unwrap takes off an article's text what body put there. Of HTML the text that Znuny made
// of it says the same, should it have been stopped before it kept the page.
func unwrap(text, page string) (p preface, rest string, ok bool) {
	if inner, is := strings.CutPrefix(page, prefaceTag); is {
		line, rest, _ := strings.Cut(inner, "</div>\n")
		if p, ok = readLine(html.UnescapeString(line)); ok {
			return p, rest, true
		}
	}
	line, rest, cut := strings.Cut(text, "\n\n")
	if p, ok = readLine(strings.TrimSpace(line)); !ok {
		return p, "", false
	}
	if !cut {
		rest = ""
	}
	if whole, ended := strings.CutSuffix(rest, textEnd); ended {
		rest = whole
	}
	return p, rest, true
}

// noMessage is what a ticket opens with that has no message: Znuny asks for one.
const noMessage = "[deskhaul p] This ticket came without a message."

func isPlaceholder(text text) bool { return strings.HasPrefix(string(text), "[deskhaul p]") }
