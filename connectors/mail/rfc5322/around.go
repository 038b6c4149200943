package rfc5322

import (
	"bytes"
	"slices"
	"strings"
)

// around reads a multipart and what stands around its parts. Mail programs do not
// show that text, and mostly it is a notice of the sending program; but lists,
// gateways and broken programs put words of people there, and those are kept.
//
// It is read as text beside all pieces, and never put into the HTML, which stays
// as it was sent.
func (b *builder) around(e *entity, at place) ([]piece, error) {
	above, err := b.outside(e.body, e.before)
	if err != nil {
		return nil, err
	}
	b.above = append(b.above, above...)
	below, err := b.outside(e.behind, e.tail)
	if err != nil {
		return nil, err
	}
	b.below = append(below, b.below...)
	switch e.kind {
	case "multipart/alternative":
		return b.alternative(e, at)
	case "multipart/signed":
		return b.signed(e, at)
	}
	return b.mixed(e, at)
}

// notice is the most bytes of a notice of a mail program.
const notice = 2 << 10

// outside reads a stretch beside the parts, unless there is nothing to read.
func (b *builder) outside(start, end int64) ([]piece, error) {
	if end <= start {
		return nil, nil
	}
	head, err := ReadAt(b.raw, start, int(min(end-start, notice)))
	if err != nil {
		return nil, err
	}
	if end-start <= notice && isNotice(head) {
		return nil, nil
	}
	b.mail.problem("text stands outside the parts of a multipart")
	return b.read(&entity{kind: "text/plain", start: start, body: start, end: end})
}

// isNotice tells whether b says only that this is a mail in MIME format, in any
// language, or says nothing at all.
func isNotice(b []byte) bool {
	letters := bytes.IndexFunc(b, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r > 127 })
	if letters < 0 {
		return true
	}
	s := strings.ToLower(string(b))
	return slices.ContainsFunc([]string{"mime", "multi-part", "multipart", "mail reader", "openpgp"}, func(word string) bool {
		return strings.Contains(s, word)
	})
}

// plainTail cuts off the plain text that lists append to a base64 body. All of a
// body is cut off that is no base64 at all.
func (b *builder) plainTail(raw []byte, e *entity) (coded, tail []byte) {
	if e.encoding != "base64" {
		return raw, nil
	}
	at := plainFrom(raw)
	if at < 0 {
		return raw, nil
	}
	b.mail.problem("plain text stands in a base64 body")
	if at == 0 {
		return nil, raw
	}
	return raw[:at], append([]byte("\n"), raw[at:]...)
}

// plainFrom returns where the lines begin that are no base64. It is -1 if there
// are none, if base64 goes on behind them, or if they do not look like words: then
// they are junk that the decoder passes over.
func plainFrom(raw []byte) int {
	from, words := -1, false
	for at := 0; at < len(raw); {
		line, _, _ := bytes.Cut(raw[at:], []byte("\n"))
		text := bytes.TrimSpace(line)
		coded := isCoded(text)
		switch {
		case from < 0 && !coded:
			from = at
		case from >= 0 && coded && len(text) >= 60:
			return -1
		}
		if from >= 0 {
			before, _, _ := bytes.Cut(text, []byte("="))
			words = words || bytes.IndexByte(bytes.TrimSpace(before), ' ') > 0
		}
		at += len(line) + 1
	}
	if from > 0 && !words {
		return -1
	}
	return from
}

// isCoded tells whether a line is base64 as far as its padding.
func isCoded(line []byte) bool {
	for i, c := range line {
		if c == '=' {
			return i >= 2
		}
		if base64Tables[3][c]>>24 != 0 {
			return false
		}
	}
	return true
}
