package okdesk

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// account is a stand-in whose administrator has prepared it: parameters for our mark, for
// tags and for the fields of the suite's samples, its agent, its group and its type.
// Parameters of numbers are a guess.
func account() *okdesktest.Server {
	s := okdesktest.New()
	s.AddEmployee(okdesktest.Person{Last: "Aiko", First: "田中", Email: "aiko@desk.example.com", Groups: []int64{s.AddGroup("Второй уровень")}})
	for _, of := range []string{"issues", "contacts", "companies"} {
		s.AddParameter(of, okdesktest.Parameter{Code: "plan", Name: "Тариф", Type: "ftstring"})
		s.AddParameter(of, okdesktest.Parameter{Code: "Ärger", Name: "Ärger", Type: "ftcheckbox"})
		s.AddParameter(of, okdesktest.Parameter{Code: "score", Name: "Баллы", Type: "ftfloat"})
	}
	s.AddParameter("issues", okdesktest.Parameter{Code: "deskhaul", Name: "Метка переезда", Type: "ftstring"})
	s.AddParameter("issues", okdesktest.Parameter{Code: "tags", Name: "Теги", Type: "ftstring"})
	s.AddCompany("ООО «Старый клиент»", nil) // of whom the parameters of companies and contacts are learnt
	s.AddContact(okdesktest.Person{Last: "Старый", First: "Клиент", Email: "old@client.test"})
	s.AddType(okdesktest.Word{Code: "problem", Name: "Проблема"})
	return s
}

func far(change func(*okdesktest.Server, *Config)) func(*testing.T) conntest.Far {
	return func(*testing.T) conntest.Far {
		s := account()
		c := configOf(s)
		c.Mark, c.Tags = "deskhaul", "tags"
		change(s, c)
		return conntest.Far{Config: c, HTTP: s.Transport(), Outbox: s.Outbox, Standing: map[desk.Kind]int{desk.KindAgent: 2, desk.KindGroup: 1, desk.KindOrganization: 1, desk.KindContact: 1}}
	}
}

func TestConnector(t *testing.T) {
	for name, change := range map[string]func(*okdesktest.Server, *Config){
		"preface":    func(*okdesktest.Server, *Config) {},
		"no preface": func(_ *okdesktest.Server, c *Config) { c.Preface = "no" },
		"other habits": func(s *okdesktest.Server, c *Config) {
			s.Attributes, s.SlimRows, s.UntypedAuthors, s.Numbered, s.StillTalk = true, true, true, true, true
			c.Names, c.Objects = firstLast, organizations
		},
	} {
		if testing.Short() && name != "preface" {
			continue
		}
		t.Run(name, func(t *testing.T) { conntest.Run(t, Spec(), far(change)) })
	}
}
