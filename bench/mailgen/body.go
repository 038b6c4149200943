package mailgen

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"strings"
)

// body writes the parts that the letter needs, nested as mail programs do it.
func (g *generator) body(t *turn, l *letter) {
	outer, inner := fmt.Sprintf("=_mixed_%x", g.rnd.Uint64()), fmt.Sprintf("=_alt_%x", g.rnd.Uint64())
	if l.report {
		g.delivery(t, l, outer)
		return
	}
	if len(l.files) > 0 {
		g.out.WriteString("Content-Type: multipart/mixed; boundary=\"" + outer + "\"\n\nThis is a multi-part message in MIME format.\n--" + outer + "\n")
	}
	switch {
	case l.page == "":
		g.text(t, "plain", strings.Join(l.lines, "\n")+"\n")
	case l.only:
		g.text(t, "html", l.page)
	default:
		g.out.WriteString("Content-Type: multipart/alternative; boundary=\"" + inner + "\"\n\n--" + inner + "\n")
		g.text(t, "plain", strings.Join(l.lines, "\n")+"\n")
		g.out.WriteString("\n--" + inner + "\n")
		g.text(t, "html", l.page)
		g.out.WriteString("\n--" + inner + "--\n")
	}
	for _, f := range l.files {
		g.out.WriteString("\n--" + outer + "\n")
		g.file(f)
	}
	if len(l.files) > 0 {
		g.out.WriteString("\n--" + outer + "--\n")
	}
}

// text writes one text part in a charset of the language and in an encoding that
// can carry it.
func (g *generator) text(t *turn, kind, s string) {
	label, raw := "utf-8", s
	if kind == "plain" {
		label, raw = g.encode(t.voice, s)
	}
	fmt.Fprintf(&g.out, "Content-Type: text/%s; charset=%s\n", kind, label)
	plain := strings.IndexFunc(raw, func(r rune) bool { return r >= 0x80 }) < 0
	switch {
	case plain && kind == "plain":
		g.out.WriteString("Content-Transfer-Encoding: 7bit\n\n" + raw)
	case kind == "html" && !g.chance(25) || kind == "plain" && g.chance(45):
		g.out.WriteString("Content-Transfer-Encoding: quoted-printable\n\n")
		g.quotedPrintable(raw)
	case g.chance(45):
		g.out.WriteString("Content-Transfer-Encoding: 8bit\n\n" + raw)
	default:
		g.out.WriteString("Content-Transfer-Encoding: base64\n\n")
		g.base64([]byte(raw))
	}
}

// quotedPrintable writes s with LF line ends, as everything else.
func (g *generator) quotedPrintable(s string) {
	g.soft.Reset()
	q := quotedprintable.NewWriter(&g.soft)
	_, _ = q.Write([]byte(s)) // into memory: it cannot fail
	_ = q.Close()
	for line := range bytes.Lines(g.soft.Bytes()) {
		g.out.Write(bytes.TrimSuffix(line, []byte("\r\n")))
		if bytes.HasSuffix(line, []byte("\r\n")) {
			g.out.WriteByte('\n')
		}
	}
}

// encode draws a charset. What it cannot say goes out in UTF-8.
func (g *generator) encode(v *voice, s string) (label, raw string) {
	n := g.rnd.IntN(100)
	for _, c := range v.charsets {
		if n -= c.share; n >= 0 {
			continue
		}
		if c.enc != nil {
			if out, err := c.enc.NewEncoder().String(s); err == nil {
				return c.label, out
			}
		}
		break
	}
	return "utf-8", s
}

// base64 writes lines of 76 letters.
func (g *generator) base64(data []byte) {
	const line = 57
	var buf [76]byte
	for len(data) > 0 {
		n := min(line, len(data))
		base64.StdEncoding.Encode(buf[:], data[:n])
		g.out.Write(buf[:base64.StdEncoding.EncodedLen(n)])
		g.out.WriteByte('\n')
		data = data[n:]
	}
}

// delivery writes a report of RFC 3464.
func (g *generator) delivery(t *turn, l *letter, outer string) {
	g.out.WriteString("Content-Type: multipart/report; report-type=delivery-status; boundary=\"" + outer + "\"\n\n--" + outer + "\n")
	g.text(t, "plain", strings.Join(l.lines, "\n")+"\n")
	fmt.Fprintf(&g.out, "\n--%s\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.acme.test\nArrival-Date: %s\n\nFinal-Recipient: rfc822; %s\nAction: failed\nStatus: 5.1.1\n\n--%s--\n",
		outer, date(t.at), t.customer.email, outer)
}
