package pipeline

import (
	"strconv"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// What is done with the losses and messages of one ticket must not take time that grows with
// their square: the benchmarks below say how long so many take.

// lossesOf gathers so many losses of messages.
func lossesOf(tb testing.TB, n int) {
	var all []connectors.Loss
	for i := range n {
		all = append(all, connectors.Loss{Field: "message.author", Message: desk.ID(strconv.Itoa(i)), Detail: "x"})
	}
	if out := byField(all); len(out) != len(all) {
		tb.Errorf("%d", len(out))
	}
}

func TestLossesOfALongTicket(t *testing.T) { lossesOf(t, 300) }

func BenchmarkLossesOfALongTicket(b *testing.B) {
	for b.Loop() {
		lossesOf(b, 30_000)
	}
}

// matched finds so many messages again, half of them by their ids.
func matched(tb testing.TB, n int) {
	var there []desk.Message
	for i := range n {
		there = append(there, desk.Message{ID: desk.ID(strconv.Itoa(i)), Mark: "m" + strconv.Itoa(i)})
	}
	m := newMatcher(there, true)
	for i := range there {
		if i%2 == 0 {
			m.take(there[i].ID)
		} else if id, found, _ := m.match(&desk.Message{Mark: there[i].Mark}); !found || id != there[i].ID {
			tb.Fatal(id)
		}
	}
	if len(m.free) > 0 {
		tb.Errorf("%d are left", len(m.free))
	}
}

func TestMatchingOfALongTicket(t *testing.T) { matched(t, 300) }

func BenchmarkMatchingOfALongTicket(b *testing.B) {
	for b.Loop() {
		matched(b, 10_000)
	}
}

// editsOf tells which of so many messages were edited: one.
func editsOf(tb testing.TB, n int) {
	i := &inspection{task: &task{rec: new(desk.Ticket), seen: Seen{Messages: map[desk.ID]checkpoints.Row{}}, sourcePrints: map[desk.ID]string{}}}
	for k := range n {
		id := desk.ID(strconv.Itoa(k))
		i.sourcePrints[id] = "0123456789"
		i.seen.Messages[id] = checkpoints.Row{}
	}
	i.seen.Messages["7~01234567"] = checkpoints.Row{}
	for id := range i.sourcePrints {
		if edited, _ := i.edited(id); edited != (id == "7") {
			tb.Fatal(id)
		}
	}
}

func TestEditsOfALongTicket(t *testing.T) { editsOf(t, 300) }

func BenchmarkEditsOfALongTicket(b *testing.B) {
	for b.Loop() {
		editsOf(b, 10_000)
	}
}
