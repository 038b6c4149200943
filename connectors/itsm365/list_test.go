package itsm365

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/desk"
)

// While the list moves under it, a reading loses nothing and gives nothing twice: others are
// deleted and made between its pages.
func TestListMoves(t *testing.T) {
	for name, restless := range map[string]bool{"still": false, "restless": true} {
		t.Run(name, func(t *testing.T) {
			s := itsm365test.New()
			s.Restless = restless
			want := map[string]bool{}
			var goes []string
			for i := range 20 {
				subject := fmt.Sprint("№ ", i)
				id := s.Add("serviceCall$serviceCall", map[string]any{"shortDescr": subject})
				if i%6 == 1 {
					goes = append(goes, id)
				} else {
					want[subject] = true
				}
			}
			s.Fault = func(r *http.Request) (f itsm365test.Fault) {
				if strings.Contains(r.URL.Path, "/find/serviceCall") && r.URL.Query().Get("offset") != "0" && len(goes) > 0 {
					s.Delete(goes[0])
					goes = goes[1:]
				}
				return f
			}
			records, _ := readAll(t, sourceOf(t, configOf(s), envOf(t, s.Transport())), desk.KindTicket, "")
			for _, r := range records {
				subject := r.(*desk.Ticket).Subject
				if !want[subject] {
					t.Errorf("%s is there twice, or was deleted", subject)
				}
				delete(want, subject)
			}
			if len(want) > 0 {
				t.Errorf("missing: %v", want)
			}
		})
	}
}

// Many tickets that are taken away between the list and the reading cost one list more, not
// one each.
func TestManyAreGone(t *testing.T) {
	s := itsm365test.New()
	var all []string
	for i := range 9 {
		all = append(all, s.Add("serviceCall$serviceCall", map[string]any{"shortDescr": fmt.Sprint("№ ", i)}))
	}
	var mu sync.Mutex
	lists := 0
	s.Fault = func(r *http.Request) (f itsm365test.Fault) {
		mu.Lock()
		defer mu.Unlock()
		if strings.Contains(r.URL.Path, "/find/serviceCall") {
			lists++
		}
		if strings.Contains(r.URL.Path, "/get/serviceCall") {
			for _, id := range all[1:] {
				s.Delete(id)
			}
			all = all[:1]
		}
		return f
	}
	c := configOf(s)
	c.page = 0 // a list is one page
	if records, _ := readAll(t, sourceOf(t, c, envOf(t, s.Transport())), desk.KindTicket, ""); len(records) > 1 {
		t.Errorf("%d tickets, one is left", len(records))
	}
	if lists != 2 {
		t.Errorf("%d lists, want 2", lists)
	}
}
