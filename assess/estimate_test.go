package assess_test

import (
	"fmt"
	"testing"

	"github.com/deskhaul/deskhaul/assess"
	"github.com/deskhaul/deskhaul/desk"
)

// Tickets without a message take room too: 240 of them, with 60 people, took 1.1 MB.
func TestDiskOfTicketsWithoutMessages(t *testing.T) {
	var rs []desk.Record
	for i := range 240 {
		x := asked(fmt.Sprint(i), "c1", monday)
		x.Messages = nil
		rs = append(rs, x)
	}
	for i := range 60 {
		rs = append(rs, contact(fmt.Sprint("c", i)))
	}
	a := surveyed(t, assess.Options{}, rs...)
	a.Weigh(nil, nil)
	if d := a.Effort.Disk; d < 1_100_000 || d > 3_000_000 {
		t.Errorf("it is estimated to take %d bytes", d)
	}
}
