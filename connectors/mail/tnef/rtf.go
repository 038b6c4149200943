package tnef

import "encoding/binary"

// rtfDictionary is what the window of compressed RTF begins with (MS-OXRTFCP
// section 2.1.2.1).
const rtfDictionary = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript " +
	"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par " +
	"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"

// UnpackRTF decompresses the body of a winmail.dat to at most limit bytes; nil if
// it is damaged or larger.
func UnpackRTF(b []byte, limit int) []byte {
	const header, packed, plain = 16, 0x75465a4c, 0x414c454d
	if len(b) < header {
		return nil
	}
	size := int64(binary.LittleEndian.Uint32(b[4:]))
	kind := binary.LittleEndian.Uint32(b[8:])
	b = b[header:]
	switch {
	case size > int64(limit):
		return nil
	case kind == plain:
		return b[:min(size, int64(len(b)))]
	case kind != packed:
		return nil
	}
	return inflateRTF(b, int(size))
}

func inflateRTF(b []byte, size int) []byte {
	var window [4096]byte
	at := copy(window[:], rtfDictionary)
	out := make([]byte, 0, min(size, 9*len(b)+1)) // a pair of bytes stands for 17 at most
	put := func(c byte) {
		window[at%len(window)] = c
		at++
		out = append(out, c)
	}
	for len(b) > 0 && len(out) < size {
		control := b[0]
		b = b[1:]
		for bit := 0; bit < 8 && len(out) < size; bit++ {
			if control>>bit&1 == 0 {
				if len(b) < 1 {
					return out
				}
				put(b[0])
				b = b[1:]
				continue
			}
			if len(b) < 2 {
				return out
			}
			ref := int(b[0])<<8 | int(b[1])
			b = b[2:]
			from, n := ref>>4, ref&15+2
			if from == at%len(window) {
				return out // the mark of the end
			}
			for i := range n {
				put(window[(from+i)%len(window)])
			}
		}
	}
	return out
}
