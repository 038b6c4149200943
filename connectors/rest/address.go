package rest

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// CheckAddress finds what is wrong with the address of a server as a person wrote it,
// by the key url. The example says how it should look.
func CheckAddress(address, example string) error {
	u, err := url.Parse(strings.TrimSpace(address))
	switch {
	case address == "":
		return fmt.Errorf("url: missing – write the address, such as %s", example)
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("url: %q is no address: write it as %s", redacted(address), example)
	case u.User != nil: // it would be told wherever the address is
		u.User = nil
		return fmt.Errorf("url: a name and a password do not belong into an address: write %s, and give them in settings of their own", u)
	case u.RawQuery != "" || u.Fragment != "":
		u.RawQuery, u.Fragment = "", ""
		return fmt.Errorf("url: %q is the address of a page: write %s", address, u)
	}
	return nil
}

// CheckAccount is CheckAddress for a vendor's service, which has no path, since people
// copy the address of the page before them, and is never asked in the clear.
func CheckAccount(address, example string) error {
	if err := CheckAddress(address, example); err != nil {
		return err
	}
	u, _ := url.Parse(strings.TrimSpace(address)) // it was parsed just now
	plain := InTheClear(address)
	if plain {
		u.Scheme = "https"
	}
	page := strings.Trim(u.Path, "/") != ""
	u.Path, u.RawPath = "", ""
	switch {
	case page:
		return fmt.Errorf("url: %q is the address of a page: write %s", address, u)
	case plain:
		return fmt.Errorf("url: %q would send the credentials in the clear: write %s", address, u)
	}
	return nil
}

// InTheClear tells whether what is sent to an address can be read on its way: it is
// HTTP without TLS, and leaves this machine.
func InTheClear(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" || u.Hostname() == "localhost" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return ip == nil || !ip.IsLoopback()
}
