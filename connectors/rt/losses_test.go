package rt

import (
	"testing"
)

// What RT says that it did, or of another field, is no reason for what it did not do.
func TestLossesNameTheirReason(t *testing.T) {
	want, got := ticketOf("lamp"), ticketOf("lamp")
	got.Subject = "lam"
	said := []string{"Ticket 81: Due changed from Not set to Not set", "Ticket 81: That user may not own tickets in that queue", "Subject is too long"}
	if l := losses(want, got, []string{"subject"}, said); len(l) != 1 || l[0].Detail != "RT did not take subject of ticket lamp as it is: Subject is too long" {
		t.Errorf("%+v", l)
	}
}
