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
