package rows

import (
	"bytes"
	"slices"
)

// The states of a machine within a row.
const (
	atCell    = iota // at the beginning of a cell
	inPlain          // in a cell without quotes
	inQuotes         // in a quoted cell
	atQuote          // after a quote in a quoted cell: its end, or half of a doubled one
	atReturn         // after a CR behind a quoted cell
	escPlain         // after a backslash in a cell without quotes
	escQuotes        // after a backslash in a quoted cell
	rowDone          // the row has ended
	rowJunk          // something stands behind a closing quote
	rowTorn          // the file ended inside quotes
	rowAtEnd         // the file ended with the row, without a line end
)

// machine reads one row byte by byte (RFC 4180, section 2). Quotes inside a cell
// that does not begin with one are kept as they stand.
type machine struct {
	d     Dialect
	limit int64
	lax   bool // a quote within quotes that ends nothing is text
	state int
	text  []byte // the cells, one behind the other
	ends  []int  // where each cell ends in text
	seen  int64  // bytes of text, also those not kept
	lines int64  // line ends passed
	bare  bool   // a quote stood inside a cell without quotes
	quote bool   // a cell was quoted
	slash bool   // a cell holds a backslash that may be an escape
}

func (m *machine) begin(d Dialect, limit int64, lax bool) {
	*m = machine{d: d, limit: limit, lax: lax, text: m.text[:0], ends: m.ends[:0]}
	if cap(m.text) > 1<<20 {
		m.text = nil // one large row must not cost memory for ever
	}
}

// large tells that the row did not fit and was not kept.
func (m *machine) large() bool { return m.seen > m.limit }

// blank tells an empty line.
func (m *machine) blank() bool {
	empty := len(m.ends) == 1 && m.ends[0] == 0 && m.seen == 1 // the end of the one cell
	return !m.quote && (empty || m.state == rowAtEnd && m.seen == 0)
}

func (m *machine) takeLines() int64 {
	n := m.lines
	m.lines = 0
	return n
}

func (m *machine) keep(b []byte) {
	m.seen += int64(len(b))
	if m.large() {
		return
	}
	if need := len(m.text) + len(b); need > cap(m.text) {
		m.text = slices.Grow(m.text, max(2*need, 512)-len(m.text)) // a large cell is moved seldom
	}
	m.text = append(m.text, b...)
}

func (m *machine) endCell() {
	m.seen++
	if !m.large() {
		m.ends = append(m.ends, len(m.text))
	}
}

// feed takes bytes until the row ends and tells how many it took.
func (m *machine) feed(b []byte) int {
	i := 0
	for i < len(b) && m.state < rowDone {
		switch m.state {
		case atCell:
			m.state = inPlain
			if m.d.Quote != 0 && b[i] == m.d.Quote {
				m.state, m.quote = inQuotes, true
				i++
			}
		case inPlain:
			i += m.plain(b[i:])
		case inQuotes:
			i += m.quoted(b[i:])
		case atQuote:
			i += m.afterQuote(b[i])
		case escPlain, escQuotes:
			i += m.escaped(b[i])
		case atReturn:
			if b[i] == '\n' {
				m.endRow()
				i++
			} else {
				m.junk("\r")
			}
		}
	}
	return i
}

func (m *machine) plain(b []byte) int {
	for i, c := range b {
		switch c {
		case m.d.Delim:
			m.keep(b[:i])
			m.dropNull()
			m.endCell()
			m.state = atCell
			return i + 1
		case m.d.Newline:
			m.keep(b[:i])
			m.dropReturn()
			m.dropNull()
			m.endRow()
			return i + 1
		case m.d.Quote:
			m.bare = m.d.Quote != 0
		case '\\':
			if m.d.Escape != AsIs {
				m.keep(b[:i+1])
				m.state, m.slash = escPlain, true
				return i + 1
			}
		}
	}
	m.keep(b)
	return len(b)
}

// escaped takes the byte behind a backslash, unless that escapes nothing here. The
// backslash stays too, for unescape.
func (m *machine) escaped(c byte) int {
	if m.state == escQuotes {
		m.state = inQuotes
	} else {
		m.state = inPlain
	}
	if m.d.Escape == BeforeQuotes && c != m.d.Quote {
		return 0
	}
	if c == m.d.Newline {
		m.lines++
	}
	m.keep([]byte{c})
	return 1
}

// from is where the current cell begins in text.
func (m *machine) from() int {
	if len(m.ends) == 0 {
		return 0
	}
	return m.ends[len(m.ends)-1]
}

// dropNull empties a plain cell that says it has no value.
func (m *machine) dropNull() {
	if from := m.from(); m.d.Null && !m.large() && string(m.text[from:]) == Null {
		m.text = m.text[:from]
	}
}

// dropReturn takes off the CR of a CRLF that ends a plain cell.
func (m *machine) dropReturn() {
	from := m.from()
	if n := len(m.text); m.d.Newline == '\n' && !m.large() && n > from && m.text[n-1] == '\r' {
		m.text = m.text[:n-1]
		m.seen--
	}
}

func (m *machine) quoted(b []byte) int {
	i := bytes.IndexByte(b, m.d.Quote)
	n := i + 1
	if i < 0 {
		i, n = len(b), len(b)
	} else {
		m.state = atQuote
	}
	if m.d.Escape != AsIs {
		if j := bytes.IndexByte(b[:i], '\\'); j >= 0 {
			i, n = j+1, j+1
			m.state, m.slash = escQuotes, true
		}
	}
	m.lines += int64(bytes.Count(b[:i], []byte{m.d.Newline}))
	m.keep(b[:i])
	return n
}

func (m *machine) afterQuote(c byte) int {
	switch c {
	case m.d.Quote:
		m.keep([]byte{c})
		m.state = inQuotes
	case m.d.Delim:
		m.endCell()
		m.state = atCell
	case m.d.Newline:
		m.endRow()
	case '\r':
		m.state = atReturn
	default:
		m.junk("")
		return 0
	}
	return 1
}

// junk is something behind a closing quote.
func (m *machine) junk(after string) {
	if !m.lax {
		m.state = rowJunk
		return
	}
	m.keep([]byte{m.d.Quote})
	m.keep([]byte(after))
	m.state = inQuotes
}

func (m *machine) endRow() {
	m.endCell()
	m.lines++
	m.state = rowDone
}

// eof ends the row with the file.
func (m *machine) eof() {
	switch m.state {
	case inQuotes, escQuotes:
		m.state = rowTorn
	case atReturn, atQuote, inPlain, escPlain:
		if m.state == inPlain {
			m.dropReturn()
		}
		if m.state != atQuote && m.state != atReturn {
			m.dropNull()
		}
		m.endCell()
		m.state = rowAtEnd
	case atCell:
		if m.seen > 0 {
			m.endCell()
		}
		m.state = rowAtEnd
	}
}

// cells cuts the text into cells; one copy for the whole row.
func (m *machine) cells(to []string) []string {
	whole := string(m.text)
	from := 0
	for _, end := range m.ends {
		cell := whole[from:end]
		if m.slash {
			cell = m.d.unescape(cell)
		}
		to = append(to, cell)
		from = end
	}
	return to
}
