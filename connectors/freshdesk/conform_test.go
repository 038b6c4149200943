package freshdesk

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// account is a stand-in whose admin has prepared it: a field for our mark, the fields
// and the agent of the suite's samples.
func account() *freshdesktest.Server {
	s := freshdesktest.New()
	s.AddAgent("Aiko 田中", "aiko@desk.example.com")
	for _, kind := range []string{ticketFields, contactFields, companyFields} {
		s.AddField(kind, freshdesktest.Field{Name: "plan", Label: "Plan", Type: "custom_text"})
		s.AddField(kind, freshdesktest.Field{Name: "Ärger", Label: "Ärger", Type: "custom_checkbox"})
		s.AddField(kind, freshdesktest.Field{Name: "score", Label: "Score", Type: "custom_decimal"})
	}
	s.AddField(ticketFields, freshdesktest.Field{Name: "cf_deskhaul", Label: "deskhaul", Type: "custom_text"})
	return s
}

func far(change func(*Config)) func(*testing.T) conntest.Far {
	return func(*testing.T) conntest.Far {
		s := account()
		c := configOf(s)
		c.MarkField = "cf_deskhaul"
		change(c)
		return conntest.Far{Config: c, HTTP: s.Transport(), Outbox: s.Outbox, Standing: map[desk.Kind]int{desk.KindAgent: 2}}
	}
}

func TestConnector(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"preface":      func(*Config) {},
		"no leftovers": func(c *Config) { c.Leftovers = leftNone },
	} {
		if testing.Short() && name != "preface" {
			continue
		}
		t.Run(name, func(t *testing.T) { conntest.Run(t, Spec(), far(change)) })
	}
}
