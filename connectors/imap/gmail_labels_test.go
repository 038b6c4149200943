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

// Gmail is known by its preset, its host or the address; it has no STARTTLS.
func TestGmailIsKnown(t *testing.T) {
	for _, c := range []struct {
		where  string
		config Config
		host   string
	}{
		{"desk@gmail.com", Config{}, "imap.gmail.com"},
		{"desk@acme.example", Config{Preset: "gmail"}, "imap.gmail.com"},
		{"desk@acme.example@imap.gmail.com", Config{}, "imap.gmail.com"},
	} {
		c.config.Password = "x"
		if err := location(&c.config, c.where); err != nil {
			t.Fatal(err)
		}
		if c.config.host() != c.host || !c.config.isGmail() || c.config.Check() != nil {
			t.Errorf("%s: host %s, Gmail %v, %v", c.where, c.config.host(), c.config.isGmail(), c.config.Check())
		}
		if c.config.Security = "starttls"; c.config.Check() == nil {
			t.Errorf("%s: STARTTLS is taken", c.where)
		}
	}
}
