package rt

import (
	"net/http"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// The connector holds to the suite, with and without a preface.
func TestConnector(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"preface":    func(*Config) {},
		"no preface": func(c *Config) { c.Preface = "no" },
	} {
		t.Run(name, func(t *testing.T) {
			conntest.Run(t, Spec(), func(t *testing.T) conntest.Far {
				s := rttest.New()
				s.PageSize, s.Fields = 3, []string{"plan"}
				c := &Config{URL: s.Start(t.Cleanup), Token: connectors.Secret(rttest.Token), Quiet: "scrips", Fields: []string{"plan"}}
				c.Retries, c.wait = 1, time.Millisecond
				change(c)
				return conntest.Far{Config: c, HTTP: http.DefaultTransport, Outbox: s.Outbox, Standing: rttest.Standing}
			})
		})
	}
}
