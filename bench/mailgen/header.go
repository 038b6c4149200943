package mailgen

import (
	"encoding/base64"
	"fmt"
	"mime"
	"strings"
)

// header writes the fields of a mail as a mailbox gets it today: about 2 KB of
// Received, DKIM and the like before what people see.
func (g *generator) header(t *turn, l *letter, id string) {
	from := domain(t.from.email)
	g.field("Return-Path", "<"+t.from.email+">")
	g.field("Delivered-To", t.to.email)
	for hop := range g.between(2, 4) {
		g.field("Received", fmt.Sprintf("from mx%d.%s (mx%d.%s [192.0.2.%d])\n\tby in%d.acme.test (Postfix) with ESMTPS id %X\n\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n\tfor <%s>; %s",
			hop, from, hop, from, g.rnd.IntN(256), hop, g.rnd.Uint64(), t.to.email, date(t.at)))
	}
	if t.sort != bounced {
		g.field("DKIM-Signature", fmt.Sprintf("v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=s%d;\n\th=from:to:subject:date:message-id:in-reply-to:references:mime-version:content-type;\n\tbh=%s;\n\tb=%s",
			from, g.rnd.IntN(9), g.digest(32), fold(g.digest(256))))
		g.field("Authentication-Results", fmt.Sprintf("in0.acme.test; dkim=pass (2048-bit key) header.d=%s header.i=@%s;\n\tspf=pass smtp.mailfrom=%s; dmarc=pass (p=none) header.from=%s", from, from, t.from.email, from))
		g.field("ARC-Seal", "i=1; a=rsa-sha256; t="+fmt.Sprint(t.at.Unix())+"; cv=none; d=acme.test; s=arc;\n\tb="+fold(g.digest(256)))
	}
	g.field("Date", date(t.at.Add(-4e9)))
	g.field("From", address(t.from))
	g.field("To", address(t.to))
	if t.sort <= answered && g.chance(8) {
		g.field("Cc", address(g.customerOf(1+g.rnd.IntN(g.people))))
	}
	g.field("Subject", g.words(t, l.subject))
	g.field("Message-ID", "<"+id+">")
	g.thread(t)
	if t.from.program != "" {
		g.field("X-Mailer", t.from.program)
	}
	if t.sort > answered {
		g.field("Auto-Submitted", map[sort]string{confirmed: "auto-generated", absent: "auto-replied", bounced: "auto-replied"}[t.sort])
		g.field("Precedence", "bulk")
		g.field("X-Auto-Response-Suppress", "All")
	}
	g.field("X-Spam-Status", fmt.Sprintf("No, score=-%d.%d required=5.0 tests=DKIM_SIGNED,DKIM_VALID,HTML_MESSAGE,SPF_PASS\n\tautolearn=ham version=4.0.0", g.rnd.IntN(4), g.rnd.IntN(10)))
	g.field("MIME-Version", "1.0")
}

// thread names what is answered. One customer in fourteen writes with a program
// that does not.
func (g *generator) thread(t *turn) {
	if len(t.ids) == 0 || t.sort == asked && g.chance(7) {
		return
	}
	g.field("In-Reply-To", "<"+t.ids[len(t.ids)-1]+">")
	g.field("References", "<"+strings.Join(t.ids, ">\n\t<")+">")
}

// words encodes a subject as RFC 2047 asks, in any charset of the language.
func (g *generator) words(t *turn, s string) string {
	label, raw := g.encode(t.voice, s)
	if strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0 {
		return s
	}
	if label == "utf-8" {
		if g.chance(50) {
			return mime.QEncoding.Encode(label, s)
		}
		return mime.BEncoding.Encode(label, s)
	}
	return "=?" + label + "?B?" + base64.StdEncoding.EncodeToString([]byte(raw)) + "?="
}

func (g *generator) field(name, value string) { fmt.Fprintf(&g.out, "%s: %s\n", name, value) }

func address(p person) string {
	return mime.BEncoding.Encode("utf-8", p.name) + " <" + p.email + ">"
}

// digest is n random bytes in base64.
func (g *generator) digest(n int) string {
	b := make([]byte, n)
	g.fill(b)
	return base64.StdEncoding.EncodeToString(b)
}

func fold(s string) string {
	var b strings.Builder
	for len(s) > 70 {
		b.WriteString(s[:70] + "\n\t ")
		s = s[70:]
	}
	return b.String() + s
}
