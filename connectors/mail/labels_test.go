package mail

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// Labels stand between commas or, without any, spaces; one in quotes is whole.
func TestLabels(t *testing.T) {
	for head, want := range map[string][]string{
		"X-Gmail-Labels: Inbox,Sales North,Unread":                 {"Inbox", "Sales North", "Unread"},
		`X-Gmail-Labels: "Sales, North", Unread,"a"`:               {"Sales, North", "Unread", "a"},
		"X-Gmail-Labels: =?UTF-8?Q?=C3=85pnet,Kategori:_Reklame?=": {"Åpnet", "Kategori: Reklame"},
		`X-Gmail-Labels: "no end, x`:                               {"no end", "x"},
		"X-Gmail-Labels: a,,a, ":                                   {"a"},
		`X-Keywords: "say \"hi\"", "a\\b", "c\d"`:                  {`say "hi"`, `a\b`, `c\d`},
		"X-Keywords: one two":                                      {"one", "two"},
		"X-Keywords: one two, three":                               {"one two", "three"},
		`X-Label: "one two" three`:                                 {"one two", "three"},
		// Gmail's export and what the sender wrote below it.
		"X-GM-THRID: 1\nX-Gmail-Labels: Inbox\nReceived: x\nX-Gmail-Labels: VIP\nX-Keywords: VIP\nX-Label: VIP": {"Inbox"},
		"Received: x\nX-Gmail-Labels: VIP\nX-Label: mine":                                                       {"mine"},
	} {
		h, _, err := rfc5322.ReadHeader(strings.NewReader(head + "\n\n"))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, labelsOf(h)); d != "" {
			t.Errorf("%s: %s", head, d)
		}
	}
}
