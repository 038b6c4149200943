package rt

import (
	"net/http"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// The connector holds to the suite, with and without a preface, with an account that RT
// does not tell how long its lists are, and at one that does not show who is an agent.
func TestConnector(t *testing.T) {
	for name, change := range map[string]func(*Config, *rttest.Server){
		"preface":             func(*Config, *rttest.Server) {},
		"no preface":          func(c *Config, _ *rttest.Server) { c.Preface = "no" },
		"ordinary account":    func(_ *Config, s *rttest.Server) { s.Ordinary = true },
		"before October 2026": func(c *Config, s *rttest.Server) { s.Lax, c.Dates = true, "yes" },
	} {
		t.Run(name, func(t *testing.T) {
			conntest.Run(t, Spec(), func(t *testing.T) conntest.Far {
				s := rttest.New()
				s.PageSize, s.Fields = 3, []string{"plan"}
				c := &Config{URL: s.Start(t.Cleanup), Token: connectors.Secret(rttest.Token), Quiet: "scrips", Settling: "0s", Fields: []string{"plan"}}
				c.Retries, c.wait = new(1), time.Millisecond
				change(c, s)
				return conntest.Far{Config: c, HTTP: http.DefaultTransport, Outbox: s.Outbox, Standing: rttest.Standing}
			})
		})
	}
}
