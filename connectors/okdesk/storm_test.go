package okdesk

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	lines "github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
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
	Said: func(m *desk.Message, name func(desk.Ref) string) string {
		return fmt.Sprintf("%q %q %v %v %s", m.Text, m.HTML, m.At.UTC(), m.Note, name(m.Author))
	},
}

// Whatever fails on the way into Okdesk, also answers lost after it acted: in the end it
// holds what the origin does, nothing lost, nothing twice, and nobody mailed.
func TestStormInto(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 2, 4)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormInto(t, seed) }) })
	}
}

func stormInto(t *testing.T, seed uint64) {
	s := okdesktest.New()
	s.AddEmployee(okdesktest.Person{Last: "Иванова", First: "Анна", Email: "anna@desk.test", Groups: []int64{s.AddGroup("Первая линия")}})
	s.AddParameter("issues", okdesktest.Parameter{Code: "deskhaul", Name: "Метка", Type: "ftstring"})
	s.Attributes = seed%3 == 1
	s.Steps = map[string][]string{"opened": {"completed", "delayed"}, "delayed": {"opened", "completed"}, "completed": {"closed", "opened"}, "closed": {"opened"}}
	w := weather.Storm(seed, weather.Read, weather.Write)
	src := origin(30)
	c := configOf(s)
	c.Settling, c.Through, c.PerMinute = "3m", map[string]string{"closed": "completed"}, 6000
	if seed%6 == 1 {
		c.Uploads = asAttributes // else it is found out
	}
	if seed%2 == 0 {
		c.Mark = "deskhaul"
	}
	h := weather.NewHaul(t, w)
	h.Source = src
	h.Reads, _ = mem.Spec().CapsOf(src)
	_, h.Writes = Spec().CapsOf(c)
	h.Target = targetOf(t, c, envOf(t, lines.To(w.Over(s))))
	h.Settle(t, 14)
	if d := cmp.Diff(view.Of(t, src), view.Of(t, sourceOf(t, c, envOf(t, s.Transport())))); d != "" {
		t.Error(d)
	}
	if n := s.Counts(); n["issues"] != 30 || n["contacts"] != 4 || n["companies"] != 1 {
		t.Errorf("the account holds %v", n)
	}
	if sent := s.Outbox(); len(sent) > 0 {
		t.Errorf("people were mailed: %q", sent)
	}
	w.WantAll(t)
}
