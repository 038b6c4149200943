package rt

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// Check names the account, and tells of a query that finds nothing.
func TestCheckTellsWhoAndOfAnEmptyQuery(t *testing.T) {
	s := rttest.New()
	d := targetAt(t, s, nil)
	if _, err := d.put(t.Context(), "user/root", map[string]any{"EmailAddress": "root@desk.test"}); err != nil {
		t.Fatal(err)
	}
	create(t, d, ticketOf("1", "hello"))
	for query, want := range map[string]bool{"": false, "Queue = 'General'": false, "Queue = 'Genral'": true} {
		for _, ordinary := range []bool{false, true} {
			s.Ordinary = ordinary
			d.config.Query = query
			schema, err := d.Source.Describe(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(schema.Title, ", as root <root@desk.test>") {
				t.Errorf("the title is %q", schema.Title)
			}
			told := false
			for _, n := range schema.Notes {
				told = told || n.Level == "warning" && strings.Contains(n.Text, "The query Queue = 'Genral' finds no ticket")
			}
			if told != want {
				t.Errorf("%q, ordinary account %v: %+v", query, ordinary, schema.Notes)
			}
		}
	}
}
