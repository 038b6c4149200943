package okdesk

import (
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// A mistake in the configuration is told by its key, with what to write.
func TestCheck(t *testing.T) {
	good := Config{URL: "https://acme.okdesk.ru", Token: "x"}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*Config){
		"url: ":                          func(c *Config) { c.URL = "http://acme.okdesk.ru" },
		"token: missing":                 func(c *Config) { c.Token = "" },
		"statuses: Решена":               func(c *Config) { c.Statuses = map[string]string{"Решена": "done"} },
		"priorities: high":               func(c *Config) { c.Priorities = map[string]string{"high": "higher"} },
		"zone: ":                         func(c *Config) { c.Zone = "Москва" },
		"mark: missing":                  func(c *Config) { c.Preface = "no" },
		"quiet: ":                        func(c *Config) { c.Quiet = "yes" },
		"uploads: ":                      func(c *Config) { c.Uploads = "other" },
		"delay: ":                        func(c *Config) { c.Delay = "soon" },
		"settling: ":                     func(c *Config) { c.Settling = "soon" },
		"through: closed: the way leads": func(c *Config) { c.Through = map[string]string{"closed": "completed", "completed": "closed"} },
		"per_minute":                     func(c *Config) { c.PerMinute = -1 },
	} {
		c := good
		change(&c)
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// The address may be written short.
func TestLocation(t *testing.T) {
	for said, want := range map[string]string{"acme": "https://acme.okdesk.ru", "acme.okdesk.com": "https://acme.okdesk.com", "http://127.0.0.1:1": "http://127.0.0.1:1"} {
		c := new(Config)
		if err := locate(c, said); err != nil || c.URL != want {
			t.Errorf("%s: %s, %v", said, c.URL, err)
		}
	}
}

// Check tells what words are not understood, in which zone the account is, whether a comment
// counts as a change, and what is missing for writing.
func TestDescribe(t *testing.T) {
	s := okdesktest.New()
	s.Zone, s.StillTalk = time.FixedZone("", 5*60*60), true
	s.AddStatus(okdesktest.Word{Code: "strange", Name: "Бирюзовая"})
	s.AddParameter("issues", okdesktest.Parameter{Code: "city", Name: "Город", Type: "ftselect", Options: []string{"Пенза", "Пермь"}, Required: true})
	id := s.AddIssue(okdesktest.Issue{Title: "x", At: time.Now().Add(-time.Hour)})
	s.AddComment(id, okdesktest.Comment{HTML: "x", Employee: 1001})
	told := func(d connectors.Describer) (string, connectors.Schema) {
		schema, err := d.Describe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, n := range schema.Notes {
			all = append(all, n.Text)
		}
		return strings.Join(all, "\n"), schema
	}
	notes, schema := told(sourceOf(t, configOf(s), envOf(t, s.Transport())))
	for _, want := range []string{"Бирюзовая", "+05:00", "no change of its issue"} {
		if !strings.Contains(notes, want) {
			t.Errorf("it does not tell %s: %s", want, notes)
		}
	}
	fields := map[string]connectors.Field{}
	for _, f := range schema.Fields {
		fields[f.Name] = f
	}
	if f := fields["fields.status"]; f.Means["Решена"] != "solved" || f.Means["Бирюзовая"] != "" || len(f.Options) != 6 {
		t.Errorf("%+v", f)
	}
	if f := fields["fields.city"]; f.Title != "Город" || f.Type != "option" || len(f.Options) != 2 || !f.Required || f.Kind != desk.KindTicket {
		t.Errorf("%+v", f)
	}
	if f := fields["priority"]; f.Means["Критический"] != "urgent" {
		t.Errorf("%+v", f)
	}
	notes, _ = told(targetOf(t, configOf(s), envOf(t, s.Transport())))
	for _, want := range []string{"Город", "mark is not set", "cannot be asked for"} {
		if !strings.Contains(notes, want) {
			t.Errorf("it does not tell %s: %s", want, notes)
		}
	}
	for want, change := range map[string]func(*Config){
		"mark: ": func(c *Config) { c.Mark = "nothing" }, "no text": func(c *Config) { c.Mark = "city" }, "tags: ": func(c *Config) { c.Tags = "nothing" },
		"stand_in: ": func(c *Config) { c.StandIn = "nobody@acme.test" }, "through: ": func(c *Config) { c.Through = map[string]string{"closed": "nothing"} },
	} {
		c := configOf(s)
		change(c)
		if _, err := targetOf(t, c, envOf(t, s.Transport())).Describe(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
