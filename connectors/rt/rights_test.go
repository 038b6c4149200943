package rt

import (
	"errors"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// An account that may not take a ticket from its owner, or not delete one, is told
// which right it lacks: it is not a value that RT did not like.
func TestRightsThatLack(t *testing.T) {
	s := rttest.New()
	s.Lacks = []string{"ReassignTicket", "DeleteTicket"}
	d := targetAt(t, s, nil)
	ann := create(t, d, &desk.Agent{Meta: desk.Meta{ID: "ann", Mark: "ann"}, Name: "Ann", Email: "ann@desk.test"})
	ben := create(t, d, &desk.Agent{Meta: desk.Meta{ID: "ben", Mark: "ben"}, Name: "Ben", Email: "ben@desk.test"})
	r := ticketOf("1", "hello")
	r.Assignee = desk.Ref{Kind: desk.KindAgent, Target: ann}
	id := create(t, d, r)
	for _, to := range []desk.ID{ben, ""} {
		r.Assignee.Target = to
		if got, err := d.Update(t.Context(), id, r, []string{"assignee"}); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "the right ReassignTicket") {
			t.Errorf("a new owner %q: %+v, %v", to, got, err)
		}
	}
	if err := d.Delete(t.Context(), desk.KindTicket, id); !errors.Is(err, connectors.ErrDenied) {
		t.Errorf("deleting said %v", err)
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, id)
	if err != nil || back.(*desk.Ticket).Assignee.ID != ann {
		t.Errorf("%+v, %v", back, err)
	}
}
