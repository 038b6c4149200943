package xlsx

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Workbooks write what XML cannot hold as _x001B_, and a text that looks like that as
// _x005F_x001B_ (ECMA-376, part 1, 22.9.2.19). The library reads the first, but writes U+FFFD
// for it, and does not write the second right for halves of characters. So it is given
// such characters behind a mask, as U+E0FF001B, and what it writes is unmasked on its way
// into the file.

// maskSign begins a mask; one that stands in a text is masked itself.
const maskSign = '\ue0ff'

var (
	maskBytes = []byte(string(maskSign))
	masked    = len(maskBytes) + 4
	looksLike = regexp.MustCompile(`_x[0-9a-fA-F]{4}_`)
)

// mask gives a text as the library takes it.
func mask(text string) string {
	plain := true
	for _, r := range text {
		if r < ' ' && r != '\t' && r != '\n' || r == '_' || r >= maskSign {
			plain = false
			break
		}
	}
	if plain {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		switch {
		case r < ' ' && r != '\t' && r != '\n', r == maskSign, r == 0xfffe, r == 0xffff:
			fmt.Fprintf(&b, "%c%04X", maskSign, r)
		case r == '_' && i+7 <= len(text) && looksLike.MatchString(text[i:i+7]):
			fmt.Fprintf(&b, "%c%04X", maskSign, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unmasker writes what the library wrote, unmasked.
type unmasker struct {
	w    io.Writer
	held []byte // the beginning of what may be a mask
}

func (u *unmasker) Write(p []byte) (int, error) {
	b := append(u.held, p...)
	var out []byte
	for {
		i := bytes.Index(b, maskBytes)
		if i < 0 || i+masked > len(b) {
			break
		}
		out = append(append(append(append(out, b[:i]...), "_x"...), b[i+len(maskBytes):i+masked]...), '_')
		b = b[i+masked:]
	}
	keep := 0
	if i := bytes.Index(b, maskBytes); i >= 0 {
		keep = len(b) - i
	} else {
		for keep = min(len(maskBytes)-1, len(b)); keep > 0 && !bytes.HasPrefix(maskBytes, b[len(b)-keep:]); {
			keep--
		}
	}
	out = append(out, b[:len(b)-keep]...)
	u.held = append([]byte(nil), b[len(b)-keep:]...)
	_, err := u.w.Write(out)
	return len(p), err
}

// mostInCell is how many characters, as UTF-16 counts them, a cell holds (Excel's
// specifications and limits).
const mostInCell = 32767

// halves cuts a text into what each of the cells that hold it is given, masked.
func halves(text string) []string {
	text = mask(text)
	if len(text) <= mostInCell {
		return []string{text}
	}
	var parts []string
	from, units := 0, 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		n := max(utf16.RuneLen(r), 1)
		if r == maskSign {
			size, n = masked, 5
		}
		if units += n; units > mostInCell {
			parts = append(parts, text[from:i])
			from, units = i, n
		}
		i += size
	}
	return append(parts, text[from:])
}
