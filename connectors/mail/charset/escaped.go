package charset

import "bytes"

// escapes are the sequences by which 7-bit text says its charset, whatever its
// label says.
var escapes = [...]struct{ sequence, name string }{
	{"\x1b$)A", "iso-2022-cn"},
	{"\x1b$)G", "iso-2022-cn"},
	{"\x1b$)E", "iso-2022-cn"},
	{"\x1b$*H", "iso-2022-cn"},
	{"\x1b$)C", "iso-2022-kr"},
	{"\x1b$", "iso-2022-jp"},
	{"\x1b(", "iso-2022-jp"},
}

// escaped decodes 7-bit text that holds escape sequences. What it cannot decode it
// leaves as it stands, and says so unless the sequences are those of a terminal.
func escaped(b []byte) (s, problem string) {
	for _, e := range escapes {
		if !bytes.Contains(b, []byte(e.sequence)) {
			continue
		}
		if c, ok := findCharset(e.name); ok {
			if s, bad := transcode(b, c); bad == 0 {
				return s, ""
			}
		}
	}
	if bytes.Contains(b, []byte("\x1b$")) {
		return string(b), "text holds escape sequences of a charset that is not known; the bytes are kept as they stand"
	}
	return string(b), ""
}
