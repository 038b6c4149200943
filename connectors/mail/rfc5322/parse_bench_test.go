package rfc5322

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/quotedprintable"
	"strings"
	"testing"
)

// benchMail makes mails like those of a support desk, the same ones every time:
// plain text with quotes, text beside HTML, and one in ten with an attachment.
func benchMail() [][]byte {
	rnd := rand.New(rand.NewPCG(1, 2))
	lexicon := strings.Fields("please the invoice printer account заказ не приходит password reset danke für Ihre Hilfe login error screen delivery customer answer")
	prose := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(lexicon[rnd.IntN(len(lexicon))])
			if b.WriteByte(' '); i%12 == 11 {
				b.WriteByte('\n')
			}
		}
		return b.String()
	}
	var mails [][]byte
	for i := range 200 {
		var b bytes.Buffer
		for hop := range 3 {
			fmt.Fprintf(&b, "Received: from mx%d.example.com (mx.example.com [192.0.2.%d])\r\n\tby mail.example.test with ESMTPS id %d;\r\n\tTue, 3 Nov 2026 10:1%d:00 +0100\r\n", hop, i, i, hop)
		}
		fmt.Fprintf(&b, "From: =?utf-8?B?0JjQstCw0L0=?= <ivan%d@example.test>\r\nTo: \"Support, Desk\" <help@example.com>\r\nSubject: =?utf-8?Q?Bestellung_%d_f=C3=A4llt_aus?=\r\nDate: Tue, 3 Nov 2026 10:12:%02d +0100\r\nMessage-ID: <m%d@example.test>\r\nIn-Reply-To: <m%d@example.test>\r\nReferences: <a%d@example.test> <m%d@example.test>\r\nMIME-Version: 1.0\r\n", i, i, i%60, i, i-1, i, i-1)
		text := prose(200) + "\nOn Mon, 2 Nov 2026 at 09:00, Desk <help@example.com> wrote:\n> " + strings.ReplaceAll(prose(150), "\n", "\n> ") + "\n"
		switch {
		case i%10 < 4:
			fmt.Fprintf(&b, "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s", strings.ReplaceAll(text, "\n", "\r\n"))
		default:
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=\"outer%d\"\r\n\r\n--outer%d\r\nContent-Type: multipart/alternative; boundary=\"inner%d\"\r\n\r\n--inner%d\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", i, i, i, i)
			q := quotedprintable.NewWriter(&b)
			_, _ = io.WriteString(q, text)
			_ = q.Close()
			fmt.Fprintf(&b, "\r\n--inner%d\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", i)
			page := "<html><body><p>" + strings.ReplaceAll(text, "\n", "</p>\n<p>") + "</p></body></html>"
			writeBase64(&b, []byte(page))
			fmt.Fprintf(&b, "--inner%d--\r\n", i)
			if i%10 == 9 {
				blob := make([]byte, 100<<10)
				for j := range blob {
					blob[j] = byte(rnd.Uint32())
				}
				fmt.Fprintf(&b, "--outer%d\r\nContent-Type: application/pdf; name=\"a%d.pdf\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n", i, i)
				writeBase64(&b, blob)
			}
			fmt.Fprintf(&b, "--outer%d--\r\n", i)
		}
		mails = append(mails, bytes.Clone(b.Bytes()))
	}
	return mails
}

func writeBase64(b *bytes.Buffer, data []byte) {
	s := base64.StdEncoding.EncodeToString(data)
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	b.WriteString(s + "\r\n")
}

func totalSize(mails [][]byte) (n int64) {
	for _, m := range mails {
		n += int64(len(m))
	}
	return n
}

// BenchmarkParse decodes everything and discards it: text, HTML and every part.
func BenchmarkParse(b *testing.B) {
	mails := benchMail()
	b.SetBytes(totalSize(mails))
	b.ReportAllocs()
	for b.Loop() {
		for _, mail := range mails {
			raw := Bytes(mail)
			m, err := Parse(raw, Limits{})
			if err != nil {
				b.Fatal(err)
			}
			for _, p := range m.Parts {
				r, err := p.Open(raw)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, r); err != nil {
					b.Fatal(err)
				}
				if err := r.Close(); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}

// BenchmarkParseOnly leaves the attachments where they are.
func BenchmarkParseOnly(b *testing.B) {
	mails := benchMail()
	b.SetBytes(totalSize(mails))
	b.ReportAllocs()
	for b.Loop() {
		for _, mail := range mails {
			if _, err := Parse(Bytes(mail), Limits{}); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkHeader reads what an index needs.
func BenchmarkHeader(b *testing.B) {
	mails := benchMail()
	b.ReportAllocs()
	for b.Loop() {
		for _, mail := range mails {
			h, _, err := ReadHeader(Bytes(mail))
			if err != nil {
				b.Fatal(err)
			}
			if _, ok := h.Date(); !ok || h.Text("Subject") == "" || len(h.Addresses("From")) != 1 || len(h.IDs("References")) != 2 {
				b.Fatal("header is wrong")
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(mails)), "ns/mail")
}
