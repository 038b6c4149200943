package main

import (
	"fmt"
	"strings"
)

// content makes the body of a mail as its note "form" says: plain, flowed, html,
// alt (plain and HTML), bounce. Inline images and attachments wrap it.
func (p *play) content(m *mail) (entity, error) {
	form := m.note("form")
	if form == "bounce" {
		return p.bounce(m)
	}
	e, err := m.words(form)
	if err != nil {
		return entity{}, err
	}
	var files []entity
	for _, note := range m.notes["attach"] {
		f, err := p.attachment(m, note)
		if err != nil {
			return entity{}, err
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		return e, nil
	}
	return multipart("mixed", m.String(), append([]entity{e}, files...)...), nil
}

// words makes the readable part.
func (m *mail) words(form string) (entity, error) {
	charset := m.note("charset")
	if charset == "" {
		charset = m.from.charset
	}
	how, text := m.note("encoding"), m.body()
	if form == "" || form == "plain" || form == "flowed" {
		if name := m.note("uuencode"); name != "" {
			text += "\n" + uuencode(name, logFile(name, m.at))
		}
		if form == "" {
			form = "plain"
		}
		return textEntity(text, form, charset, how)
	}
	html, err := textEntity(markup(text, m.lang(), m.String()), "html", charset, how)
	if err != nil || form == "html" && !hasImages(text) {
		return html, err
	}
	if form == "html" {
		return m.related(html), nil
	}
	plain, err := textEntity(withoutImages(text), "plain", charset, how)
	if err != nil {
		return entity{}, err
	}
	if hasImages(text) {
		html = m.related(html)
	}
	return multipart("alternative", m.String(), plain, html), nil
}

func hasImages(text string) bool {
	return strings.Contains(text, "\n![") || strings.HasPrefix(text, "![")
}

// withoutImages is text as programs write it where no images can be shown.
func withoutImages(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if name, ok := inlineName(line); ok {
			lines[i] = "[image: " + name + "]"
		}
	}
	return strings.Join(lines, "\n")
}

// images lists the names of the images that the writer put into the text.
func (m *mail) images() []string {
	var names []string
	if form := m.note("form"); form != "html" && form != "alt" {
		return nil
	}
	for line := range strings.Lines(m.body()) {
		if name, ok := inlineName(line); ok {
			names = append(names, name)
		}
	}
	return names
}

func (m *mail) related(html entity) entity {
	parts := []entity{html}
	for _, name := range m.images() {
		parts = append(parts, entity{
			header: []string{
				fmt.Sprintf("Content-Type: image/png; name=%q", name), "Content-Transfer-Encoding: base64",
				"Content-ID: <" + cid(name, m.String()) + ">", fmt.Sprintf("Content-Disposition: inline; filename=%q", name),
			},
			body: transfer(picture(name), "base64"),
		})
	}
	return multipart("related", m.String(), parts...)
}

// bounce makes a delivery report (RFC 3464) about the mail in the note "about".
func (p *play) bounce(m *mail) (entity, error) {
	about, err := p.mail(m.note("about"))
	if err != nil {
		return entity{}, err
	}
	text, err := textEntity(m.text, "plain", "us-ascii", "7bit")
	if err != nil {
		return entity{}, err
	}
	header, err := p.header(about)
	if err != nil {
		return entity{}, err
	}
	whom := m.note("failed")
	report := fmt.Sprintf("Reporting-MTA: dns; mx.%s\nArrival-Date: %s\n\nFinal-Recipient: rfc822; %s\nAction: failed\nStatus: 5.1.1\n"+
		"Remote-MTA: dns; mail.%s\nDiagnostic-Code: smtp; 550 5.1.1 <%s>: Recipient address rejected:\n user unknown in local recipient table\n",
		agentDomain, about.at.Format("Mon, 2 Jan 2006 15:04:05 -0700"), whom, whom[strings.IndexByte(whom, '@')+1:], whom)
	return multipart("report; report-type=delivery-status", m.String(), text,
		entity{header: []string{"Content-Description: Delivery report", "Content-Type: message/delivery-status"}, body: []byte(report)},
		entity{
			header: []string{"Content-Description: Undelivered Message Headers", "Content-Type: text/rfc822-headers"},
			body:   []byte(strings.Join(header, "\n") + "\n"),
		}), nil
}
