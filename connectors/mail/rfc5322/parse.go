package rfc5322

import (
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
)

// Parse reads a whole message: its header, its text, and where its attachments
// lie. It stands everything: what is wrong with a mail is repaired or guessed,
// noted in Problems, and never an error. The only errors are those of reading raw.
//
// Memory is bounded by lim and not by the size of the message: attachments stay
// in raw. What the message encloses whole (message/rfc822, signed and encrypted
// parts) is kept as a file, byte by byte, and not looked into.
func Parse(raw Raw, lim Limits) (*Message, error) {
	whole, done, err := lend(raw)
	if err != nil {
		return nil, err
	}
	defer done()
	m := new(Message)
	guess := new(charset.Detective)
	w := walker{win: window{raw: whole}, lim: lim.orDefault(), mail: m, guess: guess}
	defer w.win.close()
	root, err := w.walk()
	if err != nil {
		return nil, err
	}
	m.Header = root.header
	b := builder{raw: whole, lim: w.lim, mail: m, inner: w.lim.MaxInner, guess: guess}
	pieces, err := b.visit(root, place{first: true, top: true})
	if err != nil {
		return nil, err
	}
	b.texts(pieces)
	b.finish()
	return m, nil
}

// builder makes a Message of the tree.
type builder struct {
	raw     Raw
	lim     Limits
	mail    *Message
	text    int // bytes of text decoded so far
	inner   int // bytes of Part.Inner that are left
	guess   *charset.Detective
	outlook []piece // what came out of winmail.dat
	above   []piece // text before the parts of a multipart
	below   []piece // text behind them
}

// piece is one stretch of what people read: as text, as HTML, or in both forms.
type piece struct{ text, html string }

// place is where an entity stands in its multipart.
type place struct {
	first   bool // of its siblings
	related bool // the multipart is one of a page and its images
	top     bool // no multipart is around it
}

// visit returns what people read of e and files the rest.
func (b *builder) visit(e *entity, at place) ([]piece, error) {
	if e.strange != "" && !e.isMultipart() {
		b.mail.problem("transfer encoding " + charset.Quoted(e.strange) + " is unknown; the bytes are kept as they stand")
	}
	switch {
	case e.isMultipart() && len(e.children) == 0:
		return b.barren(e, at)
	case e.isMultipart():
		return b.around(e, at)
	case e.isText(at):
		return b.read(e)
	}
	return nil, b.file(e, at)
}

// barren takes a multipart without parts: what is there is read as text, unless
// nobody could read it.
func (b *builder) barren(e *entity, at place) ([]piece, error) {
	b.mail.problem("a multipart without parts")
	if e.boundary == "" && !at.top { // too deep, or nothing is known of it
		return nil, b.file(e, at)
	}
	e.kind, e.params = "text/plain", nil
	return b.read(e)
}

// mixed reads the parts one after the other.
func (b *builder) mixed(e *entity, at place) ([]piece, error) {
	var pieces []piece
	root := 0
	related := e.kind == "multipart/related"
	if start := strings.Trim(e.params.plain("start"), "<> "); related && start != "" {
		root = max(0, slices.IndexFunc(e.children, func(c *entity) bool { return c.cid() == start }))
	}
	for i, c := range e.children {
		p, err := b.visit(c, place{first: i == root && at.first || i == root && related, related: related})
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, p...)
	}
	return pieces, nil
}

// alternative takes the last form that is HTML, and what is plain (RFC 2046
// section 5.1.4); the two are one piece. Enriched text is a file beside them.
func (b *builder) alternative(e *entity, at place) ([]piece, error) {
	var plain, rich []piece
	poor := slices.ContainsFunc(e.children, func(c *entity) bool { return c.kind == "text/plain" || c.kind == "text/html" })
	for _, c := range e.children {
		if poor && (c.kind == "text/enriched" || c.kind == "text/richtext") {
			c.place = "attachment"
		}
		p, err := b.visit(c, place{first: true, related: at.related})
		if err != nil {
			return nil, err
		}
		switch {
		case slices.ContainsFunc(p, func(p piece) bool { return strings.TrimSpace(p.html) != "" }):
			if rich != nil {
				b.mail.problem("of several forms in HTML the last is kept")
			}
			rich = p
		case slices.ContainsFunc(p, func(p piece) bool { return strings.TrimSpace(p.text) != "" }) && !slices.Equal(plain, p):
			plain = append(plain, p...)
		}
	}
	if plain == nil || rich == nil {
		return append(plain, rich...), nil
	}
	return []piece{{text: joinText(plain), html: joinHTML(rich)}}, nil
}

// signed reads what was signed and keeps, besides the signature, the very bytes
// that it is over (RFC 1847 section 2.1).
func (b *builder) signed(e *entity, at place) ([]piece, error) {
	pieces, err := b.visit(e.children[0], at)
	if err != nil {
		return nil, err
	}
	signed := e.children[0]
	b.mail.Parts = append(b.mail.Parts, Part{
		Name: "signed-part.eml", Type: "application/octet-stream", Offset: signed.start, Length: signed.end - signed.start,
	})
	for _, c := range e.children[1:] {
		p, err := b.visit(c, place{})
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, p...)
	}
	return pieces, nil
}

// isText tells whether people read e in place; else it is a file.
func (e *entity) isText(at place) bool {
	switch e.kind {
	case "text/plain", "text/html", "text/enriched", "text/richtext":
	default:
		return false
	}
	switch {
	case e.place == "attachment":
		return false
	case at.first:
		return true
	}
	return !at.related && e.name == ""
}

// texts sets the text and the HTML of the message. What came out of winmail.dat
// counts where the mail itself has nothing.
func (b *builder) texts(pieces []piece) {
	for _, o := range b.outlook {
		if strings.TrimSpace(joinText(pieces)) == "" {
			pieces = []piece{o}
		} else if len(pieces) == 1 && pieces[0].html == "" {
			pieces[0].html = o.html
		}
	}
	b.mail.Text = joinText(slices.Concat(b.above, pieces, b.below))
	if slices.ContainsFunc(pieces, func(p piece) bool { return p.html != "" }) {
		b.mail.HTML = joinHTML(pieces)
	}
}

// joinText puts the pieces under each other; HTML without a plain form is
// rendered.
func joinText(pieces []piece) string {
	texts := make([]string, 0, len(pieces))
	for _, p := range pieces {
		t := p.text
		if strings.TrimSpace(t) == "" && p.html != "" {
			t = plaintext.HTML(p.html)
		}
		if t != "" {
			texts = append(texts, t)
		}
	}
	switch len(texts) {
	case 0:
		return ""
	case 1:
		return texts[0]
	}
	var out strings.Builder
	for i, t := range texts {
		if i > 0 && !strings.HasSuffix(texts[i-1], "\n") {
			out.WriteByte('\n')
		}
		out.WriteString(t)
	}
	return out.String()
}

// joinHTML puts the pieces under each other; plain text among HTML is escaped.
func joinHTML(pieces []piece) string {
	if len(pieces) == 1 {
		return pieces[0].html
	}
	var out strings.Builder
	for _, p := range pieces {
		switch {
		case p.html != "":
			out.WriteString(p.html)
		case strings.TrimSpace(p.text) != "":
			out.WriteString(plaintext.FromText(p.text))
		}
	}
	return out.String()
}

// finish marks what is inline and finds the folds.
func (b *builder) finish() {
	m := b.mail
	for i := range m.Parts {
		p := &m.Parts[i]
		if p.CID != "" && !p.Inline && m.HTML != "" && strings.Contains(m.HTML, "cid:"+p.CID) {
			p.Inline = true
		}
	}
	m.Folds = plaintext.Folds(m.Text)
}
