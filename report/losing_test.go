package report

import (
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// A ticket that is left out loses nothing, and is none of those of which some do: a plan of
// an account with a full trash would else promise too much.
func TestLosingIsOfWhatGoes(t *testing.T) {
	p := &Plan{Hops: []PlannedHop{{Last: true, Kinds: map[desk.Kind]Planned{desk.KindTicket: {Read: 5, Create: 3, Skip: 2}}}}}
	p.Losing.Tickets, p.Losses = 3, []Loss{{Count: 4}}
	p.Complete()
	if got, want := p.Losing.String(), "3 of 3 tickets lose something: 4 things are lost."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
