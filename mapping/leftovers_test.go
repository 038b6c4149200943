package mapping

import "testing"

// leftovers: note asks for a private note of each ticket, and changes what the
// mapping means; none, and nothing, do not.
func TestLeftovers(t *testing.T) {
	for text, want := range map[string]bool{"tickets: {leftovers: note}": true, "tickets: {leftovers: none}": false, "": false} {
		m, err := Compile([]byte(text), "m.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if m.Leftovers() != want || (m.Hash() == identity) == want {
			t.Errorf("%q: %v, hash %s", text, m.Leftovers(), m.Hash())
		}
	}
	var none *Mapping
	if none.Leftovers() {
		t.Error("without a mapping notes are written")
	}
}
