package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// printable shows control characters instead of obeying them: a file name or an id
// out of a mailbox must not colour, clear or retitle the terminal of whoever looks.
func printable(s string) string {
	if strings.IndexFunc(s, controls) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if controls(r) {
			fmt.Fprintf(&b, `\x%02x`, r)
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

func controls(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || turns(r)
}

// turns tells what turns the direction of all that follows on the line: a name in Arabic or
// Hebrew needs none of them.
func turns(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// forPeople is where a text goes that a person reads.
type forPeople struct{ w io.Writer }

// Write takes whole texts: a character is never cut in two.
func (p forPeople) Write(b []byte) (int, error) {
	if _, err := io.WriteString(p.w, printable(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}
