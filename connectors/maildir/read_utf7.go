package maildir

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// imapBase64 is the alphabet of modified UTF-7 (RFC 3501 section 5.1.3).
var imapBase64 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding)

// decodeFolder reads a folder's name in modified UTF-7. A name that is not in it
// stays as it is.
func decodeFolder(name string) string {
	var out strings.Builder
	rest := name
	for {
		text, coded, found := strings.Cut(rest, "&")
		out.WriteString(text)
		if !found {
			return out.String()
		}
		word, after, closed := strings.Cut(coded, "-")
		if !closed {
			return name
		}
		rest = after
		if word == "" {
			out.WriteByte('&')
			continue
		}
		s, ok := decodeWord(word)
		if !ok {
			return name
		}
		out.WriteString(s)
	}
}

func decodeWord(word string) (string, bool) {
	b, err := imapBase64.DecodeString(word)
	if err != nil || len(b)%2 != 0 || len(b) == 0 {
		return "", false
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	s := string(utf16.Decode(units))
	return s, !strings.ContainsRune(s, utf8.RuneError)
}
