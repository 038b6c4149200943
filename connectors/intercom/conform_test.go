package intercom

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

// account is a stand-in whose admin has prepared it: attributes, and the teammate and the
// team of the suite's samples.
func account() *intercomtest.Server {
	s := intercomtest.New()
	s.AddAdmin("Aiko 田中", "aiko@desk.example.com", s.AddTeam("Второй уровень"))
	for name, sort := range map[string]string{"plan": "string", "Ärger": "boolean"} {
		s.AddAttribute(name, sort)
		s.AddData(intercomtest.Attribute{Model: "contact", Name: name, Type: sort})
		s.AddData(intercomtest.Attribute{Model: "company", Name: name, Type: sort})
	}
	s.AddAttribute("score", "decimal")
	s.AddAttribute("Tags", "string")
	s.AddAttribute("Priority", "string")
	s.AddData(intercomtest.Attribute{Model: "contact", Name: "score", Type: "float"})
	s.AddData(intercomtest.Attribute{Model: "company", Name: "score", Type: "float"})
	return s
}

func far(change func(*Config)) func(*testing.T) conntest.Far {
	return func(*testing.T) conntest.Far {
		s := account()
		c := configOf(s)
		c.Tags, c.Priority = "Tags", "Priority"
		change(c)
		return conntest.Far{Config: c, HTTP: s.Transport(), Outbox: s.Outbox, Standing: map[desk.Kind]int{desk.KindAgent: 2, desk.KindGroup: 1}}
	}
}

func TestConnector(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"preface":    func(*Config) {},
		"mark alone": func(c *Config) { c.Leftovers = leftMark },
	} {
		if testing.Short() && name != "preface" {
			continue
		}
		t.Run(name, func(t *testing.T) { conntest.Run(t, Spec(), far(change)) })
	}
}
