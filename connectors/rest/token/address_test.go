package token_test

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rest/token"
)

// Secrets are sent to nobody in the clear but to this machine, and a password in an
// address is refused and not repeated.
func TestCheckAddress(t *testing.T) {
	for address, wrong := range map[string]string{
		"https://login.test/token": "", "http://127.0.0.1:8080/token": "", "http://[::1]/token": "", "http://localhost/token": "",
		"http://login.test/token": "in the clear", "ftp://localhost/token": "in the clear", "http://127.0.0.1.login.test/": "in the clear",
		"": "no address", "login.test": "no address", "https://ann:hunter2@login.test/": "do not belong", "https://ann:hunter2@login.test:x/": "no address",
	} {
		err := token.CheckAddress(address)
		if (err == nil) != (wrong == "") || err != nil && (!strings.Contains(err.Error(), wrong) || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%s: %v", address, err)
		}
	}
}
