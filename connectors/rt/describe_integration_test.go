//go:build integration

package rt

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// A real server knows the account by its token, and finds nothing in a queue that it
// does not have.
func TestCheckOfRealServer(t *testing.T) {
	s := rttest.StartReal(t)
	s.Do("POST", "ticket", object{"Queue": "General", "Subject": "one", "Requestor": "bob@kunde.test", "Content": "look"})
	src := sourceOf(t, s)
	for query, want := range map[string]bool{"Queue = 'General'": false, "Queue = 'Genral'": true} {
		src.config.Query = query
		schema, err := src.Describe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		told := false
		for _, n := range schema.Notes {
			told = told || strings.Contains(n.Text, "finds no ticket")
		}
		if told != want || !strings.Contains(schema.Title, ", as root") {
			t.Errorf("%s: %q, %+v", query, schema.Title, schema.Notes)
		}
	}
}
