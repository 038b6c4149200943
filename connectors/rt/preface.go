package rt

import (
	"cmp"
	"encoding/base64"
	"html"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
)

// A preface is the line at the top of a message that says who wrote it and when.

const (
	prefaceCut  = " · "
	prefaceTime = "2006-01-02 15:04:05 UTC"
	htmlBefore  = `<p class="deskhaul">`
	htmlAfter   = "</p>\n"
	// A message of both text and HTML is written as HTML; RT's REST takes no
	// alternatives. The text stands at the end, where no page shows it.
	textBefore = "<!--deskhaul:text:"
	textAfter  = "-->"
)

// preface is the line of a message.
func preface(from desk.Address, at time.Time) string {
	who := strings.Join(strings.Fields(from.Name), " ")
	if from.Email != "" {
		who = strings.TrimSpace(who + " <" + strings.Join(strings.Fields(from.Email), " ") + ">")
	}
	when := "–"
	if !at.IsZero() {
		when = at.UTC().Format(prefaceTime)
	}
	return cmp.Or(who, "–") + prefaceCut + when
}

// readPreface reads the line of a message; false if it is none.
func readPreface(line string) (from desk.Address, at time.Time, ok bool) {
	i := strings.LastIndex(line, prefaceCut)
	if i < 0 || strings.Contains(line, "\n") {
		return from, at, false
	}
	who, when := line[:i], line[i+len(prefaceCut):]
	if when != "–" {
		var err error
		if at, err = time.Parse(prefaceTime, when); err != nil {
			return from, at, false
		}
	}
	if who == "–" {
		who = ""
	}
	if j := strings.LastIndex(who, "<"); j >= 0 && strings.HasSuffix(who, ">") {
		return desk.Address{Name: strings.TrimSpace(who[:j]), Email: who[j+1 : len(who)-1]}, at, true
	}
	return desk.Address{Name: who}, at, true
}

// asHTML is text/html, spelt so that RT 6 keeps it as it is. What comes as "text/html"
// it writes anew, tag by tag, and puts the target's own files in the place of images
// whose address begins with /Ticket/Attachment/: those of whatever ticket has the number
// there (RT/Interface/Web.pm, MakeMIMEEntity and ExtractImages, which compare the type
// letter by letter; what is stored is text/html).
const asHTML = "Text/HTML"

// body is what is written for a message, and its type. Where no preface is wanted,
// it is left out but for what would be misread without one: nothing at all, "0",
// which RT takes for nothing, and what begins as a preface does.
func body(m *desk.Message, line string, wanted bool) (content, kind string) {
	if !wanted {
		content, kind = bodyWith(m, "")
		bare := desk.Message{Text: m.Text, HTML: m.HTML}
		if unwrap(&bare); content != "" && content != "0" && bare.HTML == m.HTML && (bare.Text == m.Text || m.HTML != "") {
			return content, kind
		}
	}
	return bodyWith(m, line)
}

func bodyWith(m *desk.Message, line string) (content, kind string) {
	if m.HTML == "" {
		if line != "" {
			line += "\n\n"
		}
		return line + m.Text, "text/plain"
	}
	if line != "" {
		line = htmlBefore + html.EscapeString(line) + htmlAfter
	}
	tail := ""
	if m.Text != plaintext.HTML(m.HTML) {
		tail = textBefore + base64.StdEncoding.EncodeToString([]byte(m.Text)) + textAfter
	}
	return line + m.HTML + tail, asHTML
}

// unwrap takes off again what body added to a message that carries our mark.
func unwrap(m *desk.Message) {
	if m.HTML == "" {
		if line, rest, ok := strings.Cut(m.Text, "\n\n"); ok && took(m, line) {
			m.Text = rest
		}
		return
	}
	if i := strings.LastIndex(m.HTML, textBefore); i >= 0 && strings.HasSuffix(m.HTML, textAfter) {
		if text, err := base64.StdEncoding.DecodeString(m.HTML[i+len(textBefore) : len(m.HTML)-len(textAfter)]); err == nil {
			m.HTML, m.Text = m.HTML[:i], string(text)
		}
	}
	if rest, ok := strings.CutPrefix(m.HTML, htmlBefore); ok {
		if line, rest, ok := strings.Cut(rest, htmlAfter); ok && took(m, html.UnescapeString(line)) {
			m.HTML = rest
		}
	}
}

// prefaced tells whether a message begins as only we write them.
func prefaced(m *desk.Message) bool {
	c := *m
	unwrap(&c)
	return c.Text != m.Text || c.HTML != m.HTML
}

// took makes the message say what the line says.
func took(m *desk.Message, line string) bool {
	from, at, ok := readPreface(line)
	if !ok {
		return false
	}
	if m.From = from; !at.IsZero() {
		m.At = at
	}
	return true
}
