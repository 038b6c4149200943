package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"
)

// hashOf makes a number that looks random and is always the same.
func hashOf(parts ...string) uint64 {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return binary.BigEndian.Uint64(sum[:8])
}

func (m *mail) messageID() string {
	switch id := m.note("id"); {
	case id == "none":
		return ""
	case id != "":
		return id
	case m.from.program == "outlook":
		return fmt.Sprintf("%016X%08X@EX%02d.%s", hashOf(m.String()), uint32(m.at.Unix()), hashOf(m.from.domain())%20, m.from.domain())
	case m.from.program == "gmail":
		return fmt.Sprintf("CA+%x-%x@mail.gmail.test", hashOf(m.String()), hashOf(m.String(), "more"))
	}
	return fmt.Sprintf("%s.%x@%s", m.at.UTC().Format("20060102150405"), hashOf(m.String())>>24, m.from.domain())
}

// parent is the mail that this one answers; nil for none.
func (m *mail) parent() *mail {
	if m.n == 1 || m.note("refs") == "new" {
		return nil
	}
	n := m.n - 1
	if s := m.note("parent"); s != "" {
		if _, err := fmt.Sscan(s, &n); err != nil || n < 1 || n >= m.n {
			return nil
		}
	}
	return m.thread.mails[n-1]
}

// references are the ids for References and In-Reply-To, oldest first. The note
// "refs" says otherwise: none, irt (In-Reply-To alone), ids and mails by name.
func (p *play) references(m *mail) (refs []string, reply string, err error) {
	note := m.note("refs")
	if strings.ContainsAny(note, "/@") {
		for f := range strings.FieldsSeq(note) {
			if !strings.Contains(f, "@") {
				other, err := p.mail(f)
				if err != nil {
					return nil, "", err
				}
				f = other.id
			}
			refs = append(refs, f)
		}
		return refs, refs[len(refs)-1], nil
	}
	if m.parent() == nil || note == "none" {
		return nil, "", nil
	}
	for up := m.parent(); up != nil; up = up.parent() {
		if up.id != "" {
			refs = append([]string{up.id}, refs...)
		}
	}
	if len(refs) == 0 {
		return nil, "", nil
	}
	reply = refs[len(refs)-1]
	if note == "irt" {
		refs = nil
	}
	return refs, reply, nil
}

// mail finds a mail by THREAD/NUMBER.
func (p *play) mail(name string) (*mail, error) {
	thread, n, _ := strings.Cut(name, "/")
	t, i := p.byName[thread], 0
	if _, err := fmt.Sscan(n, &i); err != nil || t == nil || i < 1 || i > len(t.mails) {
		return nil, fmt.Errorf("there is no mail %q", name)
	}
	return t.mails[i-1], nil
}

// subject is as the script says, else the thread's with the mark of an answer in
// the writer's language, before the one that another program has put there.
func (m *mail) subject() string {
	if s := m.note("subject"); s != "" {
		return s
	}
	if m.parent() == nil {
		return m.thread.subject
	}
	before := m.parent().subject()
	mark := "Re: "
	if m.from.program == "outlook" {
		mark = map[string]string{"de": "AW: ", "zh": "答复: ", "es": "RE: ", "fr": "RE: ", "en": "RE: "}[m.lang()]
	}
	if m.from.program == "phone" && m.lang() == "ru" {
		mark = "Отв: "
	}
	if mark == "" {
		mark = "Re: "
	}
	rest, first := withoutMarks(before, mark)
	return mark + first + rest
}

// withoutMarks cuts the marks of answers off a subject, and tells the first that
// is another than mark.
func withoutMarks(subject, mark string) (rest, first string) {
	for {
		at := strings.Index(subject, ": ")
		if at < 0 || !slices.Contains([]string{"Re", "RE", "AW", "Отв", "答复"}, subject[:at]) {
			return subject, first
		}
		if found := subject[:at+2]; first == "" && !strings.EqualFold(found, mark) {
			first = found
		}
		subject = subject[at+2:]
	}
}

// lang is the language in which a mail program speaks: the conversation's for an
// agent, else the writer's.
func (m *mail) lang() string {
	if m.from.agent() {
		return m.thread.lang
	}
	return m.from.lang
}

// body is the text with signature and quoted history.
func (m *mail) body() string {
	b := m.text
	if len(m.from.signature) > 0 && m.note("signature") != "none" {
		mark := "\n-- \n"
		if m.from.program == "phone" || m.from.program == "outlook" {
			mark = "\n"
		}
		b += mark + strings.Join(m.from.signature, "\n") + "\n"
	}
	if up := m.parent(); up != nil && m.note("quote") != "none" {
		b += "\n" + m.quoted(up)
	}
	return b
}

// quoteDepth is how many mails of history an answer carries.
const quoteDepth = 3

func (m *mail) quoted(up *mail) string {
	if m.from.program == "outlook" {
		return outlookQuote(m, up)
	}
	return attribution(m.lang(), up.from, up.at.In(m.from.zone)) + "\n" + up.history(quoteDepth)
}

func (m *mail) history(depth int) string {
	text := withoutImages(m.text)
	if up := m.parent(); up != nil && depth > 1 {
		text += "\n" + attribution(m.lang(), up.from, up.at.In(m.from.zone)) + "\n" + up.history(depth-1)
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		mark := "> "
		if strings.HasPrefix(line, ">") || line == "\n" {
			mark = ">"
		}
		b.WriteString(mark + line)
	}
	return b.String()
}

func attribution(lang string, who *person, at time.Time) string {
	switch lang {
	case "de":
		return fmt.Sprintf("Am %s schrieb %s:", at.Format("02.01.2006 um 15:04"), who.name)
	case "ru":
		return fmt.Sprintf("%s, %s пишет:", at.Format("02.01.2006 15:04"), who.name)
	case "fr":
		return fmt.Sprintf("Le %s, %s a écrit :", at.Format("02/01/2006 à 15:04"), who.name)
	case "es":
		return fmt.Sprintf("El %s, %s <%s> escribió:", at.Format("02/01/2006 a las 15:04"), who.name, who.email)
	case "ja":
		days := [...]string{"日", "月", "火", "水", "木", "金", "土"}
		return fmt.Sprintf("%s(%s) %s %s <%s>:", at.Format("2006年1月2日"), days[at.Weekday()], at.Format("15:04"), who.name, who.email)
	case "zh":
		return fmt.Sprintf("在 %s，%s 写道：", at.Format("2006-01-02 15:04"), who.name)
	case "ar":
		return fmt.Sprintf("في %s كتب %s <%s>:", at.Format("2006/01/02 15:04"), who.name, who.email)
	case "he":
		return fmt.Sprintf("בתאריך %s מאת %s <%s>:", at.Format("02.01.2006 15:04"), who.name, who.email)
	}
	return fmt.Sprintf("On %s, %s <%s> wrote:", at.Format("Mon, 2 Jan 2006 at 15:04"), who.name, who.email)
}

// outlookQuote is a header of words and the text below, not marked.
func outlookQuote(m, up *mail) string {
	words := map[string][5]string{
		"de": {"-----Ursprüngliche Nachricht-----", "Von", "Gesendet", "An", "Betreff"},
		"fr": {"-----Message d'origine-----", "De", "Envoyé", "À", "Objet"},
		"es": {"-----Mensaje original-----", "De", "Enviado", "Para", "Asunto"},
		"zh": {"-----邮件原件-----", "发件人", "发送时间", "收件人", "主题"},
		"ru": {"-----Исходное сообщение-----", "От", "Отправлено", "Кому", "Тема"},
	}
	w, ok := words[m.lang()]
	if !ok {
		w = [5]string{"-----Original Message-----", "From", "Sent", "To", "Subject"}
	}
	return fmt.Sprintf("%s\n%s: %s <%s>\n%s: %s\n%s: %s\n%s: %s\n\n%s", w[0], w[1], up.from.name, up.from.email,
		w[2], up.at.In(m.from.zone).Format("2006-01-02 15:04"), w[3], m.from.name, w[4], up.subject(), withoutImages(up.text))
}
