package mapping

import (
	"strings"
	"testing"
)

// Whoever calls one of our functions otherwise is shown how it is called.
func TestHowFunctionsAreCalled(t *testing.T) {
	for rule, want := range map[string]string{
		`has_tag("spam")`:                      `has_tag(ticket.tags, "spam")`,
		`has_tag(ticket.subject, "spam")`:      `has_tag(ticket.tags, "spam")`,
		`domain() == "a.test"`:                 "domain(ticket.requester.email)",
		`match(ticket.subject) == "1"`:         `match(ticket.subject, "[0-9]+")`,
		`len(ticket.subject, ticket.tags) > 1`: "",
	} {
		_, err := Compile([]byte("tickets:\n  drop:\n    x: '"+rule+"'\n"), "deskhaul.yaml")
		if err == nil {
			t.Errorf("%s is taken", rule)
			continue
		}
		if _, shown, _ := strings.Cut(err.Error(), "write it like "); shown != want {
			t.Errorf("%s: %v", rule, err)
		}
	}
}
