package rfc5322

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
)

// read decodes a text part. One that is larger than the limit becomes a file.
func (b *builder) read(e *entity) ([]piece, error) {
	n := e.length()
	if n > int64(b.lim.MaxText)*2 || b.text > b.lim.MaxText {
		return nil, b.tooLong(e)
	}
	raw, err := ReadAt(b.raw, e.body, int(n))
	if err != nil {
		return nil, err
	}
	scratch, _ := buffers.Get().(*[]byte)
	defer buffers.Put(scratch)
	raw, tail := b.plainTail(raw, e)
	decoded := append(decodeInto(*scratch, raw, e.encoding), tail...)
	if len(decoded) > b.lim.MaxText-b.text {
		return nil, b.tooLong(e)
	}
	b.text += len(decoded)
	if e.kind == "text/html" {
		return []piece{{html: b.decoded(decoded, e, scratch)}}, nil
	}
	text := b.decoded(b.cutUU(decoded, e), e, scratch)
	switch {
	case e.kind != "text/plain":
		text = plaintext.Enriched(text)
	case strings.EqualFold(e.params.plain("format"), "flowed"):
		text = plaintext.Unflow(text, strings.EqualFold(e.params.plain("delsp"), "yes"))
	}
	return []piece{{text: text}}, nil
}

func (b *builder) tooLong(e *entity) error {
	b.mail.problem(fmt.Sprintf("a text of more than %d bytes is kept as a file", b.lim.MaxText))
	if e.name == "" {
		e.name = "text.txt"
		if e.kind == "text/html" {
			e.name = "text.html"
		}
	}
	return b.file(e, place{})
}

// decoded turns the bytes of a text into UTF-8 with LF line ends and without NUL.
// raw may lie in scratch, which is used up.
func (b *builder) decoded(raw []byte, e *entity, scratch *[]byte) string {
	label := e.params.plain("charset")
	if label == "" && e.kind == "text/html" {
		label = charset.OfPage(raw)
	}
	wide := strings.Contains(strings.ToLower(label), "16") || strings.Contains(strings.ToLower(label), "ucs")
	if !wide && bytes.IndexByte(raw, '\r') >= 0 { // before it is decoded, which spares a copy
		raw = appendUnix((*scratch)[:0], raw)
		*scratch = raw[:0]
	}
	s, problem := b.guess.Text(raw, label)
	b.mail.problem(problem)
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
		b.mail.problem("NUL bytes were dropped from the text")
	}
	return unixLines(s)
}

// unixLines makes LF of CRLF, CR and CR CR LF.
func unixLines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return string(appendUnix(make([]byte, 0, len(s)), []byte(s)))
}

// appendUnix is unixLines for bytes. out may be the front of b's own memory.
func appendUnix(out, b []byte) []byte {
	for {
		i := bytes.IndexByte(b, '\r')
		if i < 0 {
			return append(out, b...)
		}
		out = append(out, b[:i]...)
		n := 1
		for i+n < len(b) && n < 4 && b[i+n] == '\r' {
			n++
		}
		if i+n < len(b) && b[i+n] == '\n' {
			n++
		} else {
			n = 1
		}
		out = append(out, '\n')
		b = b[i+n:]
	}
}
