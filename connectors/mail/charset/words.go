package charset

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// word is one encoded word (RFC 2047 section 2).
type word struct {
	charset string
	base64  bool
	text    string
}

// longestWord is the longest text of one encoded word. RFC 2047 allows 75
// characters; programs that put a whole field into one are met.
const longestWord = 32 << 10

// DecodeWords decodes the encoded words of a field and repairs raw 8-bit text
// around them. It reads what the field writes rather than what RFC 2047 allows:
// words inside quotes and beside other text, blanks inside words, characters
// split between words, padding or end left out. The result is valid UTF-8 on one line.
func DecodeWords(s string) string {
	if isPlain(s) {
		return strings.Trim(s, " ")
	}
	return new(Detective).Words(s)
}

// isPlain tells whether nothing needs decoding: one line of ASCII without encoded
// words.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '=' && i+1 < len(s) && s[i+1] == '?' {
			return false
		}
	}
	return true
}

// Words is DecodeWords for one of many fields or names.
func (d *Detective) Words(s string) string {
	if isPlain(s) {
		return strings.Trim(s, " ")
	}
	if !strings.Contains(s, "=?") {
		return OneLine(d.Raw(s))
	}
	var out strings.Builder
	run := wordRun{guess: d}
	for s != "" {
		w, before, rest, ok := nextWord(s)
		if !ok {
			break
		}
		if !run.open || strings.Trim(before, " \t\r\n") != "" {
			run.flush(&out)
			out.WriteString(d.Raw(before))
		}
		run.add(&out, w)
		s = rest
	}
	run.flush(&out)
	out.WriteString(d.Raw(s))
	return OneLine(out.String())
}

// Raw is text outside encoded words, in whatever charset it may be.
func (d *Detective) Raw(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0x1b) < 0 {
		return s
	}
	t, _ := d.Text([]byte(s), "")
	return t
}

// OneLine drops what may not stand in a line: control characters; line breaks and
// tabs become blanks.
func OneLine(s string) string {
	clean := true
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 0x7f {
			clean = false
			break
		}
	}
	if !clean {
		s = strings.Map(func(r rune) rune {
			switch {
			case r == '\n' || r == '\t':
				return ' '
			case r < ' ' || r == 0x7f:
				return -1
			}
			return r
		}, s)
	}
	return strings.Trim(s, " ")
}

// wordRun joins the bytes of neighbouring words, because a character may be
// split between two of them.
type wordRun struct {
	guess   *Detective
	open    bool
	charset string
	bytes   []byte
	carry   string // base64 digits that do not yet make whole bytes
}

func (r *wordRun) add(out *strings.Builder, w word) {
	if r.open && !strings.EqualFold(r.charset, w.charset) {
		r.flush(out)
	}
	r.open, r.charset = true, w.charset
	if !w.base64 {
		r.endBase64()
		r.bytes = appendQ(r.bytes, w.text)
		return
	}
	digits := r.carry + base64Digits(w.text)
	n := len(digits)
	if !strings.Contains(w.text, "=") {
		n -= n % 4
	}
	r.carry = digits[n:]
	r.bytes = appendBase64(r.bytes, digits[:n])
}

func (r *wordRun) endBase64() {
	r.bytes = appendBase64(r.bytes, r.carry)
	r.carry = ""
}

func (r *wordRun) flush(out *strings.Builder) {
	if !r.open {
		return
	}
	r.endBase64()
	s, _ := r.guess.Text(r.bytes, r.charset)
	out.WriteString(s)
	*r = wordRun{guess: r.guess, bytes: r.bytes[:0]}
}

// nextWord finds the first encoded word of s, the text before it and after it.
func nextWord(s string) (w word, before, rest string, ok bool) {
	for from := 0; ; {
		i := strings.Index(s[from:], "=?")
		if i < 0 {
			return word{}, "", "", false
		}
		i += from
		if w, n, ok := cutWord(s[i:]); ok {
			return w, s[:i], s[i+n:], true
		}
		from = i + 2
	}
}

// cutWord reads the encoded word with which s begins and its length.
func cutWord(s string) (word, int, bool) {
	body := s[2:]
	q := strings.IndexByte(body, '?')
	if q < 0 || q > 60 || strings.ContainsAny(body[:q], " \t=\"<>") || len(body) < q+3 {
		return word{}, 0, false
	}
	label, _, _ := strings.Cut(body[:q], "*") // a language, RFC 2231 section 5
	kind := body[q+1] | 0x20
	if body[q+2] != '?' || kind != 'b' && kind != 'q' {
		return word{}, 0, false
	}
	text := body[q+3 : min(len(body), q+3+longestWord)]
	end := wordEnd(text, kind == 'q')
	n := 2 + q + 3 + end
	if strings.HasPrefix(text[end:], "?=") {
		n += 2
	}
	return word{charset: label, base64: kind == 'b', text: text[:end]}, n, true
}

// wordEnd returns where the text of a word ends: at "?=", where a question mark
// of the text itself before an escape is not the end; a word that never ends
// stops at the next one or at the end of its line.
func wordEnd(text string, q bool) int {
	limit := len(text)
	if next := strings.Index(text, "=?"); next >= 0 && !strings.HasPrefix(text[next:], "=?=") {
		limit = next
	}
	for from := 0; ; {
		i := strings.Index(text[from:], "?=")
		if i < 0 || from+i > limit {
			break
		}
		i += from
		later := strings.Index(text[i+2:], "?=")
		if q && i+4 <= len(text) && IsHex(text[i+2]) && IsHex(text[i+3]) && later >= 0 && i+2+later < limit {
			from = i + 2
			continue
		}
		return i
	}
	if i := strings.IndexAny(text[:limit], "<>\""); i >= 0 {
		limit = i
	}
	return len(strings.TrimRight(text[:limit], " \t"))
}

// appendQ decodes the Q encoding (RFC 2047 section 4.2); what is no escape stays.
func appendQ(out []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			out = append(out, ' ')
		case c == '=' && i+2 < len(s) && IsHex(s[i+1]) && IsHex(s[i+2]):
			out = append(out, Unhex(s[i+1])<<4|Unhex(s[i+2]))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return out
}

// base64Digits drops what is no digit of base64.
func base64Digits(s string) string {
	for i := 0; i < len(s); i++ {
		if !isBase64(s[i]) {
			return strings.Map(func(r rune) rune {
				switch {
				case r < utf8.RuneSelf && isBase64(byte(r)):
					return r
				case r == '-':
					return '+'
				case r == '_':
					return '/'
				}
				return -1
			}, s)
		}
	}
	return s
}

// appendBase64 decodes digits that may end anywhere.
func appendBase64(out []byte, digits string) []byte {
	if len(digits)%4 == 1 {
		digits = digits[:len(digits)-1]
	}
	out, err := base64.RawStdEncoding.AppendDecode(out, []byte(digits))
	_ = err // only digits are left, so that nothing but trailing bits can be wrong
	return out
}

// IsHex tells whether c is a hexadecimal digit.
func IsHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// Unhex is what a hexadecimal digit stands for.
func Unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// WordLength is how long the encoded word is with which s begins; 0 if it begins
// with none.
func WordLength(s string) int {
	if !strings.HasPrefix(s, "=?") {
		return 0
	}
	_, n, ok := cutWord(s)
	if !ok {
		return 0
	}
	return n
}
