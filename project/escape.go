package project

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// escaped writes any bytes as valid UTF-8, different ones differently: a byte that
// is no UTF-8 as \xNN, a backslash as two.
func escaped(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case r == '\\':
			b.WriteString(`\\`)
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// unescaped undoes escaped. What escaped did not write stays as it is.
func unescaped(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		rest, ok := strings.CutPrefix(s, `\x`)
		if ok && len(rest) >= 2 {
			if n, err := strconv.ParseUint(rest[:2], 16, 8); err == nil {
				b.WriteByte(byte(n))
				s = rest[2:]
				continue
			}
		}
		if strings.HasPrefix(s, `\\`) {
			s = s[1:]
		}
		b.WriteByte(s[0])
		s = s[1:]
	}
	return b.String()
}
