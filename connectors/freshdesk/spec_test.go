package freshdesk

import (
	"strings"
	"testing"
)

// What people copy from their browser is refused with the address to write.
func TestURL(t *testing.T) {
	for given, want := range map[string]string{
		"https://acme.freshdesk.com/":          "",
		"https://acme.freshdesk.com/a/tickets": "write https://acme.freshdesk.com",
		"http://acme.freshdesk.com":            "write https://acme.freshdesk.com",
		"":                                     "missing",
	} {
		err := (&Config{URL: given, Token: "x"}).Check()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", given, err)
		}
	}
}
