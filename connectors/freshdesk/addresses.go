package freshdesk

import (
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Addresses in the line before a message. A name that could be mistaken stands in
// quotes, with a backslash before a quote or backslash in it.

func show(a desk.Address) string {
	name := a.Name
	if strings.ContainsAny(name, `",<>→·\[]`) || name != strings.TrimSpace(name) || strings.HasPrefix(name, "cc ") {
		name = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ").Replace(name) + `"`
	}
	switch {
	case name == "" && a.Email == "":
		return ""
	case name == "":
		return "<" + a.Email + ">"
	case a.Email == "":
		return name
	}
	return name + " <" + a.Email + ">"
}

func showAll(as []desk.Address) string {
	out := make([]string, len(as))
	for i, a := range as {
		out[i] = show(a)
	}
	return strings.Join(out, ", ")
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

func unshowAll(s string) (out []desk.Address) {
	for _, part := range splitOutside(s, ",") {
		if a := unshow(part); a != (desk.Address{}) {
			out = append(out, a)
		}
	}
	return out
}

func unshow(s string) (a desk.Address) {
	s = strings.TrimSpace(s)
	name, rest, bracketed := cutOutside(s, "<")
	if bracketed {
		a.Email = strings.TrimSuffix(strings.TrimSpace(rest), ">")
	}
	name = strings.TrimSpace(name)
	if len(name) >= 2 && name[0] == '"' && name[len(name)-1] == '"' {
		name = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(name[1 : len(name)-1])
	}
	a.Name = name
	return a
}
