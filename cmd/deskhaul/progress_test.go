package main

import (
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func TestPace(t *testing.T) {
	for want, of := range map[string]struct {
		tickets int64
		spent   time.Duration
	}{
		"40 tickets a second": {400, 10 * time.Second},
		"6 tickets a minute":  {48, 8 * time.Minute},
	} {
		if got := pace(of.tickets, of.spent); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestPromisesOfOneWithoutAny(t *testing.T) {
	want := "           writes tickets (silent with its setting only)\n"
	if got := promises("writes", &connectors.Caps{Kinds: []desk.Kind{desk.KindTicket}}); got != want {
		t.Errorf("%q", got)
	}
	if got := promises("reads", &connectors.Caps{Kinds: []desk.Kind{desk.KindTicket}}); got != "           reads tickets\n" {
		t.Errorf("%q", got)
	}
}
