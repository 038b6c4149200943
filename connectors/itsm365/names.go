package itsm365

import "strings"

// join is somebody's name: of its parts in the order that is configured; else as the system
// shows it.
func (c *Config) join(k Class, r row) string {
	parts := []string{r.text(k.code("last")), r.text(k.code("first")), r.text(k.code("middle"))}
	if c.Names == firstLast {
		parts = []string{parts[1], parts[2], parts[0]}
	}
	if name := strings.Join(strings.Fields(strings.Join(parts, " ")), " "); name != "" && name != blank {
		return strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(name, blank+" "), " "+blank))
	}
	if name := r.text(k.code("name")); name != blank {
		return name
	}
	return ""
}

// blank stands where a last name is asked for and there is none.
const blank = "—"

// part takes a name apart, so that join gives it back.
func (c *Config) part(name string) (last, first, middle string) {
	words := strings.Fields(name)
	switch {
	case len(words) == 0:
		return blank, "", ""
	case len(words) == 1:
		return words[0], "", ""
	case c.Names == firstLast:
		end := len(words) - 1
		return words[end], words[0], strings.Join(words[1:end], " ")
	}
	return words[0], words[1], strings.Join(words[2:], " ")
}
