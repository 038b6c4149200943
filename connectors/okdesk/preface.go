package okdesk

import (
	"html"
	"regexp"
	"strings"
	"time"

	nethtml "golang.org/x/net/html"

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
	at     time.Time
	from   desk.Address
	to, cc []desk.Address
	kind   string // t, h; p: nothing was said there; s: a word that the change of a status wants; f: files of another message
	mark   string // of the message
	ticket string
	tried  string // how its files were named, where that was a try
}

const (
	prefaceTime = "2006-01-02 15:04:05 UTC"
	prefaceCut  = " · "
	lineOpen    = `<p style="color:#68737d;font-size:small">`
	lineClose   = "</p>"
	textOpen    = `<div style="white-space:pre-wrap">`
	textClose   = "</div>"
)

// isMark tells a mark of the shape that the pipeline makes: "dh" and 128 bits in the
// alphabet of RFC 4648, section 6, in lower case.
var isMark = regexp.MustCompile(`^dh[a-z2-7]{26}$`)

// line is the text of the line.
func (p preface) line() string {
	var parts []string
	if !p.at.IsZero() {
		parts = append(parts, p.at.UTC().Format(prefaceTime))
	}
	who := show(p.from)
	if len(p.to) > 0 {
		who = strings.TrimSpace(who + " → " + showAll(p.to))
	}
	if who != "" {
		parts = append(parts, who)
	}
	if len(p.cc) > 0 {
		parts = append(parts, "cc "+showAll(p.cc))
	}
	end := "[deskhaul " + p.kind + " " + p.mark
	if p.ticket != "" {
		end += " of " + p.ticket
	}
	return strings.Join(append(parts, end+"]"), prefaceCut)
}

// html is the line as it is written.
func (p preface) html() string { return lineOpen + html.EscapeString(p.line()) + lineClose }

// prefaceOf is the line of a message; ticket is the mark of its ticket, if it opens it.
func prefaceOf(m *desk.Message, ticket string) preface {
	p := preface{at: m.At, from: m.From, to: m.To, cc: m.CC, kind: "t", mark: m.Mark, ticket: ticket}
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
	for part := range strings.SplitSeq(m[1], prefaceCut) {
		if when, err := time.Parse(prefaceTime, part); err == nil {
			p.at = when
		} else if cc, is := strings.CutPrefix(part, "cc "); is {
			p.cc = unshowAll(cc)
		} else if from, to, both := strings.Cut(part, "→"); both {
			p.from, p.to = unshow(from), unshowAll(to)
		} else {
			p.from = unshow(part)
		}
	}
	return p, body[at[1]:], true
}

// show is an address as the line says it. What parts the line from itself stands in no
// name: it is spelt as RFC 5322 spells an encoded word.
func show(a desk.Address) string {
	name := a.Name
	if strings.ContainsAny(name, `",<>→·\[]@;:()=?`) || name != strings.Join(strings.Fields(name), " ") || strings.HasPrefix(name, "cc ") {
		name = encodeName(name)
	}
	switch {
	case a.Name == "" && a.Email == "":
		return ""
	case a.Name == "":
		return "<" + plainAddress(a.Email) + ">"
	case a.Email == "":
		return name
	}
	return name + " <" + plainAddress(a.Email) + ">"
}

// plainAddress is an address without what would end it.
func plainAddress(s string) string {
	if strings.ContainsAny(s, "<>,→·[]") {
		return encodeName(s)
	}
	return s
}

func showAll(as []desk.Address) string {
	out := make([]string, len(as))
	for i, a := range as {
		out[i] = show(a)
	}
	return strings.Join(out, ", ")
}

func unshowAll(s string) (out []desk.Address) {
	for part := range strings.SplitSeq(s, ",") {
		if a := unshow(part); a != (desk.Address{}) {
			out = append(out, a)
		}
	}
	return out
}

func unshow(s string) (a desk.Address) {
	name, rest, bracketed := strings.Cut(strings.TrimSpace(s), "<")
	if bracketed {
		a.Email = decodeName(strings.TrimSuffix(strings.TrimSpace(rest), ">"))
	}
	a.Name = decodeName(strings.TrimSpace(name))
	return a
}

// readable takes back the text that body made.
func readable(page string) string {
	var b strings.Builder
	z := nethtml.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return b.String()
		case nethtml.TextToken:
			b.Write(z.Text())
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			if name, _ := z.TagName(); string(name) == "br" {
				b.WriteByte('\n')
			}
		default:
		}
	}
}

// body is a message as it is written, without the line.
func body(m *desk.Message) string {
	if m.HTML != "" {
		return m.HTML
	}
	text := strings.ReplaceAll(m.Text, "\r\n", "\n")
	return textOpen + strings.NewReplacer("\n", "<br>", "\r", "&#13;").Replace(html.EscapeString(text)) + textClose
}
