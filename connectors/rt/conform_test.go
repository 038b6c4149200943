package rt_test

import (
	"net/http"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/rt"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// The connector holds to the suite, with and without a preface.
func TestConnector(t *testing.T) {
	for name, change := range map[string]func(*rt.Config){
		"preface":    func(*rt.Config) {},
		"no preface": func(c *rt.Config) { c.Preface = "no" },
	} {
		t.Run(name, func(t *testing.T) {
			conntest.Run(t, rt.Spec(), func(t *testing.T) conntest.Far {
				s := rttest.New()
				s.PageSize, s.Fields = 3, []string{"plan"}
				c := &rt.Config{URL: s.Start(t.Cleanup), Token: connectors.Secret(rttest.Token), Quiet: "scrips", Fields: []string{"plan"}}
				c.Retries = 1
				change(c)
				return conntest.Far{Config: c, HTTP: http.DefaultTransport, Outbox: s.Outbox}
			})
		})
	}
}
