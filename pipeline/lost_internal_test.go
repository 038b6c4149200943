package pipeline

import (
	"strconv"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// The losses of a ticket of many messages take no time that grows with their square.
func TestLossesOfALongTicket(t *testing.T) {
	var all []connectors.Loss
	for n := range 30_000 {
		all = append(all, connectors.Loss{Field: "message.author", Message: desk.ID(strconv.Itoa(n)), Detail: "x"})
	}
	began := time.Now()
	if out := byField(all); len(out) != len(all) {
		t.Errorf("%d", len(out))
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %s", took)
	}
}

// Nor does it to find the messages of such a ticket again.
func TestMatchingOfALongTicket(t *testing.T) {
	var there []desk.Message
	for n := range 10_000 {
		there = append(there, desk.Message{ID: desk.ID(strconv.Itoa(n)), Mark: "m" + strconv.Itoa(n)})
	}
	began, m := time.Now(), newMatcher(there, true)
	for n := range there {
		if n%2 == 0 {
			m.take(there[n].ID)
		} else if id, found, _ := m.match(&desk.Message{Mark: there[n].Mark}); !found || id != there[n].ID {
			t.Fatal(id)
		}
	}
	if took := time.Since(began); took > time.Second || len(m.free) > 0 {
		t.Errorf("it took %s, and %d are left", took, len(m.free))
	}
}

// Nor to tell which of them were edited.
func TestEditsOfALongTicket(t *testing.T) {
	i := &inspection{task: &task{rec: new(desk.Ticket), seen: Seen{Messages: map[desk.ID]checkpoints.Row{}}, sourcePrints: map[desk.ID]string{}}}
	for n := range 10_000 {
		id := desk.ID(strconv.Itoa(n))
		i.sourcePrints[id] = "0123456789"
		i.seen.Messages[id] = checkpoints.Row{}
	}
	i.seen.Messages["7~01234567"] = checkpoints.Row{}
	began := time.Now()
	for id := range i.sourcePrints {
		if edited, _ := i.edited(id); edited != (id == "7") {
			t.Fatal(id)
		}
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %s", took)
	}
}
