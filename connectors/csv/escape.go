package csv

import (
	"bytes"
	"fmt"
	"strings"
)

// escaping is what a backslash within a cell means.
type escaping byte

const (
	// asIs: nothing; quotes are doubled (RFC 4180, section 2.7).
	asIs escaping = iota
	// beforeQuotes: before a quote it makes that a character of the cell; anywhere
	// else it is itself. So write programs that replace " by \" and nothing more.
	beforeQuotes
	// beforeAny: it makes the next character one of the cell, and \n and the like
	// are line ends, as MySQL writes and reads (Reference Manual, LOAD DATA).
	beforeAny
)

// null stands alone in a cell that has no value (MySQL, PostgreSQL).
const null = `\N`

// escapingNamed reads a configuration's word; the second result is false for auto.
func escapingNamed(word string) (escaping, bool, error) {
	switch strings.ToLower(word) {
	case "", "auto":
		return asIs, false, nil
	case "none":
		return asIs, true, nil
	case "quotes":
		return beforeQuotes, true, nil
	case "backslash", `\`:
		return beforeAny, true, nil
	}
	return asIs, false, fmt.Errorf(`escape: %q: want backslash (\" \\ \n as MySQL writes), quotes (only \"), none or auto`, word)
}

// String tells it to people.
func (e escaping) String() string {
	switch e {
	case beforeQuotes:
		return `\" for a quote within them`
	case beforeAny:
		return `\" for a quote and \\ for a backslash within them`
	case asIs:
	}
	return "no escapes"
}

// escapings lists what is worth trying on a sample: only a backslash before a
// quote can show that quotes are not doubled.
func escapings(sample []byte, quote byte) []escaping {
	if !bytes.Contains(sample, []byte{'\\', quote}) {
		return []escaping{asIs}
	}
	if everywhere(sample, quote) {
		return []escaping{asIs, beforeAny}
	}
	return []escaping{asIs, beforeQuotes}
}

// everywhere tells whether each backslash of a sample can be an escape. One in
// C:\Users cannot, so in that file backslashes are not doubled.
func everywhere(sample []byte, quote byte) bool {
	for {
		i := bytes.IndexByte(sample, '\\')
		if i < 0 || i+1 >= len(sample) {
			return true
		}
		if c := sample[i+1]; c != quote && bytes.IndexByte([]byte("\\\"'nrt0bfvZN/,;|\t\r\n"), c) < 0 {
			return false
		}
		sample = sample[i+2:]
	}
}

// unescape gives the text of a cell.
func (d dialect) unescape(cell string) string {
	i := strings.IndexByte(cell, '\\')
	if i < 0 || d.escape == asIs {
		return cell
	}
	var b strings.Builder
	for ; i >= 0 && i+1 < len(cell); i = strings.IndexByte(cell, '\\') {
		b.WriteString(cell[:i])
		switch c := cell[i+1]; {
		case d.escape == beforeAny:
			b.WriteByte(meant(c))
		case c == d.quote:
			b.WriteByte(c)
		default:
			b.WriteByte('\\')
			cell = cell[i+1:]
			continue
		}
		cell = cell[i+2:]
	}
	b.WriteString(cell)
	return b.String()
}

// meant is the character that a backslash and a letter stand for (MySQL Reference
// Manual, LOAD DATA, Field and Line Handling; \f and \v: PostgreSQL, COPY).
func meant(c byte) byte {
	switch c {
	case '0':
		return 0
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	case 'Z':
		return 0x1a
	}
	return c
}

// hasNull tells a sample in which empty values are written \N.
func hasNull(rows [][]string) bool {
	for _, r := range rows {
		for _, c := range r {
			if c == null {
				return true
			}
		}
	}
	return false
}
