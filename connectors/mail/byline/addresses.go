package byline

import (
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Brackets are what addresses stand in: an opening and a closing character.
type Brackets string

// The brackets. Pointed ones look like a tag where a text is taken for HTML.
const (
	Pointed Brackets = "<>"
	Round   Brackets = "()"
)

// Show is an address as people read it. A name that could be mistaken stands in quotes,
// with a backslash before a quote or backslash in it.
func (b Brackets) Show(a desk.Address) string {
	name := a.Name
	if strings.ContainsAny(name, `",→·\[]`+string(b)) || name != strings.TrimSpace(name) || strings.HasPrefix(name, "cc ") {
		name = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ").Replace(name) + `"`
	}
	mail := string(b[:1]) + a.Email + string(b[1:])
	switch {
	case name == "" && a.Email == "":
		return ""
	case name == "":
		return mail
	case a.Email == "":
		return name
	}
	return name + " " + mail
}

func (b Brackets) showAll(as []desk.Address) string {
	out := make([]string, len(as))
	for i, a := range as {
		out[i] = b.Show(a)
	}
	return strings.Join(out, ", ")
}

// Unshow reads what Show wrote.
func (b Brackets) Unshow(s string) (a desk.Address) {
	s = strings.TrimSpace(s)
	name, rest, bracketed := cutOutside(s, string(b[:1]))
	if bracketed {
		a.Email = strings.TrimSuffix(strings.TrimSpace(rest), string(b[1:]))
	}
	name = strings.TrimSpace(name)
	if len(name) >= 2 && name[0] == '"' && name[len(name)-1] == '"' {
		name = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(name[1 : len(name)-1])
	}
	a.Name = name
	return a
}

func (b Brackets) unshowAll(s string) (out []desk.Address) {
	for _, part := range splitOutside(s, ",") {
		if a := b.Unshow(part); a != (desk.Address{}) {
			out = append(out, a)
		}
	}
	return out
}

// splitOutside splits at a separator that stands outside of quotes.
func splitOutside(s, sep string) (parts []string) {
	for {
		before, after, found := cutOutside(s, sep)
		parts = append(parts, before)
		if !found {
			return parts
		}
		s = after
	}
}

func cutOutside(s, sep string) (before, after string, found bool) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case !quoted && strings.HasPrefix(s[i:], sep):
			return s[:i], s[i+len(sep):], true
		}
	}
	return s, "", false
}
