package charset

import (
	"encoding/base64"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/transform"
)

// utf7 decodes UTF-7 (RFC 2152).
type utf7 struct{}

// NewDecoder decodes what it can; bytes that are no UTF-7 become U+FFFD.
func (utf7) NewDecoder() *encoding.Decoder {
	return &encoding.Decoder{Transformer: wholeText(decodeUTF7)}
}

// NewEncoder gives up: mail is never written in UTF-7.
func (utf7) NewEncoder() *encoding.Encoder { return encoding.Replacement.NewEncoder() }

func decodeUTF7(src []byte) []byte {
	out := make([]byte, 0, len(src))
	for i := 0; i < len(src); {
		if src[i] != '+' {
			if src[i] < utf8.RuneSelf {
				out = append(out, src[i])
			} else {
				out = utf8.AppendRune(out, utf8.RuneError)
			}
			i++
			continue
		}
		end := i + 1
		for end < len(src) && isBase64(src[end]) {
			end++
		}
		switch {
		case end == i+1 && end < len(src) && src[end] == '-':
			out = append(out, '+')
		case end == i+1:
			out = append(out, '+')
		default:
			out = appendUTF16(out, src[i+1:end])
		}
		if end < len(src) && src[end] == '-' {
			end++
		}
		i = end
	}
	return out
}

func appendUTF16(out, coded []byte) []byte {
	raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(coded)))
	n, err := base64.RawStdEncoding.Decode(raw, coded)
	if err != nil && n == 0 {
		return utf8.AppendRune(out, utf8.RuneError)
	}
	units := make([]uint16, 0, n/2)
	for i := 0; i+1 < n; i += 2 {
		units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	for _, r := range utf16.Decode(units) {
		out = utf8.AppendRune(out, r)
	}
	return out
}

// isBase64 tells whether c is a digit of base64.
func isBase64(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}

// iso2022kr decodes ISO-2022-KR (RFC 1557): EUC-KR without its high bits between
// shift out and shift in.
type iso2022kr struct{}

// NewDecoder decodes what it can; the rest becomes U+FFFD.
func (iso2022kr) NewDecoder() *encoding.Decoder {
	return &encoding.Decoder{Transformer: wholeText(decodeISO2022KR)}
}

// NewEncoder gives up: mail is never written in ISO-2022-KR.
func (iso2022kr) NewEncoder() *encoding.Encoder { return encoding.Replacement.NewEncoder() }

func decodeISO2022KR(src []byte) []byte {
	euc := make([]byte, 0, len(src))
	out := false
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == 0x1b && i+3 < len(src) && src[i+1] == '$' && src[i+2] == ')' && src[i+3] == 'C':
			i += 3
		case c == 0x0e:
			out = true
		case c == 0x0f:
			out = false
		case c == '\n':
			out = false
			euc = append(euc, c)
		case out && c > ' ':
			euc = append(euc, c|0x80)
		default:
			euc = append(euc, c)
		}
	}
	b, err := korean.EUCKR.NewDecoder().Bytes(euc)
	if err != nil {
		return []byte("\uFFFD")
	}
	return b
}

// wholeText makes a Transformer of a function that needs all the text at once.
type wholeText func([]byte) []byte

// Reset does nothing: nothing is kept.
func (wholeText) Reset() {}

// Transform implements transform.Transformer.
func (f wholeText) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	if !atEOF {
		return 0, 0, transform.ErrShortSrc
	}
	out := f(src)
	if len(out) > len(dst) {
		return 0, 0, transform.ErrShortDst
	}
	return copy(dst, out), len(src), nil
}
