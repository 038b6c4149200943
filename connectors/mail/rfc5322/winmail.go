package rfc5322

import (
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
	"github.com/deskhaul/deskhaul/connectors/mail/tnef"
)

// isTNEF tells whether e is what Outlook puts its messages in.
func isTNEF(e *entity) bool {
	return e.kind == "application/ms-tnef" || e.kind == "application/vnd.ms-tnef" || strings.EqualFold(e.name, "winmail.dat")
}

// openTNEF takes a winmail.dat apart. It returns false if it cannot, so that the
// file is kept as it is.
func (b *builder) openTNEF(e *entity) (bool, error) {
	if e.length() > int64(b.inner) {
		b.mail.problem("winmail.dat is too large to be taken apart")
		return false, nil
	}
	raw, err := ReadAt(b.raw, e.body, int(e.length()))
	if err != nil {
		return false, err
	}
	data := decodeAll(raw, e.encoding)
	if e.encoding == "" {
		data = append([]byte(nil), data...) // what it holds outlives the buffer
	}
	f, err := tnef.Read(data)
	if err != nil || f.Empty() || !b.room(len(data)) {
		b.mail.problem("winmail.dat cannot be taken apart")
		return false, nil
	}
	b.outlook = append(b.outlook, piece{text: unixLines(f.Text), html: unixLines(f.HTML)})
	if rtf := tnef.UnpackRTF(f.RTF, b.inner); len(rtf) > 0 && f.HTML == "" && b.room(len(rtf)) {
		b.mail.Parts = append(b.mail.Parts, Part{Name: "message.rtf", Type: "application/rtf", Inner: rtf})
	}
	for _, a := range f.Files {
		b.mail.Parts = append(b.mail.Parts, partOf(a))
	}
	return true, nil
}

// partOf makes a part of a file in a winmail.dat.
func partOf(a tnef.Attachment) Part {
	p := Part{Name: charset.OneLine(a.Name), Type: strings.ToLower(charset.OneLine(a.Kind)), CID: charset.OneLine(strings.Trim(a.CID, "<>")), Inner: a.Data}
	if p.Name == "" {
		p.Name = charset.OneLine(a.Title)
	}
	switch {
	case a.Message:
		p.Type = "application/ms-tnef"
	case p.Type == "":
		p.Type = typeOfName(p.Name)
	}
	if p.Inner == nil {
		p.Inner = []byte{}
	}
	return p
}
