package rt

import (
	"errors"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// Without writing it can be seen whether RT mailed about the last message that there is,
// by whatever account; of an empty RT nothing can.
func TestProbeSeesWhetherTheLastMessageWasMailed(t *testing.T) {
	s := rttest.New()
	d := targetAt(t, s, nil)
	probe := func(looked bool, loud int, found string) {
		t.Helper()
		p, err := d.Probe(t.Context())
		if err != nil || p.Looked != looked || len(p.Loud) != loud || !strings.Contains(p.Found, found) {
			t.Errorf("%+v %v", p, err)
		}
	}
	probe(false, 0, "There is no message yet")
	s.Scrips = true
	who := create(t, d, &desk.Contact{Meta: desk.Meta{ID: "1", Mark: "c"}, Emails: []string{"olga@kunde.test"}})
	r := ticketOf("loud", "hello")
	r.Requester = desk.Ref{Kind: desk.KindContact, Target: who}
	if _, err := d.Create(t.Context(), r); !errors.Is(err, connectors.ErrMailed) || !errors.Is(err, connectors.ErrDenied) {
		t.Errorf("create said %v", err)
	}
	probe(true, 1, "RT sent an e-mail after the last message there (ticket 1, ")
	s.Ordinary = true
	probe(true, 1, "RT sent an e-mail after the last message there (ticket 1, ")
	s.Turn(false)
	d = targetAt(t, s, nil)
	create(t, d, ticketOf("2", "hello"))
	probe(true, 0, "RT noted no e-mail after the last message there (ticket 2, ")
	for ticket, want := range map[desk.ID]int{"1": 1, "2": 0} {
		if mails, err := d.Mails(t.Context(), ticket); err != nil || len(mails) != want {
			t.Errorf("ticket %s: %q %v", ticket, mails, err)
		}
	}
}
