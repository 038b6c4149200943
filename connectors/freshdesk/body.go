package freshdesk

import (
	"html"
	"regexp"
	"strings"

	nethtml "golang.org/x/net/html"

	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// What we write begins with a line for people, in which our mark stands too:
//
//	2011-03-04 05:06:07 UTC · Olga <olga@a.test> → Help <help@b.test> · cc Boss <boss@a.test> [deskhaul t dh0123…]
//
// A "t" says that what follows was a text, an "h" that it was HTML.

// isMark tells a mark of the shape that the pipeline makes: "dh" and 128 bits in the
// alphabet of RFC 4648, section 6, in lower case.
var isMark = regexp.MustCompile(`^dh[a-z2-7]{26}$`)

// preface is what the line says.
type preface struct {
	byline.Line
	mark string
	text bool
}

const prefaceStyle = `color:#68737d;font-size:small`

// newBody is a message as it is written: the line, if it is to have one, and the text.
func newBody(m *desk.Message, prefaced bool) string {
	body := asHTML(m)
	if !prefaced {
		return body
	}
	kind := "t"
	if m.HTML != "" {
		kind = "h"
	}
	line := "[deskhaul " + kind + " " + m.Mark + "]"
	if said := byline.Of(m).Write(byline.Pointed); said != "" {
		line = said + " · " + line
	}
	return `<div style="` + prefaceStyle + `">` + html.EscapeString(line) + "</div>" + body
}

func asHTML(m *desk.Message) string {
	if m.HTML != "" {
		return m.HTML
	}
	text := strings.ReplaceAll(m.Text, "\r\n", "\n")
	return textOpen + strings.NewReplacer("\n", "<br>", "\r", "&#13;").Replace(html.EscapeString(text)) + "</div>"
}

const textOpen = `<div style="white-space:pre-wrap">`

var (
	lineIn  = regexp.MustCompile(`^((?:\s*<div[^>]*>)+)\s*([^<]*\[deskhaul [th] [^\]<]*\])\s*</div>`)
	lineEnd = regexp.MustCompile(`^(.*?)(?: · )?\[deskhaul ([th]) ([^\]]*)\]$`)
	divs    = regexp.MustCompile(`<div[^>]*>`)
)

// parsePreface takes the line from a body.
func parsePreface(page string) (p preface, rest string, ok bool) {
	at := lineIn.FindStringSubmatchIndex(page)
	if at == nil {
		return p, page, false
	}
	rest = page[at[1]:]
	for range len(divs.FindAllString(page[at[2]:at[3]], -1)) - 1 { // what Freshdesk put around it
		rest = strings.TrimSuffix(strings.TrimSpace(rest), "</div>")
	}
	m := lineEnd.FindStringSubmatch(html.UnescapeString(page[at[4]:at[5]]))
	if m == nil {
		return p, page, false
	}
	p.text, p.mark, p.Line = m[2] == "t", m[3], byline.Parse(m[1], byline.Pointed)
	return p, rest, true
}

// parseText takes back what asHTML made of a text; ok is false for any other HTML.
func parseText(page string) (string, bool) {
	var b strings.Builder
	plain := strings.HasPrefix(page, textOpen)
	z := nethtml.NewTokenizer(strings.NewReader(page))
	for depth := 0; ; {
		switch z.Next() {
		case nethtml.ErrorToken:
			return b.String(), plain
		case nethtml.TextToken:
			b.Write(z.Text())
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "br":
				b.WriteByte('\n')
			case "div":
				depth++
				plain = plain && depth == 1
			default:
				plain = false
			}
		default:
		}
	}
}

// placeholder is the description of a ticket whose first message its requester may
// not see, or that has none: Freshdesk asks for one.
const placeholder = `<div>[deskhaul p] This ticket opens without a message to its requester.</div>`

func isPlaceholder(page string) bool { return strings.Contains(page, "[deskhaul p]") }

// isLeftovers tells the private note that holds what a cover cannot.
func isLeftovers(page string) bool { return leftoversIn.MatchString(page) }

var leftoversIn = regexp.MustCompile(`\[deskhaul n [^\]<]*\]`)
