package rt

import (
	"errors"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
)

// An answer in a solved ticket has RT's scrips send an e-mail and open the ticket: in
// whatever order RT tells of it, the e-mail is what matters.
func TestMailIsHeardBesideOtherNoise(t *testing.T) {
	all := []transactionShape{
		{ID: "1", Type: "EmailRecord"}, // somebody's, before we came
		{ID: "2", Type: "Correspond"},
		{ID: "3", Type: "EmailRecord"},
		{ID: "4", Type: "Status", Creator: link{ID: "RT_System"}},
	}
	for range 2 {
		if last, err := heardIn(all, 1); last != 4 || !errors.Is(err, connectors.ErrMailed) || !errors.Is(err, connectors.ErrDenied) {
			t.Errorf("%d, %v", last, err)
		}
		if last, err := heardIn(all, 3); last != 4 || errors.Is(err, connectors.ErrMailed) || !errors.Is(err, connectors.ErrDenied) {
			t.Errorf("%d, %v", last, err)
		}
		if last, err := heardIn(all, 4); last != 4 || err != nil {
			t.Errorf("%d, %v", last, err)
		}
		slices.Reverse(all)
	}
}
