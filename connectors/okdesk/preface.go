package okdesk

import (
	"html"
	"regexp"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// What we write begins with a line for people, in which our marks stand too:
//
//	2011-03-04 05:06:07 UTC · Ольга <olga@a.test> → Help <help@b.test> · cc Boss <boss@a.test> [deskhaul t dh0123… of dh4567…]
//
// A "t" says that what follows was a text, an "h" that it was HTML; "of" the issue's own
// mark, in its description. It names no blind copies: people may read it who must not know
// of them. What Okdesk makes of tags no source says: so nothing but letters is believed.

// preface is what the line says.
type preface struct {
	byline.Line
	kind   string // t, h; p: nothing was said there; s: a word that the change of a status wants; f: files of another message
	mark   string // of the message
	ticket string
	tried  string // how its files were named, where that was a try
}

const (
	lineOpen  = `<p style="color:#68737d;font-size:small">`
	lineClose = "</p>"
)

// isMark tells a mark of the shape that the pipeline makes: "dh" and 128 bits in the
// alphabet of RFC 4648, section 6, in lower case.
var isMark = regexp.MustCompile(`^dh[a-z2-7]{26}$`)

// line is the text of the line.
func (p preface) line() string {
	end := "[deskhaul " + p.kind + " " + p.mark
	if p.ticket != "" {
		end += " of " + p.ticket
	}
	return p.Before(end+"]", byline.Worded)
}

// html is the line as it is written.
func (p preface) html() string { return lineOpen + html.EscapeString(p.line()) + lineClose }

// prefaceOf is the line of a message; ticket is the mark of its ticket, if it opens it.
func prefaceOf(m *desk.Message, ticket string) preface {
	p := preface{Line: byline.Of(m), kind: byline.TextKind, mark: m.Mark, ticket: ticket}
	if m.HTML != "" {
		p.kind = "h"
	}
	return p
}

var (
	lineIn  = regexp.MustCompile(`^((?:\s|<(?:p|div|span|html|body)[^>]*>)*)([^<]*\[deskhaul [thpsf] [^\]<]*\])(\s*</(?:span|p|div)>)?(?:\s*<br\s*/?>)?`)
	lineEnd = regexp.MustCompile(`^(.*?)(?: · )?\[deskhaul ([thpsf]) ([^\]]*)\]$`)
)

// parsePreface takes the line from a body.
func parsePreface(body string) (p preface, rest string, ok bool) {
	at := lineIn.FindStringSubmatchIndex(body)
	if at == nil {
		return p, body, false
	}
	m := lineEnd.FindStringSubmatch(strings.TrimSpace(html.UnescapeString(body[at[4]:at[5]])))
	if m == nil {
		return p, body, false
	}
	p.kind = m[2]
	m[3], p.tried, _ = strings.Cut(m[3], triedAs)
	p.mark, p.ticket, _ = strings.Cut(m[3], " of ")
	p.Line = byline.Parse(m[1], byline.Worded)
	return p, body[at[1]:], true
}
