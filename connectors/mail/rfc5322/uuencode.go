package rfc5322

import "bytes"

// cutUU takes uuencoded files out of a plain text: each becomes a part, and a
// line with its name in brackets stands in its place.
func (b *builder) cutUU(text []byte, e *entity) []byte {
	var out []byte
	done := 0
	for from := 0; ; {
		block, ok := findUU(text, from)
		if !ok || len(b.mail.Parts) >= b.lim.MaxParts {
			break
		}
		p := Part{Name: b.guess.Raw(block.name), Type: typeOfName(block.name), Encoding: "uuencode"}
		from = block.end
		if e.encoding == "" {
			p.Offset, p.Length = e.body+int64(block.start), int64(block.end-block.start)
		} else if p.Inner = decodeAll(text[block.start:block.end], "uuencode"); !b.room(len(p.Inner)) {
			continue // no room: it stays in the text
		} else {
			p.Encoding = ""
		}
		b.mail.Parts = append(b.mail.Parts, p)
		out = append(out, text[done:block.start]...)
		out = append(append(append(out, '['), block.name...), "]\n"...)
		done = block.end
	}
	if done == 0 {
		return text
	}
	return append(out, text[done:]...)
}

// room takes n bytes of what may be held in memory.
func (b *builder) room(n int) bool {
	if n > b.inner {
		b.mail.problem("a file inside a text or winmail.dat is too large to take out")
		return false
	}
	b.inner -= n
	return true
}

// uuBlock is a uuencoded file in a text, from "begin" to the line after "end".
type uuBlock struct {
	start, end int
	name       string
}

// findUU finds the first block at or after from whose lines all fit.
func findUU(text []byte, from int) (uuBlock, bool) {
	for from < len(text) {
		i := bytes.Index(text[from:], []byte("begin "))
		if i < 0 {
			return uuBlock{}, false
		}
		start := from + i
		from = start + 6
		if start > 0 && text[start-1] != '\n' && text[start-1] != '\r' {
			continue
		}
		name, pos, ok := uuBegin(text, start)
		if !ok {
			continue
		}
		end, ok := uuEnd(text, pos)
		if ok {
			return uuBlock{start, end, name}, true
		}
		from = max(from, end)
	}
	return uuBlock{}, false
}

// uuBegin reads "begin 644 name".
func uuBegin(text []byte, start int) (name string, next int, ok bool) {
	n := bytes.IndexByte(text[start:], '\n')
	if n < 0 || n > 300 {
		return "", 0, false
	}
	line := bytes.TrimRight(text[start+6:start+n], " \t\r")
	mode, file, ok := bytes.Cut(line, []byte(" "))
	if !ok || len(mode) < 3 || len(mode) > 5 || len(bytes.Trim(mode, "01234567")) > 0 || len(file) == 0 {
		return "", 0, false
	}
	return string(bytes.TrimSpace(file)), start + n + 1, true
}

// uuEnd passes over the lines of a block. A block without "end" is none.
func uuEnd(text []byte, pos int) (end int, ok bool) {
	for pos < len(text) {
		n := bytes.IndexByte(text[pos:], '\n')
		next := pos + n + 1
		if n < 0 {
			n, next = len(text)-pos, len(text)
		}
		line := bytes.TrimRight(text[pos:pos+n], "\r")
		if string(bytes.TrimRight(line, " ")) == "end" {
			return next, true
		}
		if !isUULine(line) {
			return pos, false
		}
		pos = next
	}
	return pos, false
}

func isUULine(line []byte) bool {
	if len(line) == 0 || string(line) == "`" || string(line) == " " {
		return true
	}
	n := int(line[0]-' ') & 63
	if line[0] < ' ' || line[0] > '`' || n > 45 || len(line) > 1+(n+2)/3*4+2 {
		return false
	}
	for _, c := range line {
		if c < ' ' || c > '`' {
			return false
		}
	}
	return true
}
