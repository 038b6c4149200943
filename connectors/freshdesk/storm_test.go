package freshdesk

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	lines "github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// origin is a desk of so many tickets.
func origin(tickets int) *mem.Desk {
	return weather.Origin(tickets, desk.Agent{Name: "Ann", Email: "ann@desk.test"}, "Первая линия", func(_ int, tk *desk.Ticket) {
		tk.Channel, tk.Tags = "email", []string{"a", "b"}
	})
}

// view is what of a desk comes to be in the far one.
var view = weather.View{
	Cover: func(tk *desk.Ticket, name func(desk.Ref) string) string {
		return fmt.Sprint(tk.Status, " ", tk.Priority, " ", slices.Sorted(slices.Values(tk.Tags)), " by ", name(tk.Requester), " for ", name(tk.Assignee))
	},
	Said: func(m *desk.Message, name func(desk.Ref) string) string {
		return fmt.Sprintf("%q %q %v %v %s", m.Text, m.HTML, m.At.UTC(), m.Note, name(m.Author))
	},
}

// Whatever fails on the way into Freshdesk, also answers lost after it acted: in the
// end it holds what the origin does, nothing lost, nothing twice, and nobody mailed.
func TestStormInto(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 2, 4)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormInto(t, seed) }) })
	}
}

func stormInto(t *testing.T, seed uint64) {
	s := freshdesktest.New()
	s.AddAgent("Ann", "ann@desk.test")
	s.Lag = 2 * time.Minute
	w := weather.Storm(seed, weather.Read, weather.Write)
	w.Totals = true
	src := origin(30)
	c := configOf(s)
	c.SearchLag = 3 * time.Minute
	c.Leftovers = []string{"", leftNote}[seed%2]
	h := weather.NewHaul(t, w)
	h.Source = src
	h.Reads, _ = mem.Spec().CapsOf(src)
	_, h.Writes = Spec().CapsOf(c)
	target, err := newTarget(c, envOf(t, lines.To(w.Over(s))))
	if err != nil {
		t.Fatal(err)
	}
	h.Target = target
	h.Settle(t, 12)
	if d := cmp.Diff(view.Of(t, src), view.Of(t, sourceOf(t, configOf(s), envOf(t, s.Transport())))); d != "" {
		t.Error(d)
	}
	if n := s.Counts(); n["tickets"] != 30 || n["contacts"] != 4 || n["companies"] != 1 || n["groups"] != 1 {
		t.Errorf("the account holds %v", n)
	}
	if sent := s.Outbox(); len(sent) > 0 {
		t.Errorf("people were mailed: %q", sent)
	}
	w.WantAll(t)
}
