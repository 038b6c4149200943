package zendesk

import (
	"strings"
	"testing"
)

// Each option that a field does not know is told, not the last alone.
func TestUnknownOptionsAreToldEach(t *testing.T) {
	f := &fieldShape{Type: "multiselect", Title: "Products"}
	f.Options = append(f.Options, struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}{"Lamp", "lamp"})
	value, lost := f.write([]any{"Lamp", "Ladder", "Rope"})
	if got, _ := value.([]any); len(got) != 1 || got[0] != "lamp" || !strings.Contains(lost, "Ladder") || !strings.Contains(lost, "Rope") {
		t.Errorf("%v, lost: %s", value, lost)
	}
}
