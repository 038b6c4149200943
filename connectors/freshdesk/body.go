package freshdesk

import (
	"html"
	"regexp"
	"strings"

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
	body := byline.Page(m)
	if !prefaced {
		return body
	}
	kind := "t"
	if m.HTML != "" {
		kind = "h"
	}
	line := byline.Of(m).Before("[deskhaul "+kind+" "+m.Mark+"]", byline.Pointed)
	return `<div style="` + prefaceStyle + `">` + html.EscapeString(line) + "</div>" + body
}

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

// placeholder is the description of a ticket whose first message its requester may
// not see, or that has none: Freshdesk asks for one.
const placeholder = `<div>[deskhaul p] This ticket opens without a message to its requester.</div>`

func isPlaceholder(page string) bool { return strings.Contains(page, "[deskhaul p]") }

// isLeftovers tells the private note that holds what a cover cannot.
func isLeftovers(page string) bool { return leftoversIn.MatchString(page) }

var leftoversIn = regexp.MustCompile(`\[deskhaul n [^\]<]*\]`)
