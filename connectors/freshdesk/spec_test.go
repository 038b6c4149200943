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

// What is no host is refused: no image would ever be fetched from there.
func TestImageHosts(t *testing.T) {
	for given, want := range map[string]string{
		"":                                       "",
		"images.acme.com, xn--e1afmkfd.xn--p1ai": "",
		"evil":                                   `images: "evil" is no name`,
		"images.acme.com,https://acme.com/x":     `images: "https://acme.com/x" is no name`,
	} {
		err := (&Config{URL: "https://acme.freshdesk.com", Token: "x", Images: given}).Check()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", given, err)
		}
	}
}
