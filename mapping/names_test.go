package mapping

import (
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// An agent of whom no address is known is named by name; one with an address by that alone.
func TestAgentsByName(t *testing.T) {
	m, err := Compile([]byte("people: {agents: {Ковалёв  Антон: anton@new.example, '*': rest@new.example}}\n"), "m.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ name, email, want string }{
		{"ковалёв антон", "", "anton@new.example"}, {"Ковалёв Антон", "a@old.example", "rest@new.example"}, {"Somebody", "", "rest@new.example"},
	} {
		a := &desk.Agent{Meta: desk.Meta{ID: "a"}, Name: x.name, Email: x.email}
		if _, err := m.Apply(t.Context(), a, Way{}); err != nil {
			t.Fatal(err)
		}
		if email := a.Email; email != x.want {
			t.Errorf("%s <%s> becomes %s, want %s", x.name, x.email, email, x.want)
		}
	}
}
