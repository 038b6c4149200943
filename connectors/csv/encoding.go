package csv

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// The names of encodings that are no charmap.
const (
	utf8Name = "utf-8"
	utf16LE  = "utf-16le"
	utf16BE  = "utf-16be"
)

// charset is how the bytes of a file become text.
type charset struct {
	name string
	enc  encoding.Encoding // nil for UTF-8 and UTF-16
	bom  int               // bytes to pass over at the beginning
	sure float64
}

// named reads the name of an encoding as configurations write it.
func named(name string) (charset, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case "utf8", "utf-8", "utf-8-sig", "utf8-bom":
		return charset{name: utf8Name, sure: 1}, nil
	case "utf-16", "utf16", "utf-16le", "ucs-2", "unicode":
		return charset{name: utf16LE, sure: 1}, nil
	case "utf-16be":
		return charset{name: utf16BE, sure: 1}, nil
	case "cp866", "ibm866", "dos":
		return charset{name: "cp866", enc: charmap.CodePage866, sure: 1}, nil
	case "cp1251", "win-1251":
		name = "windows-1251"
	case "latin-1", "latin1", "cp1252", "iso-8859-1":
		name = "windows-1252" // the WHATWG reads latin-1 so, and every file means it
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return charset{}, fmt.Errorf("encoding: %q is not known: use utf-8, utf-16, windows-1251, windows-1252, koi8-r, cp866 or another name of the WHATWG's list", name)
	}
	return charset{name: name, enc: enc, sure: 1}, nil
}

// wide tells encodings in which not every byte below 0x80 is a character of its
// own: their files are read from a copy in UTF-8.
func (c charset) wide() bool {
	_, single := c.enc.(*charmap.Charmap)
	return c.name == utf16LE || c.name == utf16BE || c.enc != nil && !single
}

// sniffCharset looks at the beginning of a file and at samples of the rest.
func sniffCharset(head []byte, samples []byte) charset {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return charset{name: utf8Name, bom: 3, sure: 1}
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return charset{name: utf16LE, bom: 2, sure: 1}
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return charset{name: utf16BE, bom: 2, sure: 1}
	}
	if name := bare16(head); name != "" {
		return charset{name: name, sure: 0.9}
	}
	good, bad := countUTF8(samples)
	if bad == 0 || good > 10*bad {
		return charset{name: utf8Name, sure: 1}
	}
	return eightBit(samples)
}

// bare16 recognises UTF-16 without a mark: the delimiters, digits and line ends
// of any CSV have a zero for one half, always the same.
func bare16(b []byte) string {
	var zero [2]int
	for i, c := range b {
		if c == 0 {
			zero[i%2]++
		}
	}
	units := len(b) / 2
	for side, name := range []string{utf16BE, utf16LE} {
		le := bytes.Contains(b, []byte("\n\x00")) || bytes.Contains(b, []byte("\r\x00"))
		if zero[side] > 8+units/50 && zero[1-side]*20 < zero[side] && (side == 0 || le) {
			return name
		}
	}
	return ""
}

// likely is how sure a guess must be to be believed without a word. Text of the
// languages that eightBit knows gives 0.9 and more, of others 0.5.
const likely = 0.75

func guessed(c charset) string {
	return fmt.Sprintf("the encoding is guessed to be %s: say encoding: NAME if letters look wrong", c.name)
}

// countUTF8 counts characters beyond ASCII and bytes that are no UTF-8.
func countUTF8(b []byte) (good, bad int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r != utf8.RuneError || n > 1:
			good++
		case utf8.FullRune(b[i:]):
			bad++
		}
		i += n
	}
	return good, bad
}

// eightBit decides between the encodings of one byte a character by reading the
// sample in each: which makes words?
func eightBit(b []byte) charset {
	best, top := charset{name: "windows-1252", enc: charmap.Windows1252, sure: 0.5}, 0.0
	for _, c := range []charset{
		{name: "windows-1252", enc: charmap.Windows1252}, // first: it wins where all read the same
		{name: "windows-1251", enc: charmap.Windows1251},
		{name: "koi8-r", enc: charmap.KOI8R},
		{name: "cp866", enc: charmap.CodePage866},
	} {
		text, err := c.enc.NewDecoder().Bytes(b)
		if err != nil {
			continue
		}
		if s := sense(string(text)); s > top {
			best, top = c, s
		}
	}
	best.sure = min(0.95, max(0.5, top))
	if top > 0.6 {
		return best
	}
	if r, err := chardet.NewTextDetector().DetectBest(b); err == nil && r.Confidence > 60 {
		if c, err := named(r.Charset); err == nil && c.enc != nil {
			c.sure = float64(r.Confidence) / 100
			return c
		}
	}
	return best
}

// sense scores a text by its characters beyond ASCII, 0 to 1: Cyrillic ones
// stand together and are mostly small, Latin ones and signs stand singly among
// ASCII. No word has letters of both: "Mьller" is "Müller" in windows-1252.
func sense(text string) float64 {
	runes := append([]rune(text), ' ')
	prev := ' '
	total, score := 0, 0.0
	for i, r := range runes {
		if r >= utf8.RuneSelf {
			total++
			score += senseOf(prev, r, runes[i+1])
		}
		prev = r
	}
	if total == 0 {
		return 0
	}
	return score / float64(total) / 1.15
}

// senseOf scores one character beyond ASCII by what stands around it.
func senseOf(prev, r, next rune) float64 {
	switch {
	case unicode.Is(unicode.Cyrillic, r):
		return senseCyrillic(prev, r, next)
	case unicode.Is(unicode.Latin, r) && (prev < utf8.RuneSelf || asciiLetter(next)):
		return 0.7
	case strings.ContainsRune("«»–—…№“”„‘’€°©®™£¥§±µ½¼¿¡", r) && (prev < utf8.RuneSelf || next < utf8.RuneSelf):
		return 0.6
	}
	return -0.3 // box drawing, signs in a row
}

func senseCyrillic(prev, r, next rune) float64 {
	switch {
	case asciiLetter(prev) || asciiLetter(next):
		return -1
	case unicode.Is(unicode.Cyrillic, prev) && unicode.IsLower(r):
		if strings.ContainsRune("оеаинтсрвл", r) {
			return 1.25
		}
		return 1
	case !unicode.IsLetter(prev) && !unicode.IsLetter(next):
		return 0.5 // alone it may be a Latin one, as in "vis à vis", or a sign
	case !unicode.IsLetter(prev):
		return 0.8
	case unicode.IsUpper(r) && unicode.IsLower(prev):
		return -1 // a capital inside a word: KOI8-R taken for windows-1251
	}
	return 0.6
}

func asciiLetter(r rune) bool {
	return r < utf8.RuneSelf && unicode.IsLetter(r)
}

// decode makes text of a cell's bytes; false if they are none in this encoding.
func (c charset) decode(cell string) (string, bool) {
	ascii := true
	for i := range len(cell) {
		if cell[i] >= utf8.RuneSelf || cell[i] == 0 {
			ascii = false
			break
		}
	}
	if ascii {
		return cell, true
	}
	if c.enc == nil {
		return cell, utf8.ValidString(cell)
	}
	text, err := c.enc.NewDecoder().String(cell)
	return text, err == nil && !strings.ContainsRune(text, utf8.RuneError)
}
