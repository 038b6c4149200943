package rt

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// askedFor tells how often each path below a beginning is asked for.
func askedFor(beginning string, asked *sync.Map) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if path, ok := strings.CutPrefix(r.URL.Path, beginning); ok {
				n, _ := asked.LoadOrStore(path, 0)
				asked.Store(path, n.(int)+1)
			}
			h.ServeHTTP(w, r)
		})
	}
}

func kinds(t *testing.T, src *Source, kind desk.Kind) map[desk.ID]desk.Record {
	t.Helper()
	got := map[desk.ID]desk.Record{}
	for item, err := range src.Read(t.Context(), kind, "") {
		if err != nil {
			t.Fatal(err)
		}
		got[item.Record.About().ID] = item.Record
	}
	return got
}

// Who is an agent is known whether RT tells all of them at once, as it did until October
// 2026, or has to be asked for each person who comes up: of whom it is asked once.
func TestWhoIsAnAgent(t *testing.T) {
	for name, lax := range map[string]bool{"each": false, "at once": true} {
		t.Run(name, func(t *testing.T) {
			s := rttest.New()
			s.Lax = lax
			var asked sync.Map
			url := s.Start(t.Cleanup, askedFor("/REST/2.0/user/", &asked))
			d := targetOf(t, &Config{URL: url, Token: rttest.Token, Quiet: "scrips"})
			ann := create(t, d, &desk.Agent{Meta: desk.Meta{ID: "a", Mark: "a"}, Name: "Ann", Email: "ann@desk.test"})
			olga := create(t, d, &desk.Contact{Meta: desk.Meta{ID: "o", Mark: "o"}, Name: "Olga", Emails: []string{"olga@kunde.test"}})
			for _, id := range []string{"1", "2", "3"} {
				r := ticketOf(id, "dark")
				r.Assignee, r.Requester = desk.Ref{Kind: desk.KindAgent, Target: ann}, desk.Ref{Kind: desk.KindContact, Target: olga}
				create(t, d, r)
			}
			asked.Clear()
			src := targetOf(t, &Config{URL: url, Token: rttest.Token, Quiet: "scrips"}).Source
			tickets, agents := kinds(t, src, desk.KindTicket), kinds(t, src, desk.KindAgent)
			for id, r := range tickets {
				if r := r.(*desk.Ticket); r.Assignee != desk.To(desk.KindAgent, ann) || r.Requester != desk.To(desk.KindContact, olga) {
					t.Errorf("ticket %s: %+v, %+v", id, r.Assignee, r.Requester)
				}
			}
			if len(tickets) != 3 || agents[ann] == nil || agents[olga] != nil {
				t.Errorf("%d tickets, agents %v", len(tickets), agents)
			}
			asked.Range(func(path, n any) bool {
				if n != 1 {
					t.Errorf("user/%s was asked for %d times", path, n)
				}
				return true
			})
			if r, err := src.Fetch(t.Context(), desk.KindContact, ann); err == nil {
				t.Errorf("an agent as a contact: %+v", r)
			}
		})
	}
}
