package rfc5322

import (
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
	"github.com/deskhaul/deskhaul/desk"
)

// bare takes an entry without brackets: the word with the "@" is the address, the
// others are the name.
func (p *addressParser) bare(phrase string) {
	p.drop()
	if strings.HasPrefix(phrase, `"`) { // a quoted local part
		p.add("", phrase)
		return
	}
	if at := strings.IndexByte(phrase, '@'); at > 0 && (phrase[at-1] == ' ' || strings.HasPrefix(phrase[at+1:], " ")) {
		phrase = strings.TrimRight(phrase[:at], " ") + "@" + strings.TrimLeft(phrase[at+1:], " ")
	}
	words := strings.Fields(phrase)
	for i := len(words) - 1; i >= 0; i-- {
		if strings.Contains(words[i], "@") {
			name := strings.Join(append(words[:i:i], words[i+1:]...), " ")
			p.add(name, words[i])
			return
		}
	}
}

func (p *addressParser) add(name, addr string) {
	addr = p.cleanAddress(addr)
	name = p.phraseText(name)
	if name == "" {
		name = p.phraseText(p.comment)
	}
	if name != "" || addr != "" {
		p.all = append(p.all, desk.Address{Name: name, Email: addr})
	}
}

// phraseText decodes a name and folds its white space.
func (p *addressParser) phraseText(s string) string {
	if s == "" {
		return ""
	}
	s = p.guess.Words(s)
	if strings.Contains(s, "  ") {
		s = strings.Join(strings.Fields(s), " ")
	}
	return s
}

// cleanAddress drops white space, a route (RFC 5322 section 4.4), quotes around
// the whole and "mailto:".
func (p *addressParser) cleanAddress(s string) string {
	if strings.Contains(s, "=?") {
		s = p.guess.Words(s)
	}
	if !strings.Contains(s, `"`) {
		s = strings.Join(strings.Fields(s), "")
	}
	if strings.HasPrefix(s, "@") {
		if i := strings.IndexByte(s, ':'); i > 0 {
			s = s[i+1:]
		}
	}
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
	}
	if len(s) > 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
		s = s[1 : len(s)-1]
	}
	return charset.OneLine(p.guess.Raw(s))
}
