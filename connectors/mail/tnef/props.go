package tnef

import (
	"encoding/binary"
	"strconv"
)

// Properties of MS-OXPROPS that matter here.
const (
	propBody           = 0x1000
	propRTF            = 0x1009
	propHTML           = 0x1013
	propAttachData     = 0x3701
	propAttachName     = 0x3704
	propAttachLongName = 0x3707
	propAttachType     = 0x370E
	propAttachCID      = 0x3712
	propCodepage       = 0x3FDE
)

// Types of property values (MS-OXCDATA section 2.11.1).
const (
	typeObject  = 0x0D
	typeString8 = 0x1E
	typeString  = 0x1F
	typeBinary  = 0x102
	typeMany    = 0x1000
	namedProp   = 0x8000
)

// property is one value of a message or attachment.
type property struct {
	id     uint16
	value  []byte
	wide   bool // a string in UTF-16
	object bool
}

// readProps hands every property to take (MS-OXTNEF section 2.1.3.4).
func readProps(b []byte, take func(property)) error {
	r := reader{b: b}
	for n := r.uint32(); n > 0 && !r.failed; n-- {
		head := r.take(4)
		if r.failed {
			break
		}
		kind, id := binary.LittleEndian.Uint16(head), binary.LittleEndian.Uint16(head[2:])
		if id >= namedProp {
			r.skipName()
		}
		count := uint32(1)
		size := fixedSize(kind &^ typeMany)
		if kind&typeMany != 0 || size == 0 {
			count = r.uint32()
		}
		for ; count > 0 && !r.failed; count-- {
			v := r.value(size)
			if !r.failed {
				take(property{id, v, kind == typeString, kind == typeObject})
			}
		}
	}
	if r.failed {
		return errDamaged
	}
	return nil
}

func (r *reader) skipName() {
	r.take(16)
	if r.uint32() == 0 {
		r.take(4)
		return
	}
	r.value(0)
}

// value reads one value: of the size, or of its own length if that is 0. Values
// are padded to four bytes.
func (r *reader) value(size int64) []byte {
	if size == 0 {
		size = int64(r.uint32())
	}
	v := r.take(size)
	if pad := -size & 3; pad > 0 {
		r.take(min(pad, int64(len(r.b))))
	}
	return v
}

// fixedSize is how many bytes a value of the type takes; 0 if it says so itself.
func fixedSize(kind uint16) int64 {
	switch kind {
	case typeObject, typeString8, typeString, typeBinary:
		return 0
	case 0x05, 0x06, 0x07, 0x14, 0x40:
		return 8
	case 0x48:
		return 16
	}
	return 4
}

// codepageLabel names a Windows code page as a charset.
func codepageLabel(n int) string {
	switch n {
	case 0:
		return ""
	case 65001:
		return "utf-8"
	case 20127:
		return "us-ascii"
	case 20866:
		return "koi8-r"
	case 21866:
		return "koi8-u"
	case 50220, 50221, 50222:
		return "iso-2022-jp"
	}
	if n > 28590 && n < 28606 {
		return "iso-8859-" + strconv.Itoa(n-28590)
	}
	return "cp" + strconv.Itoa(n)
}
