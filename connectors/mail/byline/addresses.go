package byline

import (
	"encoding/base64"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Style is how addresses are spelt.
type Style string

// The styles. Pointed brackets look like a tag where a text is taken for HTML.
const (
	Pointed Style = "<>"
	Round   Style = "()"
	// Worded is for systems of which nobody knows what they make of quotes: what could be
	// mistaken is spelt as an encoded word (RFC 2047), in base64, of any length.
	Worded Style = "<>?"
)

func (s Style) open() string  { return string(s[:1]) }
func (s Style) shut() string  { return string(s[1:2]) }
func (s Style) brack() string { return string(s[:2]) }

// Show is an address as people read it. A name that could be mistaken stands in quotes,
// with a backslash before a quote or backslash in it, or is an encoded word.
func (s Style) Show(a desk.Address) string {
	name, email := s.showName(a.Name), s.showEmail(a.Email)
	switch {
	case email == "":
		return name
	case name == "":
		return s.open() + email + s.shut()
	}
	return name + " " + s.open() + email + s.shut()
}

func (s Style) showName(name string) string {
	mistaken := strings.ContainsAny(name, `",→·\[]`+s.brack()) || name != strings.TrimSpace(name) || strings.HasPrefix(name, "cc ")
	switch {
	case s == Worded && (mistaken || strings.ContainsAny(name, "@;:()=?") || name != oneLine(name)):
		return encode(name)
	case s != Worded && mistaken:
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ").Replace(name) + `"`
	}
	return name
}

func (s Style) showEmail(email string) string {
	if s == Worded && strings.ContainsAny(email, "<>,→·[]") {
		return encode(email)
	}
	return strings.NewReplacer("\n", " ", "\r", " ").Replace(email)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (s Style) showAll(as []desk.Address) string {
	out := make([]string, len(as))
	for i, a := range as {
		out[i] = s.Show(a)
	}
	return strings.Join(out, ", ")
}

// Unshow reads what Show wrote.
func (s Style) Unshow(said string) (a desk.Address) {
	name, rest, bracketed := s.cut(strings.TrimSpace(said), s.open())
	if bracketed {
		a.Email = strings.TrimSuffix(strings.TrimSpace(rest), s.shut())
	}
	a.Name = strings.TrimSpace(name)
	if s == Worded {
		return desk.Address{Name: decode(a.Name), Email: decode(a.Email)}
	}
	if n := len(a.Name); n >= 2 && a.Name[0] == '"' && a.Name[n-1] == '"' {
		a.Name = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(a.Name[1 : n-1])
	}
	return a
}

func (s Style) unshowAll(said string) (out []desk.Address) {
	for _, part := range s.split(said, ",") {
		if a := s.Unshow(part); a != (desk.Address{}) {
			out = append(out, a)
		}
	}
	return out
}

// split splits at a separator that stands outside of quotes.
func (s Style) split(said, sep string) (parts []string) {
	for {
		before, after, found := s.cut(said, sep)
		parts = append(parts, before)
		if !found {
			return parts
		}
		said = after
	}
}

func (s Style) cut(said, sep string) (before, after string, found bool) {
	if s == Worded {
		return strings.Cut(said, sep)
	}
	quoted := false
	for i := 0; i < len(said); i++ {
		switch {
		case quoted && said[i] == '\\':
			i++
		case said[i] == '"':
			quoted = !quoted
		case !quoted && strings.HasPrefix(said[i:], sep):
			return said[:i], said[i+len(sep):], true
		}
	}
	return said, "", false
}

const (
	wordOpen  = "=?utf-8?B?"
	wordClose = "?="
)

func encode(s string) string {
	return wordOpen + base64.StdEncoding.EncodeToString([]byte(s)) + wordClose
}

func decode(s string) string {
	inner, opened := strings.CutPrefix(s, wordOpen)
	inner, closed := strings.CutSuffix(inner, wordClose)
	if !opened || !closed {
		return s
	}
	b, err := base64.StdEncoding.DecodeString(inner)
	if err != nil {
		return s
	}
	return string(b)
}
