package token

import (
	"errors"
	"fmt"
	"net"
	"net/url"
)

// CheckAddress finds what is wrong with an address at which tokens are given or a person
// logs in. What goes there is secret: on its way nobody else may read it.
func CheckAddress(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "": // what it says may be half a password
		return errors.New("this is no address: write it as https://…")
	case u.User != nil:
		return errors.New("a name and a password do not belong into an address: leave them out, and give client_id and client_secret")
	case u.Scheme != "https" && (u.Scheme != "http" || !here(u.Hostname())):
		return fmt.Errorf("%q would send secrets in the clear: write it as https://…", address)
	}
	return nil
}

// here tells whether a host is this machine.
func here(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
