package pipeline

import (
	"strconv"
	"testing"
	"time"

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
