package intercom

import (
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

// A delta brings what changed, what was deleted, and what the search learned late, whether it
// compares seconds or days.
func TestDelta(t *testing.T) {
	for name, set := range map[string]func(*intercomtest.Server){
		"seconds": func(*intercomtest.Server) {}, "days": func(s *intercomtest.Server) { s.Days = true },
		"days of another zone": func(s *intercomtest.Server) { s.Days, s.Zone = true, -11*time.Hour }, "without the list of the deleted": func(s *intercomtest.Server) { s.NoDeleted = true },
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)
			s := intercomtest.New()
			s.Clock, s.Lag = func() time.Time { return now }, 5*time.Minute
			set(s)
			env := envOf(t, s.Transport())
			env.Now = s.Clock
			who := s.AddContact(intercomtest.Contact{Name: "A", Email: "a@a.test"})
			for range 8 {
				s.AddTalk(intercomtest.Talk{Contacts: []string{who}, HTML: "<p>x</p>"})
			}
			s.AddTalk(intercomtest.Talk{Contacts: []string{who}, Ticket: true})
			s.Delete(101) // before anybody looked
			now = now.Add(50 * time.Minute)
			s.AddTalk(intercomtest.Talk{Contacts: []string{who}, HTML: "<p>the last one</p>"}) // up to which it is read
			now = now.Add(10 * time.Minute)
			src := sourceOf(t, configOf(s), env)
			s.AddPart(102, intercomtest.Part{HTML: "<p>not known to the search yet</p>", By: who})
			now = now.Add(time.Minute)
			first, _, end := readAll(t, src, desk.KindTicket, "")
			if len(texts(t, first)) != 9 {
				t.Fatalf("%d at first, want 9", len(texts(t, first)))
			}
			now = now.Add(20 * time.Minute)
			s.Delete(103)
			s.ChangeTalk(104, func(k *intercomtest.Talk) { k.State = "snoozed" })
			s.ChangeTicket(109, func(k *intercomtest.Standing) { k.State = "resolved" })
			now = now.Add(6 * time.Minute)
			delta, _, _ := readAll(t, src, desk.KindTicket, end)
			got := map[desk.ID]*desk.Ticket{}
			for _, r := range delta {
				got[r.About().ID] = r.(*desk.Ticket)
			}
			if got["102"] == nil || len(got["102"].Messages) != 2 || got["104"] == nil || got["104"].Status != desk.StatusPending || got["109"] == nil || got["109"].Status != desk.StatusSolved {
				t.Errorf("the delta has %v", got)
			}
			if gone := got["103"] != nil && got["103"].Deleted; gone == s.NoDeleted || got["101"] != nil {
				t.Errorf("deleted ones: %+v, %+v", got["103"], got["101"])
			}
			if len(got) > 6 {
				t.Errorf("%d were read again", len(got))
			}
		})
	}
}

// A reading that is stopped goes on where it was, whether the search keeps to the order that
// it is asked for or gives the newest first.
func TestReadingGoesOn(t *testing.T) {
	for _, unsorted := range []bool{false, true} {
		s := intercomtest.New()
		s.NoSort = unsorted
		who := s.AddContact(intercomtest.Contact{Name: "A", Email: "a@a.test"})
		for i := range 9 {
			s.AddTalk(intercomtest.Talk{Contacts: []string{who}, HTML: "<p>x</p>", At: time.Now().Add(time.Duration(i-20) * time.Hour)})
		}
		src := sourceOf(t, configOf(s), envOf(t, s.Transport()))
		got, cursor := map[desk.ID]bool{}, connectors.Cursor("")
		for stops := 0; stops < 30 && len(got) < 9; stops++ {
			n := 0
			for it, err := range src.Read(t.Context(), desk.KindTicket, cursor) {
				if err != nil {
					t.Fatal(err)
				}
				got[it.Record.About().ID] = true
				if n++; n == 4+stops/3 {
					cursor = it.Cursor
					break
				}
			}
		}
		if len(got) != 9 {
			t.Errorf("unsorted %t: %d were read of 9", unsorted, len(got))
		}
		_, _, end := readAll(t, src, desk.KindTicket, "")
		if again, _, _ := readAll(t, src, desk.KindTicket, end); len(again) > 1 {
			t.Errorf("unsorted %t: after the end %d come again", unsorted, len(again))
		}
	}
}
