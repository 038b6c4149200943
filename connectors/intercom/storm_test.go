package intercom

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	lines "github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// origin is a desk of so many tickets.
func origin(tickets int) *mem.Desk {
	return weather.Origin(tickets, desk.Agent{Name: "Ann", Email: "aiko@desk.example.com"}, "Второй уровень", func(i int, tk *desk.Ticket) {
		tk.Channel, tk.Tags, tk.Status = "email", []string{"a", "b"}, desk.Statuses[i%4]
		for j := range tk.Messages {
			m := &tk.Messages[j]
			if m.Note {
				m.Author = desk.To(desk.KindAgent, "a")
			}
			if i == 7 {
				weather.Attach(m, 12) // more than a call takes
			}
		}
	})
}

// view is what of a desk comes to be in the far one.
var view = weather.View{
	Cover: func(tk *desk.Ticket, name func(desk.Ref) string) string {
		return fmt.Sprint(tk.Status, " ", tk.Priority, " ", slices.Sorted(slices.Values(tk.Tags)), " by ", name(tk.Requester), " for ", name(tk.Assignee), " in ", name(tk.Group))
	},
	Said: func(m *desk.Message, name func(desk.Ref) string) string {
		return fmt.Sprintf("%q %v %v %s", strings.Join(strings.Fields(m.Text), " "), m.At.UTC(), m.Note, name(m.Author))
	},
}

// Whatever fails on the way into Intercom, also answers lost after it acted: in the end it
// holds what the origin does, nothing lost, nothing twice, and nobody mailed.
func TestStormInto(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 2, 4)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormInto(t, seed) }) })
	}
}

func stormInto(t *testing.T, seed uint64) {
	s := account()
	s.Lag, s.Paragraphs, s.Days, s.OneCompany = 2*time.Minute, seed%2 == 0, seed%2 == 1, seed%2 == 0
	w := weather.Storm(seed, weather.Read, weather.Write)
	src := origin(30)
	c := configOf(s)
	c.SearchLag, c.Tags, c.Priority = 3*time.Minute, "Tags", "Priority"
	c.Leftovers = []string{"", leftMark}[seed/2%2]
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
	time.Sleep(time.Hour) // until the search knows all
	if d := cmp.Diff(view.Of(t, src), view.Of(t, sourceOf(t, c, envOf(t, s.Transport())))); d != "" {
		t.Error(d)
	}
	if n := s.Counts(); n["tickets"] != 30 || n["contacts"] != 4 || n["companies"] != 1 {
		t.Errorf("the workspace holds %v", n)
	}
	if sent := s.Outbox(); len(sent) > 0 {
		t.Errorf("people were mailed: %q", sent)
	}
	w.WantAll(t)
}
