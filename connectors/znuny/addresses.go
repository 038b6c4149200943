package znuny

import (
	"net/mail"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/desk"
)

// addresses are those of a header as Znuny keeps it. Names of queues, which it writes there
// too, are none.
func addresses(line text) (out []desk.Address) {
	if !strings.Contains(string(line), "@") {
		return nil
	}
	h, _, err := rfc5322.ReadHeader(rfc5322.Bytes([]byte("To: " + strings.NewReplacer("\r", " ", "\n", " ").Replace(string(line)) + "\n\n")))
	if err != nil {
		return nil
	}
	for _, a := range h.Addresses("To") {
		if strings.Contains(a.Email, "@") {
			out = append(out, a)
		}
	}
	return out
}

// address is the first of a header, or a name that has no address.
func address(line text) desk.Address {
	if all := addresses(line); len(all) > 0 {
		return all[0]
	}
	return desk.Address{Name: strings.Trim(strings.TrimSpace(string(line)), `"`)}
}

// mailable tells whether Znuny takes an address (Kernel/System/CheckItem.pm, CheckEmail):
// as far as can be told without asking for its domain.
func mailable(address string) bool {
	a, err := mail.ParseAddress(address)
	if err != nil || a.Address != address {
		return false
	}
	local, domain, _ := strings.Cut(address, "@")
	ascii := !strings.ContainsFunc(address, func(r rune) bool { return r > '~' || r <= ' ' })
	dotted := strings.Contains(domain, ".") && !strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".") && !strings.HasPrefix(domain, "[")
	invented := strings.HasPrefix(strings.ToLower(domain), "example.") && strings.Count(domain, ".") == 1 // CheckEmailInvalidAddress
	return ascii && dotted && !invented && !strings.Contains(address, "..") && !strings.HasSuffix(local, ".")
}

// Addresses in the line before a message. A name that could be mistaken stands in quotes,
// with a backslash before a quote or backslash in it.

func show(a desk.Address) string {
	name := strings.Join(strings.FieldsFunc(a.Name, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
	if strings.ContainsAny(name, `",<>→·\[]`) || name != strings.TrimSpace(name) || strings.HasPrefix(name, "cc ") {
		name = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	email := strings.Join(strings.FieldsFunc(a.Email, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
	switch {
	case email == "":
		return name
	case name == "":
		return "<" + email + ">"
	}
	return name + " <" + email + ">"
}

func showAll(as []desk.Address) string {
	out := make([]string, len(as))
	for i, a := range as {
		out[i] = show(a)
	}
	return strings.Join(out, ", ")
}

// cutOutside cuts at a separator that stands outside of quotes.
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

func splitOutside(s, sep string) (parts []string) {
	for {
		before, after, found := cutOutside(s, sep)
		if parts = append(parts, before); !found {
			return parts
		}
		s = after
	}
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
	name, rest, bracketed := cutOutside(strings.TrimSpace(s), "<")
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
