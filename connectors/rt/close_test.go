package rt

import (
	"errors"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// Where the last look finds that RT has sent an e-mail nothing is merged any more.
func TestNothingIsMergedAfterAnEMail(t *testing.T) {
	s := rttest.New()
	d := targetAt(t, s, nil)
	who := create(t, d, &desk.Contact{Meta: desk.Meta{ID: "1", Mark: "c"}, Emails: []string{"olga@kunde.test"}})
	into := create(t, d, ticketOf("into", "two"))
	old := ticketOf("old", "one")
	old.MergedInto = desk.Ref{Kind: desk.KindTicket, Target: into}
	id := create(t, d, old)
	for range lookAtEach { // from then on it does not look after each write
		create(t, d, ticketOf("quiet", "hello"))
	}
	s.Scrips = true
	loud := ticketOf("loud", "hello")
	loud.Requester = desk.Ref{Kind: desk.KindContact, Target: who}
	create(t, d, loud)
	if err := d.Close(); !errors.Is(err, connectors.ErrMailed) {
		t.Errorf("it closes with %v", err)
	}
	if rec, err := d.Source.Fetch(t.Context(), desk.KindTicket, id); err != nil || !rec.(*desk.Ticket).MergedInto.IsZero() {
		t.Errorf("it was merged all the same: %v", err)
	}
}
