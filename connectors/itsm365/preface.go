package itsm365

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
//	2011-03-04 05:06:07 UTC · Ольга <olga@a.test> → Help <help@b.test> · cc Boss <boss@a.test> [deskhaul t dh0123… + file$1 file$2]
//
// A "t" says that what follows was a text, an "h" that it was HTML; behind the plus are the
// files that came with it, which hang on the ticket. A "w" says that the files of a
// description are still on their way. It names no blind copies: people may read it who must
// not know of them. What the system makes of tags no source says: so nothing but letters is
// believed.

// preface is what the line says.
type preface struct {
	at     time.Time
	from   desk.Address
	to, cc []desk.Address
	kind   string // t, h; p: nothing was said there
	waits  bool   // its files are on their way
	mark   string // of the message
	files  []string
}

const (
	prefaceTime = "2006-01-02 15:04:05 UTC"
	prefaceCut  = " · "
	lineOpen    = `<p style="color:#68737d;font-size:small">`
	lineClose   = "</p>"
	textOpen    = `<div style="white-space:pre-wrap">`
	textClose   = "</div>"
)

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
	end := "[deskhaul " + p.kind
	if p.waits {
		end += "w"
	}
	end += " " + p.mark
	if len(p.files) > 0 {
		end += " + " + strings.Join(p.files, " ")
	}
	return strings.Join(append(parts, end+"]"), prefaceCut)
}

// html is the line as it is written.
func (p preface) html() string { return lineOpen + html.EscapeString(p.line()) + lineClose }

// prefaceOf is the line of a message.
func prefaceOf(m *desk.Message, files []string) preface {
	p := preface{at: m.At, from: m.From, to: m.To, cc: m.CC, kind: "t", mark: m.Mark, files: files}
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
