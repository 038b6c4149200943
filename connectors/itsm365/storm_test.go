package itsm365

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	lines "github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// origin is a desk of so many tickets.
func origin(tickets int) *mem.Desk {
	return weather.Origin(tickets, desk.Agent{Name: "Иванова Анна", Email: "anna@desk.test"}, "Первая линия", func(_ int, tk *desk.Ticket) {
		tk.Type = "incident"
	})
}

// view is what of a desk comes to be in the far one.
var view = weather.View{
	Cover: func(tk *desk.Ticket, name func(desk.Ref) string) string {
		return fmt.Sprint(tk.Status, " ", tk.Priority, " ", tk.Type, " by ", name(tk.Requester), " for ", name(tk.Assignee))
	},
	Said: func(m *desk.Message, _ func(desk.Ref) string) string {
		return fmt.Sprintf("%q %q %v %v", m.Text, m.HTML, m.At.UTC(), m.Note)
	},
}

// Whatever fails on the way into Naumen Service Desk, also answers lost after it acted: in the end it
// holds what the origin does, nothing lost, nothing twice, and nobody mailed.
func TestStormInto(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 2, 4)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormInto(t, seed) }) })
	}
}

func stormInto(t *testing.T, seed uint64) {
	s, c := installation()
	s.Add("team$team", map[string]any{"title": "Первая линия"})
	s.Add("employee$employee", map[string]any{"lastName": "Иванова", "firstName": "Анна", "email": "anna@desk.test"})
	s.Steps = map[string][]string{"registered": {"inprogress"}, "inprogress": {"waiting", "resolved"}, "waiting": {"inprogress"}, "resolved": {"closed", "inprogress"}, "closed": {}}
	s.WithState = map[string][]string{"resolved": {"solution"}}
	s.AddAttribute("serviceCall", itsm365test.Attribute{Code: "solution", Title: "Решение", Type: itsm365test.Text})
	c.Types["incident"] = "serviceCall$incident"
	w := weather.Storm(seed, weather.Read, weather.Write)
	w.Reads = itsm365test.Reads
	src := origin(30)
	c.Settling, c.PerMinute, c.wait = "3m", 6000, 0
	c.Through = map[string]string{"resolved": "inprogress", "waiting": "inprogress", "closed": "resolved"}
	c.WithState = map[string]map[string]string{"resolved": {"solution": "See the comments"}}
	h := weather.NewHaul(t, w)
	h.Source = src
	h.Reads, _ = mem.Spec().CapsOf(src)
	_, h.Writes = Spec().CapsOf(c)
	target, err := newTarget(c, envOf(t, lines.To(w.Over(s))))
	if err != nil {
		t.Fatal(err)
	}
	h.Target = target
	h.Settle(t, 14)
	if d := cmp.Diff(view.Of(t, src), view.Of(t, sourceOf(t, c, envOf(t, s.Transport())))); d != "" {
		t.Error(d)
	}
	files := 0
	for _, tk := range ticketsOf(t, sourceOf(t, c, envOf(t, s.Transport()))) {
		for _, m := range tk.Messages {
			files += len(m.Files)
		}
	}
	if n := len(s.Objects("serviceCall")); n != 30 {
		t.Errorf("there are %d tickets", n)
	}
	if n := len(s.Objects("file")); n != files {
		t.Errorf("%d files hang on tickets, of which messages have %d", n, files)
	}
	if n := len(s.Objects("employee")); n != 7 {
		t.Errorf("there are %d employees", n)
	}
	if sent := s.Outbox(); len(sent) > 0 {
		t.Errorf("people were mailed: %q", sent)
	}
	w.WantAll(t)
}
