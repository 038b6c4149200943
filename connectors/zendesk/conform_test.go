package zendesk

import (
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// fast is an account without a rate and with small pages.
func fast() zendesktest.Options {
	return zendesktest.Options{PageSize: 3, ExportLag: -1, Rate: -1, ExportRate: -1, UpdateRate: -1}
}

// config is that of the account's administrator. Our own pace is as fast.
func config() *Config {
	return &Config{
		URL: "https://example.zendesk.test", Email: zendesktest.Email, Token: connectors.Secret(zendesktest.Token),
		Rate: 10_000_000, ExportRate: 10_000_000, UpdateRate: 10_000_000, Settling: "0s", wait: time.Microsecond,
	}
}

func TestSource(t *testing.T) {
	conntest.Run(t, Spec(), func(t *testing.T) conntest.Far {
		s := &seeder{a: zendesktest.New(fast()), ids: map[desk.Ref]int64{}}
		return conntest.Far{Config: config(), HTTP: witnessed(t, s.a.Line()), Seed: s.put, SourceOnly: true}
	})
}

// The other side, in an account whose administrator has switched off what notifies.
func TestTarget(t *testing.T) {
	conntest.Run(t, Spec(), func(t *testing.T) conntest.Far {
		o := fast()
		o.Locales = []string{"en-US", "ru"}
		a := zendesktest.New(o)
		a.Quiet()
		for _, kind := range []string{"ticket_fields", "user_fields", "organization_fields"} {
			a.Set(kind, given{"title": "plan", "type": "text"})
			a.Set(kind, given{"title": "Ärger", "type": "checkbox"})
			a.Set(kind, given{"title": "score", "type": "decimal"})
		}
		c := config()
		c.Quiet, c.MaxFile = "triggers-off", 6
		return conntest.Far{
			Config: c, HTTP: witnessed(t, a.Line()), Outbox: a.Outbox, Standing: map[desk.Kind]int{desk.KindAgent: 1, desk.KindGroup: 1},
		}
	})
}
