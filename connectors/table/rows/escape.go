package rows

import "strings"

// Escaping is what a backslash within a cell means.
type Escaping byte

const (
	// AsIs means nothing; quotes are doubled (RFC 4180, section 2.7).
	AsIs Escaping = iota
	// BeforeQuotes escapes quotes: before one it makes that a character of the cell; anywhere
	// else it is itself. So write programs that replace " by \" and nothing more.
	BeforeQuotes
	// BeforeAny escapes anything: it makes the next character one of the cell, and \n and the like
	// are line ends, as MySQL writes and reads (Reference Manual, LOAD DATA).
	BeforeAny
)

// Null stands alone in a cell that has no value (MySQL, PostgreSQL).
const Null = `\N`

// String tells it to people.
func (e Escaping) String() string {
	switch e {
	case BeforeQuotes:
		return `\" for a quote within them`
	case BeforeAny:
		return `\" for a quote and \\ for a backslash within them`
	case AsIs:
	}
	return "no escapes"
}

// unescape gives the text of a cell.
func (d Dialect) unescape(cell string) string {
	i := strings.IndexByte(cell, '\\')
	if i < 0 || d.Escape == AsIs {
		return cell
	}
	var b strings.Builder
	for ; i >= 0 && i+1 < len(cell); i = strings.IndexByte(cell, '\\') {
		b.WriteString(cell[:i])
		switch c := cell[i+1]; {
		case d.Escape == BeforeAny:
			b.WriteByte(meant(c))
		case c == d.Quote:
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
