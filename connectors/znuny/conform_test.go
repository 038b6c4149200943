package znuny

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
	"github.com/deskhaul/deskhaul/desk"
)

// prepared is a stand-in as its administrator prepares it for the suite's samples. What was
// thrown away stands in the queues: without a ticket nothing tells that there is one.
func prepared() *znunytest.Server {
	s := znunytest.New()
	s.AddUser("aiko")
	s.AddType("problem")
	s.AddField("plan", znunytest.Field{Type: "Text"})
	for _, queue := range []string{"Rechnungen", "Rechnungen::Mahnungen"} {
		s.AddQueue(queue)
		s.AddTicket(znunytest.Ticket{Title: "gone", Queue: queue, State: "removed"})
	}
	return s
}

func sampleConfig() *Config {
	c := configOf()
	c.Queue, c.Fields, c.Agents = "Rechnungen", []string{"plan"}, map[string]string{"aiko@desk.example.com": "aiko"}
	return c
}

// The connector holds to the suite, with and without the histories of tickets.
func TestConnector(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"as usual":   func(*Config) {},
		"no history": func(c *Config) { c.History = "no" },
	} {
		if testing.Short() && name != "as usual" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			conntest.Run(t, Spec(), func(*testing.T) conntest.Far {
				s, c := prepared(), sampleConfig()
				change(c)
				return conntest.Far{Config: c, HTTP: s.Transport(), Outbox: s.Outbox, Standing: map[desk.Kind]int{desk.KindCategory: 2}}
			})
		})
	}
}
