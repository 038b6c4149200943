package itsm365

import (
	"html"
	"regexp"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// What we write begins with a line for people, in which our marks stand too:
//
//	2011-03-04 05:06:07 UTC · Ольга <olga@a.test> → Help <help@b.test> · cc Boss <boss@a.test> [deskhaul t dh0123… + file$1 file$2]
//
// A "t" says that what follows was a text, an "h" that it was HTML; behind the plus are the
// files that came with it, which hang on the ticket. A "w" says that the files of a
// description are still on their way. It names no blind copies: people may read it who must
// not know of them. What the system makes of tags no source says: so nothing but letters is
// believed.

// preface is what the line says.
type preface struct {
	byline.Line
	kind  string // t, h; p: nothing was said there
	waits bool   // its files are on their way
	mark  string // of the message
	files []string
}

const (
	lineOpen  = `<p style="color:#68737d;font-size:small">`
	lineClose = "</p>"
)

// line is the text of the line.
func (p preface) line() string {
	end := "[deskhaul " + p.kind
	if p.waits {
		end += "w"
	}
	end += " " + p.mark
	if len(p.files) > 0 {
		end += " + " + strings.Join(p.files, " ")
	}
	return p.Before(end+"]", byline.Worded)
}

// html is the line as it is written.
func (p preface) html() string { return lineOpen + html.EscapeString(p.line()) + lineClose }

// prefaceOf is the line of a message.
func prefaceOf(m *desk.Message, files []string) preface {
	p := preface{Line: byline.Of(m), kind: byline.TextKind, mark: m.Mark, files: files}
	if m.HTML != "" {
		p.kind = "h"
	}
	return p
}

var (
	lineIn  = regexp.MustCompile(`^((?:\s|<(?:p|div|span|html|body)[^>]*>)*)([^<]*\[deskhaul [thp]w? [^\]<]*\])(\s*</(?:span|p|div)>)?(?:\s*<br\s*/?>)?`)
	lineEnd = regexp.MustCompile(`^(.*?)(?: · )?\[deskhaul ([thp])(w?) ([^\]]*)\]$`)
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
	p.kind, p.waits = m[2], m[3] != ""
	mark, files, _ := strings.Cut(m[4], " + ")
	p.mark, p.files = mark, strings.Fields(files)
	p.Line = byline.Parse(m[1], byline.Worded)
	return p, body[at[1]:], true
}
