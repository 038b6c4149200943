package rfc5322

import (
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
)

// file keeps e as an attachment or inline image.
func (b *builder) file(e *entity, at place) error {
	if isTNEF(e) {
		if ok, err := b.openTNEF(e); ok || err != nil {
			return err
		}
	}
	p := Part{
		Name: e.name, Type: e.kind, CID: e.cid(), Inline: e.place == "inline" || e.place == "" && at.related,
		Offset: e.body, Length: e.length(), Encoding: e.encoding,
	}
	switch {
	case e.kind == "message/rfc822" || e.kind == "message/global":
		name, err := b.enclosedName(e)
		if err != nil {
			return err
		}
		p.Name = name
	case p.Name == "" && (e.kind == "application/pkcs7-mime" || e.kind == "application/x-pkcs7-mime"):
		p.Name = "smime.p7m"
	}
	b.mail.Parts = append(b.mail.Parts, p)
	return nil
}

// enclosedName names an enclosed message after its subject.
func (b *builder) enclosedName(e *entity) (string, error) {
	if e.name != "" {
		if strings.HasSuffix(strings.ToLower(e.name), ".eml") {
			return e.name, nil
		}
		return e.name + ".eml", nil
	}
	name := ""
	if e.encoding == "" {
		h, _, err := readHeaderAt(b.raw, e.body, e.end, true)
		if err != nil {
			return "", err
		}
		name = strings.Trim(fileName(h.Text("Subject")), ". ")
	}
	if name == "" {
		name = "message"
	}
	return name + ".eml", nil
}

// fileName replaces what file systems do not take and shortens what is too long.
func fileName(s string) string {
	const longest = 80
	n := 0
	return strings.Map(func(r rune) rune {
		if n++; n > longest || r < ' ' {
			return -1
		}
		if strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, s)
}

// cid is the Content-ID without brackets (RFC 2392).
func (e *entity) cid() string {
	id := e.header.Get("Content-ID")
	if id == "" {
		return ""
	}
	return charset.OneLine(charset.StableText(strings.Trim(id, "<> \t")))
}
