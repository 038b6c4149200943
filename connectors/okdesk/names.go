package okdesk

import (
	"slices"
	"strings"
)

// blank stands where Okdesk asks for a part of a name and there is none.
const blank = "—"

// join makes one name of its parts, in the order that the configuration says.
func (c *Config) join(p personShape) string {
	parts := []string{p.Last, p.First, p.Patronymic}
	if c.Names == firstLast {
		parts = []string{p.First, p.Patronymic, p.Last}
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { s = strings.TrimSpace(s); return s == "" || s == blank })
	if len(parts) == 0 {
		return p.Name
	}
	return strings.Join(parts, " ")
}

// part takes a name apart, so that join gives it back. Okdesk wants a first and a last name.
func (c *Config) part(name string) (first, last, patronymic string) {
	words := strings.Fields(name)
	switch {
	case len(words) == 0:
		return blank, blank, ""
	case len(words) == 1 && c.Names == firstLast:
		return words[0], blank, ""
	case len(words) == 1:
		return blank, words[0], ""
	case c.Names == firstLast:
		end := len(words) - 1
		return words[0], words[end], strings.Join(words[1:end], " ")
	}
	return words[1], words[0], strings.Join(words[2:], " ")
}
