package assess_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/assess"
	"github.com/deskhaul/deskhaul/desk"
)

// A clock that was wrong makes no year to cut at, no lifetime and no forecast.
func TestWrongClocks(t *testing.T) {
	rs := []desk.Record{
		asked("1", "c1", monday, time.Hour), asked("2", "c1", monday.AddDate(-1, 0, 0), time.Hour),
		asked("3", "c1", time.Unix(0, 0), 56*365*24*time.Hour), asked("4", "c1", monday.AddDate(70, 0, 0), time.Hour),
	}
	a := surveyed(t, assess.Options{}, rs...)
	if c := a.Volume.Cuts; len(a.Volume.Years) != 4 || len(c) != 2 || c[0].Since != "2026-01-01" || c[0].Kept.Tickets != 2 {
		t.Errorf("%+v", c)
	}
	if l := a.Life; l.Over[len(l.Over)-1].Days > 1 || l.Period > 366 {
		t.Errorf("%+v", l)
	}
}

// What a source gives in another order than that of time is counted in that of time.
func TestMessagesInTheOrderOfTime(t *testing.T) {
	x := asked("1", "c1", monday, time.Hour, time.Hour, 5*time.Hour)
	x.Messages[0], x.Messages[3] = x.Messages[3], x.Messages[0]
	a := surveyed(t, assess.Options{}, x)
	if f := a.Service.FirstResponse; f.Mean != 3600 {
		t.Errorf("the first answer came after %v s", f.Mean)
	}
	if d := a.Life.Over[0].Days; d != 8.0/24 {
		t.Errorf("it was over after %v days", d)
	}
}

// One who is in To and in Cc was written to once; who writes is no door.
func TestDoorsCountMessages(t *testing.T) {
	x, y := asked("1", "c1", monday, time.Hour), asked("2", "c2", monday)
	x.Messages[0].CC = append(x.Messages[0].To, desk.Address{Email: "c2@customer.example"}, desk.Address{Email: "LIST@lists.example"})
	d := surveyed(t, assess.Options{}, x, y).Doors
	if len(d.Addresses) != 1 || d.Addresses[0].Count != 2 || len(d.Elsewhere) != 1 || d.Elsewhere[0].Name != "list@lists.example" {
		t.Errorf("%+v", d)
	}
}

// Where nobody is known as an agent it is said, with where the answers come from.
func TestNobodyIsKnownAsAnAgent(t *testing.T) {
	var rs []desk.Record
	for i := range 12 {
		x := asked(fmt.Sprint(i), fmt.Sprint("c", i), monday, time.Hour)
		x.Messages[1].Author = desk.To(desk.KindContact, "ann")
		rs = append(rs, x)
	}
	if f := flawIn(surveyed(t, assess.Options{}, rs...), assess.NoAgent); f.Count != 12 || len(f.Examples) != 1 || f.Examples[0].ID != "@acme.example" {
		t.Errorf("%+v", f)
	}
	rs = append(rs, asked("a", "c1", monday, time.Hour))
	if f := flawIn(surveyed(t, assess.Options{}, rs...), assess.NoAgent); f.Count != 0 {
		t.Errorf("there is an agent: %+v", f)
	}
}

// Companies that are written in two ways are told, and numbers that reach nobody.
func TestNamesAndNumbers(t *testing.T) {
	org := func(id, name string) desk.Record {
		return &desk.Organization{Meta: desk.Meta{ID: desk.ID(id)}, Name: name}
	}
	caller := func(id string, phones ...string) desk.Record {
		c := contact(id, id+"@customer.example")
		c.Phones = phones
		return c
	}
	a := surveyed(t, assess.Options{}, org("1", "ООО \"Ромашка\""), org("2", "ооо ромашка"), org("3", "Acme Ltd."), org("4", "Acme, LTD"), org("5", "ООО"), org("6", "Other"),
		caller("a", "+7 (495) 123-45-67"), caller("b", "нет"), caller("c", "+7 916 ????", "8 916 000 00 00"))
	if f := flawIn(a, assess.SameOrganization); f.Count != 4 || len(f.Examples) != 2 {
		t.Errorf("%+v", f)
	}
	if f := flawIn(a, assess.NoNumber); f.Count != 2 || a.Doors.Phones != 2 {
		t.Errorf("%+v, and %d with a number", f, a.Doors.Phones)
	}
}

// An agent's tickets are those that they have and those that they wrote in, each once.
func TestTicketsOfAgents(t *testing.T) {
	x := asked("1", "c1", monday, time.Hour, time.Hour, time.Hour)
	x.Assignee = desk.To(desk.KindAgent, "ann")
	y := asked("2", "c1", monday, time.Hour)
	y.Assignee = desk.To(desk.KindAgent, "bob")
	p := surveyed(t, assess.Options{}, x, y).People.Agents
	if len(p) != 2 || p[0].Tickets != 2 || p[0].Messages != 3 || p[1].Tickets != 1 {
		t.Errorf("%+v", p)
	}
}

// Cyrillic letters that were read as windows-1252 are told, in columns too.
func TestCyrillicReadAsLatin(t *testing.T) {
	x, y := asked("1", "c1", monday), asked("2", "c1", monday)
	x.Subject = "Çàÿâêà"
	y.SetField("Ñòàòóñ", "Íîâàÿ")
	if f := flawIn(surveyed(t, assess.Options{}, x, y), assess.Lies); f.Count != 2 {
		t.Errorf("%+v", f)
	}
}

// An agent of whom nothing but the name is known is told.
func TestAgentsWithoutAnAddress(t *testing.T) {
	agent := func(id, email string) desk.Record {
		return &desk.Agent{Meta: desk.Meta{ID: desk.ID(id)}, Name: id, Email: email}
	}
	f := flawIn(surveyed(t, assess.Options{}, agent("ann", "ann@acme.example"), agent("Somebody", "")), assess.NoAddress)
	if f.Count != 1 || f.Of != 2 || f.Examples[0].ID != "Somebody" {
		t.Errorf("%+v", f)
	}
}

// A field that no record fills in is told too.
func TestFieldThatNobodyFillsIn(t *testing.T) {
	s, err := assess.New(assess.Options{Temp: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // of a test
	s.Knows(desk.KindTicket, "empty")
	for i := range 100 {
		if err := s.Add(t.Context(), asked(fmt.Sprint(i), "c1", monday)); err != nil {
			t.Fatal(err)
		}
	}
	a, err := s.Result(t.Context())
	if err != nil || len(a.Labels.Fields) != 1 || a.Labels.Fields[0].Filled != 0 || flawIn(a, assess.UnusedField).Count != 1 {
		t.Errorf("%+v, %v", a.Labels.Fields, err)
	}
}

// Quiet times begin at full hours of the team's clock, in the middle of the quiet; of a
// helpdesk without a message none is told.
func TestQuietTimesOfTheTeamsClock(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Kathmandu")
	if err != nil {
		t.Fatal(err)
	}
	var rs []desk.Record
	for i := range 7 * 14 { // from eight to ten at night
		rs = append(rs, asked(fmt.Sprint(i), "c1", time.Date(2026, 3, 2+i%7, 8+i/7, 0, 0, 0, zone)))
	}
	now := time.Date(2026, 6, 3, 12, 20, 0, 0, time.UTC)
	w := surveyed(t, assess.Options{Now: now, Zone: zone, Hours: 2}, rs...).Rhythm.Windows
	if len(w) == 0 || w[0].From.Minute() != 0 || w[0].From.Hour() > 5 {
		t.Errorf("%v", w)
	}
	r := surveyed(t, assess.Options{Now: now}, contact("c1")).Rhythm
	if len(r.Windows) != 0 || r.By != "nobody" {
		t.Errorf("%+v", r)
	}
}
