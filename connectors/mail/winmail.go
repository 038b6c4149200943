package mail

import "strings"

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
	raw, err := readAt(b.raw, e.body, int(e.length()))
	if err != nil {
		return false, err
	}
	data := decodeAll(raw, e.encoding)
	if e.encoding == "" {
		data = append([]byte(nil), data...) // what it holds outlives the buffer
	}
	f, err := readTNEF(data)
	if err != nil || f.empty() || !b.room(len(data)) {
		b.mail.problem("winmail.dat cannot be taken apart")
		return false, nil
	}
	b.outlook = append(b.outlook, piece{text: unixLines(f.text), html: unixLines(f.html)})
	if rtf := unpackRTF(f.rtf, b.inner); len(rtf) > 0 && f.html == "" && b.room(len(rtf)) {
		b.mail.Parts = append(b.mail.Parts, Part{Name: "message.rtf", Type: "application/rtf", Inner: rtf})
	}
	for _, a := range f.files {
		b.mail.Parts = append(b.mail.Parts, a.part())
	}
	return true, nil
}

// empty tells whether there is nothing in it to keep.
func (f *tnefFile) empty() bool {
	return f.text == "" && f.html == "" && len(f.rtf) == 0 && len(f.files) == 0
}

func (a tnefAttachment) part() Part {
	p := Part{Name: oneLine(a.name), Type: strings.ToLower(oneLine(a.kind)), CID: oneLine(strings.Trim(a.cid, "<>")), Inner: a.data}
	if p.Name == "" {
		p.Name = oneLine(a.title)
	}
	switch {
	case a.message:
		p.Type = "application/ms-tnef"
	case p.Type == "":
		p.Type = typeOfName(p.Name)
	}
	if p.Inner == nil {
		p.Inner = []byte{}
	}
	return p
}
