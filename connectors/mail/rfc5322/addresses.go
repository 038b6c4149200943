package rfc5322

import (
	"strings"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
	"github.com/deskhaul/deskhaul/desk"
)

// longestAddress is how far a bracket or quote looks for its partner; beyond, it
// is taken as it stands, so that no field takes time in the square of its length.
const longestAddress = 4 << 10

// maxAddresses is how many addresses one name of field may hold; the rest is
// passed over.
const maxAddresses = 100_000

// Addresses returns the mailboxes in every field of the name, in their order,
// decoded. Groups give their members. It reads RFC 5322 section 3.4 and what the
// field writes instead: raw 8-bit names, commas in names, brackets that do not
// match, semicolons between addresses. An entry without any address, such as
// "user at host", has a Name and no Email.
func (h Header) Addresses(name string) []desk.Address {
	var all []desk.Address
	var guess charset.Detective
	for i := range h.Fields {
		if equalName(h.Fields[i].Name, name) {
			all = appendAddresses(all, h.Fields[i].Value, true, &guess)
		}
	}
	return all
}

// appendAddresses parses one field. again allows to parse once more what comes
// out of encoded words.
func appendAddresses(all []desk.Address, s string, again bool, guess *charset.Detective) []desk.Address {
	p := addressParser{s: s, all: all, again: again, guess: guess}
	for p.i < len(s) && len(p.all) < maxAddresses {
		p.step()
	}
	p.end(',')
	p.drop()
	return p.all
}

// addressParser walks over a list of mailboxes.
type addressParser struct {
	s       string
	i       int
	all     []desk.Address
	phrase  strings.Builder // what stands outside brackets and comments
	comment string          // the last comment
	angle   string          // what stands in angle brackets
	bracket bool            // there were angle brackets
	held    string          // a name cut off by an unquoted comma
	again   bool
	guess   *charset.Detective
	blind   int // see step
}

// step takes what stands next. Before p.blind, quotes and brackets have no
// partner and are text.
func (p *addressParser) step() {
	c := p.s[p.i]
	rest := p.s[p.i:min(len(p.s), p.i+longestAddress)]
	switch {
	case p.i < p.blind:
		p.plain(c, rest)
	case c == '"':
		p.quote(rest)
	case c == '(':
		p.paren(rest)
	case c == '<':
		p.takeAngle(rest)
	case c == ',' || c == ';':
		p.i++
		p.end(c)
	case c == ':' && p.isGroup():
		p.i++
		p.phrase.Reset()
		p.comment = ""
		p.drop()
	case c == '[' && strings.IndexByte(rest, ']') > 0:
		p.take(strings.IndexByte(rest, ']') + 1)
	case c == '=' && strings.HasPrefix(rest, "=?"):
		if n := charset.WordLength(rest); n > 0 {
			p.take(n)
			return
		}
		p.take(2)
	default:
		n := strings.IndexAny(rest, "\"(<,;:[=")
		if n < 0 {
			n = len(rest)
		}
		p.take(max(1, n))
	}
}

// plain is step without quotes, comments and literals.
func (p *addressParser) plain(c byte, rest string) {
	switch c {
	case ',', ';':
		p.i++
		p.end(c)
	case '<':
		p.takeAngle(rest)
	case '"':
		p.i++
	default:
		p.take(1)
	}
}

func (p *addressParser) take(n int) {
	p.phrase.WriteString(p.s[p.i : p.i+n])
	p.i += n
}

// isGroup tells whether what stands before a colon names a group.
func (p *addressParser) isGroup() bool {
	before := strings.TrimSpace(p.phrase.String())
	return !p.bracket && before != "" && !strings.Contains(before, "@") && !strings.EqualFold(before, "mailto")
}

// quote reads a quoted string; a quote without a partner is passed over.
func (p *addressParser) quote(rest string) {
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			text := rest[1:i]
			if strings.HasPrefix(rest[i+1:], "@") && strings.ContainsAny(text, " ,;<>\"") {
				text = rest[:i+1] // a local part that needs its quotes
			} else {
				text = unescape(text)
			}
			p.phrase.WriteString(text)
			p.i += i + 1
			return
		}
	}
	p.blind = p.i + len(rest)
	p.i++
}

func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// paren reads a comment, which may hold others.
func (p *addressParser) paren(rest string) {
	depth := 0
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				p.comment = unescape(rest[1:i])
				if p.bracketless() {
					p.phrase.WriteByte(' ')
				}
				p.i += i + 1
				return
			}
		}
	}
	p.blind = p.i + len(rest)
	p.take(1)
}

func (p *addressParser) bracketless() bool { return !p.bracket && p.phrase.Len() > 0 }

func (p *addressParser) takeAngle(rest string) {
	skipped := len(rest) - len(strings.TrimLeft(rest, "<"))
	rest = rest[skipped:]
	end := angleEnd(rest)
	if end < 0 {
		if end = strings.IndexAny(rest, ",;"); end < 0 {
			end = len(rest)
		}
	}
	addr := rest[:end]
	next := p.i + skipped + end
	for next < len(p.s) && p.s[next] == '>' {
		next++
	}
	p.i = next
	if p.bracket && !strings.Contains(addr, "@") || !strings.Contains(addr, "@") && hasAngleAfter(p.s[next:min(len(p.s), next+longestAddress)]) {
		p.phrase.WriteString("<" + addr + ">") // brackets inside a name
		return
	}
	if p.bracket && p.angle != "" {
		p.phrase.WriteString("<" + p.angle + "> ")
	}
	p.angle, p.bracket = addr, true
}

// angleEnd finds the closing bracket outside quotes, or any at all.
func angleEnd(s string) int {
	if strings.HasPrefix(s, `"`) {
		if q := strings.Index(s[1:], `"`); q >= 0 {
			if i := strings.IndexByte(s[q+2:], '>'); i >= 0 {
				return q + 2 + i
			}
		}
	}
	return strings.IndexByte(s, '>')
}

// hasAngleAfter tells whether another address in brackets follows before the
// next comma.
func hasAngleAfter(s string) bool {
	s, _, _ = strings.Cut(s, ",")
	open := strings.IndexByte(s, '<')
	return open >= 0 && strings.Contains(s[open:], "@")
}

// end closes one entry.
func (p *addressParser) end(sep byte) {
	phrase := strings.TrimSpace(p.phrase.String())
	p.phrase.Reset()
	switch {
	case p.bracket:
		p.add(joinHeld(p.held, phrase), p.angle)
	case strings.Contains(phrase, "@"):
		p.bare(phrase)
	case phrase != "":
		p.nameOnly(phrase, sep)
		p.comment = ""
		return
	}
	p.angle, p.bracket, p.comment, p.held = "", false, "", ""
}

func joinHeld(held, phrase string) string {
	if held == "" {
		return phrase
	}
	return held + ", " + phrase
}

// nameOnly takes an entry without an address. Before a comma it may be the first
// half of a name such as Doe, John.
func (p *addressParser) nameOnly(phrase string, sep byte) {
	if strings.Contains(phrase, "=?") && p.again {
		if decoded := p.guess.Words(phrase); strings.Contains(decoded, "@") {
			p.drop()
			p.all = appendAddresses(p.all, decoded, false, p.guess)
			return
		}
	}
	if sep == ',' && p.i < len(p.s) && p.held == "" {
		p.held = phrase
		return
	}
	p.held = joinHeld(p.held, phrase)
	if sep == ';' || len(p.held) > longestAddress || p.i >= len(p.s) {
		p.drop()
	}
}

// drop gives up waiting for the address of a held name.
func (p *addressParser) drop() {
	if p.held == "" {
		return
	}
	if isAtom(p.held) {
		p.add(p.comment, p.held) // root, MAILER-DAEMON
	} else {
		p.add(p.held, "")
	}
	p.held = ""
}

func isAtom(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r >= utf8.RuneSelf || strings.ContainsRune(",=\"", r) }) < 0
}
