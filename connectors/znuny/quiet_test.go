package znuny

import (
	"errors"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
	"github.com/deskhaul/deskhaul/desk"
)

// A notification that was forgotten is heard with the first ticket, and nothing more is
// written.
func TestRunStopsAtTheFirstEMail(t *testing.T) {
	for name, loud := range map[string]func(*znunytest.Server){
		"owner":         func(s *znunytest.Server) { s.Loud["NotificationOwnerUpdate"] = true },
		"customer":      func(s *znunytest.Server) { s.Loud["ArticleCreate"] = true },
		"auto response": func(s *znunytest.Server) { s.AutoResponses["Misc"] = []string{"auto remove"} },
	} {
		t.Run(name, func(t *testing.T) {
			s := znunytest.New()
			s.AddUser("ann")
			loud(s)
			target := targetOf(t, configOf(), envOf(t, s.Transport()))
			ticket := &desk.Ticket{Subject: "x", Requester: desk.Ref{Kind: desk.KindContact, Target: "a@a.test"}, Assignee: desk.Ref{Kind: desk.KindAgent, Target: "ann"}, Messages: []desk.Message{{ID: "m", Text: "x"}}}
			got, err := target.Create(t.Context(), ticket)
			if !errors.Is(err, connectors.ErrMailed) || !errors.Is(err, connectors.ErrUnsure) {
				t.Errorf("it was not heard: %v", err)
			}
			if _, err := target.Create(t.Context(), ticket); !errors.Is(err, connectors.ErrMailed) {
				t.Errorf("it goes on: %v", err)
			}
			if n := len(s.Standing()); n != 1 || len(s.Outbox()) != 1 {
				t.Errorf("%d tickets, mails %q", n, s.Outbox())
			}
			if mails, err := target.Mails(t.Context(), got.ID); err != nil || len(mails) != 1 {
				t.Errorf("the record of e-mails says %q, %v", mails, err)
			}
		})
	}
}

// Nothing is written where nobody said that Znuny is quiet.
func TestUndeclaredIsRefused(t *testing.T) {
	c := configOf()
	c.Quiet = ""
	if _, err := newTarget(c, envOf(t, znunytest.New().Transport())); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "Ticket Notifications") {
		t.Errorf("%v", err)
	}
}
