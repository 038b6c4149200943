package main

import (
	"testing"

	"github.com/deskhaul/deskhaul/project"
)

// Where a secret is typed nobody is told to write it otherwise, and the variable for it has
// the name that init looks for.
func TestHowSecretsAreAsked(t *testing.T) {
	t.Parallel()
	x := &talk{}
	x.flags.From = []string{"imap:mail.example"}
	for why, want := range map[string][2]string{
		"make one in RT's settings, and give it as ${RT_TOKEN} or in a file":                    {"make one in RT's settings", "RT_TOKEN"},
		"it is in Freshdesk under Profile settings; give it as ${FRESHDESK_TOKEN} or in a file": {"it is in Freshdesk under Profile settings", "FRESHDESK_TOKEN"},
		"is missing: write ${NAME} of an environment variable that holds it, or {file: PATH}":   {"", "IMAP_PASSWORD"},
		"give it as ${RT_PASSWORD} or in a file, or use a token":                                {"", "RT_PASSWORD"},
	} {
		got := [2]string{howToMake(why), x.variableFor(project.Want{System: "imap", Key: "password", Why: why})}
		if got != want {
			t.Errorf("%q: %q, want %q", why, got, want)
		}
	}
}
