package rt

import (
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// When a ticket was made RT takes with a new one alone: that of one which stands is
// foreseen as lost, and is.
func TestDateOfStandingTicketIsLost(t *testing.T) {
	d := targetAt(t, rttest.New(), nil)
	ticket := ticketOf("lamp", "It is dark.")
	ticket.Created = time.Date(2021, 3, 1, 12, 0, 0, 0, time.UTC)
	id := create(t, d, ticket)
	ticket.Created = ticket.Created.AddDate(0, -1, 0)
	foreseen, err := d.Foresee(t.Context(), connectors.Write{Record: ticket, ID: id, Fields: []string{"created"}})
	if err != nil || len(foreseen) != 1 || foreseen[0].Field != "created" {
		t.Errorf("foreseen %+v, %v", foreseen, err)
	}
	got, err := d.Update(t.Context(), id, ticket, []string{"created"})
	if err != nil || len(got.Losses) != 1 || got.Losses[0].Field != "created" {
		t.Errorf("lost %+v, %v", got.Losses, err)
	}
}

// What RT says that it did, or of another field, is no reason for what it did not do.
func TestLossesNameTheirReason(t *testing.T) {
	want, got := ticketOf("lamp"), ticketOf("lamp")
	got.Subject = "lam"
	said := []string{"Ticket 81: Due changed from Not set to Not set", "Ticket 81: That user may not own tickets in that queue", "Subject is too long"}
	if l := losses(want, got, []string{"subject"}, said); len(l) != 1 || l[0].Detail != "RT did not take subject of ticket lamp as it is: Subject is too long" {
		t.Errorf("%+v", l)
	}
}
