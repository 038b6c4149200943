package itsm365

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/desk"
)

// installation is a stand-in whose administrator has prepared it: attributes for our mark, for
// tags, notes and the fields of the suite's samples; its agent, its group and its categories.
func installation() (*itsm365test.Server, *Config) {
	s := itsm365test.New()
	c := configOf(s)
	fields := map[string]string{"plan": "tariff", "Ärger": "aerger", "score": "points"}
	for _, of := range []string{"serviceCall", "employee", "ou"} {
		s.AddAttribute(of, itsm365test.Attribute{Code: "deskhaul", Title: "Метка переезда", Type: itsm365test.Text})
		s.AddAttribute(of, itsm365test.Attribute{Code: "tariff", Title: "Тариф", Type: itsm365test.Text})
		s.AddAttribute(of, itsm365test.Attribute{Code: "aerger", Title: "Ärger", Type: itsm365test.Bool})
		s.AddAttribute(of, itsm365test.Attribute{Code: "points", Title: "Баллы", Type: itsm365test.Int})
		s.AddAttribute(of, itsm365test.Attribute{Code: "note", Title: "Примечание", Type: itsm365test.Text})
	}
	s.AddAttribute("employee", itsm365test.Attribute{Code: "moreEmails", Title: "Другие адреса", Type: itsm365test.Text})
	s.AddAttribute("serviceCall", itsm365test.Attribute{Code: "tags", Title: "Теги", Type: itsm365test.Text})
	ou := s.Add("ou$ou", map[string]any{"title": "Без отдела"})
	s.Add("employee$employee", map[string]any{"lastName": "田中", "firstName": "Aiko", "email": "aiko@desk.example.com", "parent": ou})
	s.Add("team$team", map[string]any{"title": "Второй уровень"})
	s.Add("slmService$slmService", map[string]any{"title": "Rechnungen"})
	s.Add("slmService$slmService", map[string]any{"title": "Mahnungen"})
	s.AddClass("serviceCall$problem", "Проблема")
	c.Tickets = Class{Attributes: map[string]string{"tags": "tags", "due": "deadLineTime"}, Fields: fields}
	c.Contacts = Class{Attributes: map[string]string{"note": "note", "emails": "moreEmails"}, Fields: fields, Constants: map[string]string{"parent": ou}}
	c.Organizations = Class{Attributes: map[string]string{"note": "note"}, Fields: fields}
	c.Types = map[string]string{"problem": "serviceCall$problem"}
	c.Priorities = map[string]string{}
	for code, p := range map[string]desk.Priority{"low": "low", "normal": "normal", "high": "high", "critical": "urgent"} {
		c.Priorities[string(priorityOf(s, code))] = string(p)
	}
	return s, c
}

func far(change func(*itsm365test.Server, *Config)) func(*testing.T) conntest.Far {
	return func(*testing.T) conntest.Far {
		s, c := installation()
		change(s, c)
		return conntest.Far{
			Config: c, HTTP: s.Transport(), Outbox: s.Outbox,
			Standing: map[desk.Kind]int{desk.KindAgent: 2, desk.KindGroup: 1, desk.KindCategory: 2, desk.KindOrganization: 2},
		}
	}
}

func TestConnector(t *testing.T) {
	for name, change := range map[string]func(*itsm365test.Server, *Config){
		"usual": func(*itsm365test.Server, *Config) {},
		"other habits": func(s *itsm365test.Server, c *Config) {
			s.Layout, c.Dates = "2006-01-02 15:04:05", "yyyy-MM-dd HH:mm:ss"
			s.TalkTouches, c.Deltas = true, ticketsOnly
			c.Names = firstLast
		},
	} {
		if testing.Short() && name != "usual" {
			continue
		}
		t.Run(name, func(t *testing.T) { conntest.Run(t, Spec(), far(change)) })
	}
}
