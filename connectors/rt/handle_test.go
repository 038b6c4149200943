package rt

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// A user whose name is a number, such as that of an employee, is not who has that number in
// RT: neither read nor changed, nor given a ticket in another's place.
func TestUserWhoseNameIsANumber(t *testing.T) {
	for _, lax := range []bool{false, true} {
		s := rttest.New()
		s.Lax = lax
		d := targetAt(t, s, nil)
		if _, err := d.post(t.Context(), "user", map[string]any{"Name": "14", "EmailAddress": "ann@desk.test", "RealName": "Ann", "Privileged": 1}); err != nil {
			t.Fatal(err)
		}
		a := &desk.Agent{Meta: desk.Meta{ID: "ann", Mark: "ann"}, Name: "Ann Lee", Email: "ann@desk.test"}
		id, err := d.Find(t.Context(), a)
		if err != nil || id != "14" {
			t.Fatalf("she is found as %q, %v", id, err)
		}
		if _, err := d.Update(t.Context(), id, a, []string{"name"}); err != nil {
			t.Error(err)
		}
		for name, want := range map[desk.ID]string{"14": "Ann Lee", "root": ""} {
			who, err := d.Fetch(t.Context(), desk.KindAgent, name)
			if err != nil || want != "" && who.(*desk.Agent).Name != want || who.(*desk.Agent).ID != name || name == "root" && who.(*desk.Agent).Name == "Ann Lee" {
				t.Errorf("%s: %+v, %v", name, who, err)
			}
		}
		r := ticketOf("1", "hello")
		r.Assignee, r.Requester, r.Participants = desk.Ref{Kind: desk.KindAgent, Target: id}, desk.Ref{Kind: desk.KindAgent, Target: id}, nil
		got, err := d.Create(t.Context(), r)
		if err != nil || len(got.Losses) > 0 {
			t.Errorf("%+v, %v", got.Losses, err)
		}
		for range 2 {
			back, err := targetAt(t, s, nil).Fetch(t.Context(), desk.KindTicket, got.ID)
			if err != nil {
				t.Fatal(err)
			}
			if x := back.(*desk.Ticket); x.Assignee != desk.To(desk.KindAgent, id) || x.Requester != desk.To(desk.KindAgent, id) {
				t.Errorf("%+v asks %+v", x.Requester, x.Assignee)
			}
			if _, err := d.Update(t.Context(), got.ID, r, []string{"assignee", "requester"}); err != nil {
				t.Error(err)
			}
		}
	}
}
