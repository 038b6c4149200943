package rfc5322

import (
	"bytes"
	"slices"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
)

// decodeStep decodes a stretch of an encoded body: it appends to out what in
// stands for and returns how much of in it used up. eof says that nothing
// follows in; then all of it is used. It needs at most 4 KiB of in to go on.
type decodeStep func(out, in []byte, eof bool) ([]byte, int)

// stepFor returns how to decode a transfer encoding; nil is not at all.
func stepFor(encoding string) func() decodeStep {
	switch encoding {
	case "base64":
		return func() decodeStep { return new(base64Decoder).step }
	case "quoted-printable":
		return func() decodeStep { return quotedPrintable }
	case "uuencode":
		return func() decodeStep { return new(uuDecoder).step }
	}
	return nil
}

// decodeAll decodes a whole body; without an encoding it returns b itself.
func decodeAll(b []byte, encoding string) []byte { return decodeInto(nil, b, encoding) }

// decodeInto is decodeAll with a buffer that the result may use.
func decodeInto(buf, b []byte, encoding string) []byte {
	start := stepFor(encoding)
	if start == nil {
		return b
	}
	out, _ := start()(slices.Grow(buf[:0], len(b)+4), b, true)
	return out
}

// base64Tables hold what each digit stands for at each of four places; the
// topmost byte marks what is no digit.
var base64Tables = func() (t [4][256]uint32) {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for place := range t {
		for c := range t[place] {
			t[place][c] = 1 << 24
		}
		for v := range len(digits) {
			t[place][digits[v]] = uint32(v) << (18 - 6*place)
		}
	}
	return t
}()

// base64Decoder decodes base64 and passes over everything that is no digit (RFC
// 2045 section 6.8). Padding ends its line and not the body, because bodies that
// were joined from several are met, and so are words behind the end: what is no
// digit there ends the body.
type base64Decoder struct {
	bits   uint32
	n      int  // digits in bits
	padded bool // passing over the rest of a line
	behind bool // padding was met
	ended  bool
}

func (d *base64Decoder) step(out, in []byte, eof bool) ([]byte, int) {
	out = slices.Grow(out, len(in)/4*3+6)
	for i := 0; i < len(in) && !d.ended; i++ {
		if d.padded {
			d.padded = in[i] != '\n' && in[i] != '\r'
			continue
		}
		if d.n == 0 {
			var n int
			out, n = wholeGroups(out, in[i:])
			if i += n; i == len(in) {
				break
			}
		}
		out = d.digit(out, in[i])
	}
	if eof {
		out = d.flush(out)
	}
	return out, len(in)
}

// wholeGroups decodes groups of four digits up to the first that is none. out has
// room for them.
func wholeGroups(out, in []byte) ([]byte, int) {
	t := &base64Tables
	at := len(out)
	room := out[:cap(out)]
	i := 0
	for ; i+4 <= len(in) && at+3 <= len(room); i += 4 {
		v := t[0][in[i]] | t[1][in[i+1]] | t[2][in[i+2]] | t[3][in[i+3]]
		if v>>24 != 0 {
			break
		}
		room[at], room[at+1], room[at+2] = byte(v>>16), byte(v>>8), byte(v)
		at += 3
	}
	return room[:at], i
}

func (d *base64Decoder) digit(out []byte, c byte) []byte {
	switch v := base64Tables[3][c]; {
	case c == '=':
		d.padded = d.n > 0
		d.behind = d.behind || d.padded
		return d.flush(out)
	case v>>24 != 0:
		d.ended = d.behind && c > ' '
		return out
	default:
		d.bits = d.bits<<6 | v
	}
	if d.n++; d.n == 4 {
		out = append(out, byte(d.bits>>16), byte(d.bits>>8), byte(d.bits))
		d.bits, d.n = 0, 0
	}
	return out
}

// flush writes out the bytes of a group that was cut short.
func (d *base64Decoder) flush(out []byte) []byte {
	switch d.n {
	case 2:
		out = append(out, byte(d.bits>>4))
	case 3:
		out = append(out, byte(d.bits>>10), byte(d.bits>>2))
	}
	d.bits, d.n = 0, 0
	return out
}

// quotedPrintable decodes lines (RFC 2045 section 6.7); what is no escape stays
// as it is.
func quotedPrintable(out, in []byte, eof bool) ([]byte, int) {
	used := 0
	for used < len(in) {
		rest := in[used:]
		n := bytes.IndexByte(rest, '\n')
		if n < 0 {
			if !eof && len(rest) < 4<<10 {
				break
			}
			return quotedTail(out, rest, eof, used)
		}
		line := rest[:n]
		ending := rest[n : n+1]
		if n > 0 && line[n-1] == '\r' {
			line, ending = line[:n-1], rest[n-1:n+1]
		}
		if len(line) > 0 && (line[len(line)-1] == ' ' || line[len(line)-1] == '\t') {
			line = bytes.TrimRight(line, " \t") // added on the way
		}
		if len(line) > 0 && line[len(line)-1] == '=' {
			line, ending = line[:len(line)-1], nil
		}
		out = append(appendQuoted(out, line), ending...)
		used += n + 1
	}
	return out, used
}

// quotedTail takes a line without an end: the last one, or a piece of one that is
// too long to wait for.
func quotedTail(out, rest []byte, eof bool, used int) ([]byte, int) {
	if eof {
		line := bytes.TrimRight(rest, " \t\r")
		return appendQuoted(out, bytes.TrimSuffix(line, []byte("="))), used + len(rest)
	}
	n := len(rest) - 3
	if i := bytes.LastIndexByte(rest[n-2:n], '='); i >= 0 {
		n = n - 2 + i
	}
	return appendQuoted(out, rest[:n]), used + n
}

func appendQuoted(out, line []byte) []byte {
	for {
		i := bytes.IndexByte(line, '=')
		if i < 0 {
			return append(out, line...)
		}
		out = append(out, line[:i]...)
		line = line[i:]
		for len(line) > 2 && line[0] == '=' { // in most languages escapes come in rows
			high, low := hexDigits[line[1]], hexDigits[line[2]]
			if high|low > 15 {
				break
			}
			out = append(out, high<<4|low)
			line = line[3:]
		}
		if len(line) > 0 && line[0] == '=' {
			out = append(out, '=')
			line = line[1:]
		}
	}
}

// hexDigits is what each hexadecimal digit stands for; more than 15 is none.
var hexDigits = func() (t [256]byte) {
	for c := range t {
		t[c] = 255
		if charset.IsHex(byte(c)) {
			t[c] = charset.Unhex(byte(c))
		}
	}
	return t
}()

// uuDecoder decodes the lines of a uuencoded file. The lines "begin" and "end"
// around it are passed over; without them every line counts.
type uuDecoder struct{ ended bool }

func (d *uuDecoder) step(out, in []byte, eof bool) ([]byte, int) {
	used := 0
	for used < len(in) {
		rest := in[used:]
		n := bytes.IndexByte(rest, '\n')
		if n < 0 {
			if !eof && len(rest) < 1<<10 {
				break
			}
			n = len(rest) - 1
		}
		line := bytes.TrimRight(rest[:n+1], "\r\n")
		used += n + 1
		switch {
		case d.ended || len(line) == 0:
		case bytes.HasPrefix(line, []byte("begin ")):
		case string(line) == "end":
			d.ended = true
		default:
			out = appendUULine(out, line)
		}
	}
	return out, used
}

// appendUULine decodes one line: its length, then groups of four characters.
// Trailing blanks may have been lost.
func appendUULine(out, line []byte) []byte {
	n := int(line[0]-' ') & 63
	line = line[1:]
	at := func(i int) byte {
		if i < len(line) {
			return (line[i] - ' ') & 63
		}
		return 0
	}
	if n > 45 && len(line) < n { // no line of such a file
		return out
	}
	for i := 0; n > 0; i += 4 {
		a, b, c, e := at(i), at(i+1), at(i+2), at(i+3)
		group := [3]byte{a<<2 | b>>4, b<<4 | c>>2, c<<6 | e}
		out = append(out, group[:min(n, 3)]...)
		n -= 3
	}
	return out
}
