package pipeline

import (
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// A ticket came in bulk, with a message whose id nobody was told and that has no mark;
// one that came later has both. Each is found, and what others wrote is not taken for it.
func TestMarkedAndUnmarkedAreFound(t *testing.T) {
	first, later := desk.Message{ID: "a", Mark: "dh-a", Text: "The lamp is dark."}, desk.Message{ID: "b", Mark: "dh-b", Text: "It shines again."}
	there := []desk.Message{{ID: "1", Text: "Thank you."}, {ID: "2", Text: first.Text}, {ID: "3", Mark: later.Mark, Text: later.Text}}
	i := &inspection{task: &task{seen: Seen{Messages: map[desk.ID]checkpoints.Row{"b": {Target: "3"}}}}}
	place, free := map[desk.ID]int{"1": 0, "2": 1, "3": 2}, newMatcher(there, false)
	for n, m := range []*desk.Message{&first, &later} {
		if at, found, _ := i.find(m, free, place); !found || at != n+1 {
			t.Errorf("%s: found %v, at %d", m.ID, found, at)
		}
	}
	if len(free.free) != 1 || free.free[0].ID != "1" {
		t.Errorf("others wrote %+v", free.free)
	}
}
