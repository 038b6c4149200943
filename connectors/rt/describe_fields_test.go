package rt

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// A target tells which custom fields its tickets have, and which of them nothing is written
// to because the configuration does not name them.
func TestCustomFieldsAreOffered(t *testing.T) {
	s := rttest.New()
	s.Fields = []string{"Warranty", "Size"}
	for named, want := range map[string]string{"": "Warranty, Size", "Size": "Warranty"} {
		d := targetAt(t, s, func(c *Config) { c.Fields = strings.Fields(named) })
		schema, err := d.Describe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range schema.Fields {
			names = append(names, f.Name)
		}
		if strings.Join(names, " ") != "fields.Warranty fields.Size" {
			t.Errorf("it offers %q", names)
		}
		told := ""
		for _, n := range schema.Notes {
			if _, after, found := strings.Cut(n.Text, "nothing is written to: "); found {
				told, _, _ = strings.Cut(after, ". ")
			}
		}
		if told != want {
			t.Errorf("fields: [%s]: %q is told, want %q", named, told, want)
		}
	}
}
