package imap

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGmailLabels(t *testing.T) {
	for value, want := range map[string][]string{
		`()`:    nil,
		`(foo)`: {"foo"},
		`(\Inbox \Sent Important "Muy Importante")`:          {`\Inbox`, `\Sent`, "Important", "Muy Importante"},
		`("\\Important" "\\Muted" "\\Starred")`:              {`\Important`, `\Muted`, `\Starred`},
		`("say \"hi\"" "a\\b" "(x) {3}" [y])`:                {`say "hi"`, `a\b`, "(x) {3}", "[y]"},
		"({6}\r\na \"b)( c {0}\r\n {2}\r\n\r\n)":             {`a "b)(`, "c", "", "\r\n"},
		`(Status/Waiting "Team A/Bob")`:                      {"Status/Waiting", "Team A/Bob"},
		`(&BCEERwQ1BEIEMA- "&MEpVTzBEVAgwjzBb-/&ZeVnLIqe-")`: {"Счета", "お問い合わせ/日本語"},
		`(R&-D &BB-x "&" &!-)`:                               {"R&D", "&BB-x", "&", "&!-"},
		`("&2D3eAA-")`:                                       {"😀"},
		"(Счета)":                                            {"Счета"}, // as after ENABLE UTF8=ACCEPT
		`("no end`:                                           {"no end"},
		`({9}` + "\r\nx)":                                    {"{9}\r\nx"},
	} {
		if d := cmp.Diff(want, gmailLabels([]byte(value))); d != "" {
			t.Errorf("%s: %s", value, d)
		}
	}
}

func TestOwnLabel(t *testing.T) {
	for folder, want := range map[string]string{
		"INBOX": "", "[Gmail]/Alle Nachrichten": "", "[Google Mail]/All Mail": "", "Status/Waiting": "Status/Waiting", "Inbox/x": "Inbox/x",
	} {
		if got := ownLabel(folder); got != want {
			t.Errorf("%s: %q", folder, got)
		}
	}
}
