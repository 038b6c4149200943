package imap

import (
	"bytes"
	"strings"
	"sync/atomic"
)

// commands is the stream of our commands, in which each UID FETCH asks for Gmail's
// items too. The bytes of a literal (a message that is written) pass untouched.
type commands struct {
	on    atomic.Bool
	goOns *atomic.Int64 // how often the server said to go on

	line  []byte // its beginning, as far as it has come, up to mostMark bytes
	words int    // blanks in it so far
	done  bool   // nothing is to be added to the line any more
	mark  []byte // what may be the mark of a literal at its end
	skip  int64  // bytes of a literal that are still to come
	wait  int64  // the literal that comes if the server says to go on
	heard int64  // how often it had said so before
}

// translate appends what becomes of the next bytes to dst.
func (m *commands) translate(dst, src []byte) []byte {
	if !m.on.Load() {
		return append(dst, src...)
	}
	for len(src) > 0 {
		if m.wait > 0 {
			if m.goOns.Load() > m.heard {
				m.skip = m.wait
			} else {
				m.begin() // the server did not want it
			}
			m.wait = 0
		}
		if m.skip > 0 {
			n := min(int64(len(src)), m.skip)
			dst = append(dst, src[:n]...)
			m.skip -= n
			src = src[n:]
			continue
		}
		dst = m.one(append(dst, src[0]), src[0])
		src = src[1:]
	}
	return dst
}

func (m *commands) begin() { m.line, m.words, m.done, m.mark = m.line[:0], 0, false, m.mark[:0] }

// one looks at a byte that was passed on.
func (m *commands) one(dst []byte, c byte) []byte {
	if c == '\n' {
		m.end()
		return dst
	}
	switch {
	case c == '{':
		m.mark = append(m.mark[:0], c)
	case len(m.mark) > mostMark:
		m.mark = m.mark[:0]
	case len(m.mark) > 0:
		m.mark = append(m.mark, c)
	}
	if m.done {
		return dst
	}
	switch {
	case m.words < 3 && c != ' ': // TAG UID FETCH
		if m.line = append(m.line, c); len(m.line) > mostName {
			m.done = true
		}
	case c == ' ':
		m.line = append(m.line, c)
		if m.words++; m.words == 3 {
			words := strings.Fields(string(m.line))
			m.done = len(words) != 3 || !strings.EqualFold(words[1], "UID") || !strings.EqualFold(words[2], "FETCH")
		}
		m.done = m.done || m.words > 4
	case m.words == 4: // after the numbers
		if m.done = true; c == '(' {
			return append(append(dst, strings.Join(gmailItems, " ")...), ' ')
		}
	}
	return dst
}

// end is the end of a line: of the command, or before a literal.
func (m *commands) end() {
	n, ok := literalSize(m.mark)
	if !ok {
		m.begin()
		return
	}
	m.done = true
	if bytes.HasSuffix(bytes.TrimSuffix(m.mark, []byte("\r")), []byte("+}")) {
		m.skip = n
	} else {
		m.wait, m.heard = n, m.goOns.Load()
	}
	m.mark = m.mark[:0]
}
