package main

import (
	"fmt"
	"strings"
	"time"
)

// compose makes the whole mail, header and body, with LF line ends.
func (p *play) compose(m *mail) ([]byte, error) {
	header, err := p.header(m)
	if err != nil {
		return nil, err
	}
	e, err := p.content(m)
	if err != nil {
		return nil, err
	}
	e.header = append(append(header, "MIME-Version: 1.0"), e.header...)
	return e.bytes(), nil
}

func (p *play) header(m *mail) ([]string, error) {
	h, err := p.people(m)
	if err != nil {
		return nil, err
	}
	subject, err := words(m.subject(), m.charset())
	if err != nil {
		return nil, err
	}
	h = append(p.trace(m), append(h, "Subject: "+subject)...)
	if m.note("date") != "none" {
		h = append(h, "Date: "+m.at.Format(time.RFC1123Z))
	}
	if m.id != "" {
		h = append(h, "Message-ID: <"+m.id+">")
	}
	refs, reply, err := p.references(m)
	if err != nil {
		return nil, err
	}
	if reply != "" {
		h = append(h, "In-Reply-To: <"+reply+">")
	}
	if len(refs) > 0 {
		h = append(h, "References: <"+strings.Join(refs, ">\n <")+">")
	}
	for _, line := range m.notes["header"] {
		name, value, _ := strings.Cut(line, ": ")
		if value, err = words(value, "utf-8"); err != nil {
			return nil, err
		}
		h = append(h, name+": "+value)
	}
	if program := programs()[m.from.program]; program != "" {
		h = append(h, program)
	}
	return h, nil
}

// people are the lines that name somebody.
func (p *play) people(m *mail) ([]string, error) {
	var h []string
	if raw := m.note("from"); raw != "" {
		h = append(h, "From: "+raw)
	}
	for _, line := range [][2]string{{"From", m.from.key}, {"To", m.to()}, {"Cc", m.note("cc")}} {
		if line[1] == "" || line[0] == "From" && len(h) > 0 {
			continue
		}
		list, err := p.addresses(line[1], m.charset())
		if err != nil {
			return nil, err
		}
		h = append(h, line[0]+": "+list)
	}
	if m.from.agent() && m.from.key != "desk" {
		h = append(h, "Reply-To: Nordlicht Support <support@"+agentDomain+">")
	}
	return h, nil
}

func programs() map[string]string {
	return map[string]string{
		"thunderbird": "User-Agent: Mozilla Thunderbird",
		"outlook":     "X-Mailer: Microsoft Outlook 16.0",
		"phone":       "X-Mailer: iPhone Mail (21F90)",
		"desk":        "X-Mailer: Nordlicht Desk 2.1",
	}
}

// trace are the lines of those who carried the mail.
func (p *play) trace(m *mail) []string {
	if m.from.agent() {
		return []string{"Return-Path: <" + m.from.email + ">"}
	}
	box := m.box()
	return []string{
		"Return-Path: <" + m.envelope() + ">",
		fmt.Sprintf("X-Original-To: %s@%s", box, agentDomain),
		"Delivered-To: archive@" + agentDomain,
		fmt.Sprintf("Received: from mail.%s (mail.%s [192.0.2.%d])\n by mx.%s (Postfix) with ESMTPS id %010X\n for <%s@%s>; %s",
			m.from.domain(), m.from.domain(), hashOf(m.from.domain())%250+1, agentDomain, hashOf(m.String(), box)>>24, box, agentDomain,
			m.arrived().UTC().Format("Mon, 2 Jan 2006 15:04:05 -0700 (MST)")),
	}
}

// envelope is the sender of the envelope: nobody for what programs send.
func (m *mail) envelope() string {
	for _, h := range m.notes["header"] {
		if strings.HasPrefix(h, "Auto-Submitted: auto-replied") || strings.HasPrefix(h, "Auto-Submitted: auto-generated") {
			return ""
		}
	}
	return m.from.email
}

// arrived is when the mailbox got it.
func (m *mail) arrived() time.Time {
	if s := m.note("arrives"); s != "" {
		if at, err := time.ParseInLocation("2006-01-02 15:04", s, m.from.zone); err == nil {
			return at
		}
	}
	return m.at.Add(time.Duration(2+hashOf(m.String(), "way")%9) * time.Second)
}

func (m *mail) box() string {
	if s := m.note("box"); s != "" {
		return s
	}
	return m.thread.to
}

func (m *mail) charset() string {
	if s := m.note("charset"); s != "" {
		real, _, _ := strings.Cut(s, " as ")
		return real
	}
	return m.from.charset
}

// to is who it is addressed to: the mailbox, or of an agent's mail the outsider
// who wrote last.
func (m *mail) to() string {
	if s := m.note("to"); s != "" {
		return s
	}
	if !m.from.agent() {
		return m.box() + "@"
	}
	for up := m.parent(); up != nil; up = up.parent() {
		if !up.from.agent() && up.note("form") != "bounce" {
			return up.from.key
		}
	}
	return "support@"
}

// addresses writes a list of people by key; "support@" is a mailbox of ours and
// anything with more is an address as it stands.
func (p *play) addresses(list, charset string) (string, error) {
	var out []string
	for key := range strings.FieldsSeq(list) {
		who := p.cast[key]
		switch {
		case who != nil:
			name, err := words(who.name, charset)
			if err != nil {
				return "", err
			}
			if isASCII(who.name) && strings.ContainsAny(who.name, `,.()@`) {
				name = `"` + who.name + `"`
			}
			out = append(out, strings.TrimSpace(name+" <"+who.email+">"))
		case strings.HasSuffix(key, "@"):
			out = append(out, key+agentDomain)
		case strings.Contains(key, "@"):
			out = append(out, key)
		default:
			return "", fmt.Errorf("nobody is called %q", key)
		}
	}
	return strings.Join(out, ",\n "), nil
}
