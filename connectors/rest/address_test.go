package rest

import (
	"strings"
	"testing"
)

// An address that people copied, or that tells secrets, is refused with the one to write.
func TestAddresses(t *testing.T) {
	for _, test := range []struct{ address, account, other string }{
		{"https://acme.desk.test", "", ""},
		{"https://acme.desk.test/", "", ""},
		{"http://127.0.0.1:8080", "", ""},
		{"http://localhost:8080", "", ""},
		{"", "url: missing", "url: missing"},
		{"acme", "is no address", "is no address"},
		{"ftp://acme.desk.test", "is no address", "is no address"},
		{"https://acme.desk.test/agent/dashboard", "page: write https://acme.desk.test", ""},
		{"https://acme.desk.test/a?b=c#d", "page: write https://acme.desk.test", "page: write https://acme.desk.test/a"},
		{"http://acme.desk.test", "in the clear: write https://acme.desk.test", ""},
		{"https://olga:geheim@acme.desk.test", "write https://acme.desk.test,", "write https://acme.desk.test,"},
		{"olga:geheim@acme.desk.test", "is no address", "is no address"},
	} {
		for name, of := range map[string]struct {
			err  error
			want string
		}{
			"account": {CheckAccount(test.address, "https://x.test"), test.account},
			"other":   {CheckAddress(test.address, "https://x.test"), test.other},
		} {
			said := ""
			if of.err != nil {
				said = of.err.Error()
			}
			if (said == "") != (of.want == "") || !strings.Contains(said, of.want) {
				t.Errorf("%s %q: %q, not %q", name, test.address, said, of.want)
			}
			if strings.Contains(said, "geheim") {
				t.Errorf("%q tells the password", said)
			}
		}
	}
	for address, clear := range map[string]bool{"http://rt.acme.test": true, "http://10.0.0.3": true, "http://[::1]:80": false, "http://127.0.0.1": false, "https://rt.acme.test": false} {
		if InTheClear(address) != clear {
			t.Errorf("%s: %v", address, !clear)
		}
	}
}
