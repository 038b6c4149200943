// Package tnef takes apart the winmail.dat files that Outlook puts its messages in
// (MS-OXTNEF).
package tnef

import (
	"encoding/binary"
	"errors"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
)

// signature begins a file in the Transport Neutral Encapsulation Format
// (MS-OXTNEF section 2.1.3.1). No kept library reads it within bounds: the one
// there is was left in 2020 and panics on files that are cut short.
const signature = 0x223e9f78

// Attributes of MS-OXTNEF section 2.1.3.2 that matter here.
const (
	attrOEMCodepage = 0x00069007
	attrBody        = 0x0002800C
	attrProps       = 0x00069003
	attrAttachStart = 0x00069002
	attrAttachData  = 0x0006800F
	attrAttachTitle = 0x00018010
	attrAttachProps = 0x00069005
	levelMessage    = 1
	levelAttach     = 2
)

// errDamaged says that a winmail.dat breaks the rules of its format.
var errDamaged = errors.New("winmail.dat is damaged")

// File is what a winmail.dat holds.
type File struct {
	guess            charset.Detective
	codepage         int // of 8-bit strings; 0 if unknown
	Text, HTML       string
	RTF              []byte
	Files            []Attachment
	htmlBytes, plain []byte // not decoded yet
}

// Attachment is one file in a winmail.dat.
type Attachment struct {
	Name, Title, Kind, CID string
	Data                   []byte
	Message                bool // data is a message in TNEF again
}

// Read reads a winmail.dat. The files share the memory of b.
func Read(b []byte) (*File, error) {
	r := reader{b: b}
	if r.uint32() != signature {
		return nil, errDamaged
	}
	r.take(2)
	f := new(File)
	for len(r.b) > 0 && !r.failed {
		level := r.take(1)
		id := r.uint32()
		data := r.take(int64(r.uint32()))
		r.take(2) // a checksum that not all writers get right
		if r.failed || level[0] != levelMessage && level[0] != levelAttach {
			return nil, errDamaged
		}
		if err := f.attribute(id, data); err != nil {
			return nil, err
		}
	}
	if r.failed {
		return nil, errDamaged
	}
	f.decode()
	return f, nil
}

func (f *File) attribute(id uint32, data []byte) error {
	switch id {
	case attrOEMCodepage:
		if len(data) >= 4 {
			f.codepage = int(binary.LittleEndian.Uint32(data))
		}
	case attrBody:
		f.plain = trimNul(data)
	case attrProps:
		return readProps(data, f.property)
	case attrAttachStart:
		f.Files = append(f.Files, Attachment{})
	}
	if len(f.Files) == 0 {
		return nil
	}
	a := &f.Files[len(f.Files)-1]
	switch id {
	case attrAttachTitle:
		a.Title = f.string(trimNul(data), false)
	case attrAttachData:
		a.Data = data
	case attrAttachProps:
		return readProps(data, func(p property) { f.attachment(a, p) })
	}
	return nil
}

// property takes one of the message.
func (f *File) property(p property) {
	switch p.id {
	case propBody:
		f.Text = f.string(p.value, p.wide)
	case propHTML:
		f.htmlBytes = p.value
		if p.wide {
			f.HTML = f.string(p.value, true)
		}
	case propRTF:
		f.RTF = p.value
	case propCodepage:
		if len(p.value) >= 4 {
			f.codepage = int(binary.LittleEndian.Uint32(p.value))
		}
	}
}

func (f *File) attachment(a *Attachment, p property) {
	switch p.id {
	case propAttachData:
		if a.Data = p.value; p.object && len(p.value) > 16 {
			a.Data, a.Message = p.value[16:], true
		}
	case propAttachName:
		if a.Name == "" {
			a.Name = f.string(p.value, p.wide)
		}
	case propAttachLongName:
		a.Name = f.string(p.value, p.wide)
	case propAttachType:
		a.Kind = f.string(p.value, p.wide)
	case propAttachCID:
		a.CID = f.string(p.value, p.wide)
	}
}

// decode turns the bodies into text once the codepage is known.
func (f *File) decode() {
	if f.HTML == "" && len(f.htmlBytes) > 0 {
		label := charset.OfPage(f.htmlBytes)
		if label == "" {
			label = codepageLabel(f.codepage)
		}
		f.HTML, _ = f.guess.Text(trimNul(f.htmlBytes), label)
	}
	if f.Text == "" && len(f.plain) > 0 {
		f.Text = f.string(f.plain, false)
	}
}

func (f *File) string(b []byte, wide bool) string {
	label := codepageLabel(f.codepage)
	if wide {
		label = "utf-16le"
	}
	s, _ := f.guess.Text(b, label)
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

// reader cuts little-endian values off the front of b.
type reader struct {
	b      []byte
	failed bool
}

func (r *reader) take(n int64) []byte {
	if n < 0 || n > int64(len(r.b)) {
		r.failed, r.b = true, nil
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// Empty tells whether there is nothing in it to keep.
func (f *File) Empty() bool {
	return f.Text == "" && f.HTML == "" && len(f.RTF) == 0 && len(f.Files) == 0
}
