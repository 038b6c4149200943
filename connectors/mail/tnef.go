package mail

import (
	"encoding/binary"
	"errors"
)

// tnefSignature begins a file in the Transport Neutral Encapsulation Format
// (MS-OXTNEF section 2.1.3.1). No kept library reads it within bounds: the one
// there is was left in 2020 and panics on files that are cut short.
const tnefSignature = 0x223e9f78

// Attributes of MS-OXTNEF section 2.1.3.2 that matter here.
const (
	tnefOEMCodepage  = 0x00069007
	tnefBody         = 0x0002800C
	tnefProps        = 0x00069003
	tnefAttachStart  = 0x00069002
	tnefAttachData   = 0x0006800F
	tnefAttachTitle  = 0x00018010
	tnefAttachProps  = 0x00069005
	tnefLevelMessage = 1
	tnefLevelAttach  = 2
)

// errTNEF says that a winmail.dat breaks the rules of its format.
var errTNEF = errors.New("winmail.dat is damaged")

// tnefFile is what a winmail.dat holds.
type tnefFile struct {
	guess            detective
	codepage         int // of 8-bit strings; 0 if unknown
	text, html       string
	rtf              []byte
	files            []tnefAttachment
	htmlBytes, plain []byte // not decoded yet
}

// tnefAttachment is one file in a winmail.dat.
type tnefAttachment struct {
	name, title, kind, cid string
	data                   []byte
	message                bool // data is a message in TNEF again
}

// readTNEF reads a winmail.dat. The files share the memory of b.
func readTNEF(b []byte) (*tnefFile, error) {
	r := tnefReader{b: b}
	if r.uint32() != tnefSignature {
		return nil, errTNEF
	}
	r.take(2)
	f := new(tnefFile)
	for len(r.b) > 0 && !r.failed {
		level := r.take(1)
		id := r.uint32()
		data := r.take(int64(r.uint32()))
		r.take(2) // a checksum that not all writers get right
		if r.failed || level[0] != tnefLevelMessage && level[0] != tnefLevelAttach {
			return nil, errTNEF
		}
		if err := f.attribute(id, data); err != nil {
			return nil, err
		}
	}
	if r.failed {
		return nil, errTNEF
	}
	f.decode()
	return f, nil
}

func (f *tnefFile) attribute(id uint32, data []byte) error {
	switch id {
	case tnefOEMCodepage:
		if len(data) >= 4 {
			f.codepage = int(binary.LittleEndian.Uint32(data))
		}
	case tnefBody:
		f.plain = trimNul(data)
	case tnefProps:
		return readProps(data, f.property)
	case tnefAttachStart:
		f.files = append(f.files, tnefAttachment{})
	}
	if len(f.files) == 0 {
		return nil
	}
	a := &f.files[len(f.files)-1]
	switch id {
	case tnefAttachTitle:
		a.title = f.string(trimNul(data), false)
	case tnefAttachData:
		a.data = data
	case tnefAttachProps:
		return readProps(data, func(p property) { f.attachment(a, p) })
	}
	return nil
}

// property takes one of the message.
func (f *tnefFile) property(p property) {
	switch p.id {
	case propBody:
		f.text = f.string(p.value, p.wide)
	case propHTML:
		f.htmlBytes = p.value
		if p.wide {
			f.html = f.string(p.value, true)
		}
	case propRTF:
		f.rtf = p.value
	case propCodepage:
		if len(p.value) >= 4 {
			f.codepage = int(binary.LittleEndian.Uint32(p.value))
		}
	}
}

func (f *tnefFile) attachment(a *tnefAttachment, p property) {
	switch p.id {
	case propAttachData:
		if a.data = p.value; p.object && len(p.value) > 16 {
			a.data, a.message = p.value[16:], true
		}
	case propAttachName:
		if a.name == "" {
			a.name = f.string(p.value, p.wide)
		}
	case propAttachLongName:
		a.name = f.string(p.value, p.wide)
	case propAttachType:
		a.kind = f.string(p.value, p.wide)
	case propAttachCID:
		a.cid = f.string(p.value, p.wide)
	}
}

// decode turns the bodies into text once the codepage is known.
func (f *tnefFile) decode() {
	if f.html == "" && len(f.htmlBytes) > 0 {
		label := metaCharset(f.htmlBytes)
		if label == "" {
			label = codepageLabel(f.codepage)
		}
		f.html, _ = f.guess.text(trimNul(f.htmlBytes), label)
	}
	if f.text == "" && len(f.plain) > 0 {
		f.text = f.string(f.plain, false)
	}
}

func (f *tnefFile) string(b []byte, wide bool) string {
	label := codepageLabel(f.codepage)
	if wide {
		label = "utf-16le"
	}
	s, _ := f.guess.text(b, label)
	for len(s) > 0 && s[len(s)-1] == 0 {
		s = s[:len(s)-1]
	}
	return s
}

func trimNul(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	return b
}

// tnefReader cuts little-endian values off the front of b.
type tnefReader struct {
	b      []byte
	failed bool
}

func (r *tnefReader) take(n int64) []byte {
	if n < 0 || n > int64(len(r.b)) {
		r.failed, r.b = true, nil
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *tnefReader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}
