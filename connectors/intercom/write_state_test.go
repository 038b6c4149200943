package intercom

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

// Who asks, and when it began, stays as it was made.
func TestFixedFields(t *testing.T) {
	s := intercomtest.New()
	d, who := targetOf(t, s, func(*Config) {})
	r := asked(who, "1", "hello")
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	r.Requester.Target = desk.ID(s.AddContact(intercomtest.Contact{Email: "other@a.test"}))
	now, err := d.Update(t.Context(), got.ID, r, []string{"requester"})
	if err != nil || fetched(t, d, got.ID).Requester.ID != who.Target {
		t.Errorf("%+v, %v", now, err)
	}
	loses(t, now, "requester")
}

// A teammate and a team are given and taken away each by itself, and nobody else's work is
// undone by it.
func TestAssignment(t *testing.T) {
	s := intercomtest.New()
	team := idOf(s.AddTeam("First line"))
	ann := idOf(s.AddAdmin("Ann", "ann@desk.test"))
	d, who := targetOf(t, s, func(*Config) {})
	r := asked(who, "1", "hello")
	r.Assignee, r.Group = desk.Ref{Kind: desk.KindAgent, Target: ann}, desk.Ref{Kind: desk.KindGroup, Target: team}
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		fields       []string
		admin, group desk.ID
	}{{nil, ann, team}, {[]string{"assignee"}, "", team}, {[]string{"group"}, "", ""}} {
		bare := asked(who, "1")
		if _, err := d.Update(t.Context(), got.ID, bare, step.fields); err != nil {
			t.Fatal(err)
		}
		if back := fetched(t, d, got.ID); back.Assignee.ID != step.admin || back.Group.ID != step.group {
			t.Errorf("%v: it has %+v and %+v", step.fields, back.Assignee, back.Group)
		}
	}
	if _, err := d.Update(t.Context(), got.ID, r, []string{"assignee"}); err != nil || fetched(t, d, got.ID).Assignee.ID != ann {
		t.Error(err)
	}
	if len(s.Outbox()) > 0 {
		t.Errorf("sent %q", s.Outbox())
	}
}

// A ticket that is over stays so when a message is added, also if the answer to the reply is
// lost and only the next look puts it back; but not where a teammate decided otherwise.
func TestTicketStaysOver(t *testing.T) {
	s := intercomtest.New()
	d, who := targetOf(t, s, func(*Config) {})
	r := asked(who, "1", "hello")
	r.Status = desk.StatusSolved
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	say := func(id desk.ID) (connectors.Receipt, error) {
		return d.Append(t.Context(), got.ID, &desk.Message{ID: id, Mark: weather.Marks(desk.KindMessage, "1", id), Author: who, Text: "and " + string(id)})
	}
	state := func() string { return s.Standing()[0].State }
	if _, err := say("a"); err != nil || state() != "resolved" {
		t.Errorf("it is %s (%v)", state(), err)
	}
	broken := false
	s.Fault = func(r *http.Request) intercomtest.Fault {
		if broken && r.Method == http.MethodPut {
			return intercomtest.Fault{Status: 500}
		}
		return intercomtest.Fault{}
	}
	broken = true
	if _, err := say("b"); !errors.Is(err, connectors.ErrUnsure) || state() != "in_progress" {
		t.Fatalf("it is %s (%v)", state(), err)
	}
	broken = false
	if back := fetched(t, d, got.ID); back.Status != desk.StatusSolved || state() != "resolved" || len(back.Messages) != 3 {
		t.Errorf("after a look it is %s, as we see it %s", state(), back.Status)
	}
	s.ChangeTicket(number(got.ID), func(k *intercomtest.Standing) { k.Attributes[descriptionAttribute] = "what they found" })
	if _, err := say("c"); err != nil || s.Standing()[0].Attributes[descriptionAttribute] != "what they found" {
		t.Errorf("the description that a teammate wrote is %v (%v)", s.Standing()[0].Attributes[descriptionAttribute], err)
	}
	s.AddAdmin("Ann", "ann@desk.test")
	s.ChangeTicket(number(got.ID), func(k *intercomtest.Standing) { k.State = "in_progress" })
	if back := fetched(t, d, got.ID); back.Status != desk.StatusOpen {
		t.Errorf("what a teammate decided is undone: %s", back.Status)
	}
}

// Files go before a contact's message and open a ticket again as it does: it is put back also
// where the message never follows, and stays as a teammate decides in between.
func TestTicketStaysOverAfterFiles(t *testing.T) {
	for name, decides := range map[string]bool{"nobody decides": false, "a teammate decides": true} {
		t.Run(name, func(t *testing.T) {
			s := intercomtest.New()
			d, who := targetOf(t, s, func(*Config) {})
			s.AddAdmin("Ann", "ann@desk.test")
			r := asked(who, "1", "hello")
			r.Status = desk.StatusSolved
			got, err := d.Create(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			m := &desk.Message{ID: "a", Mark: weather.Marks(desk.KindMessage, "1", "a"), Author: who, Text: "and", Files: []desk.File{{Name: "a.txt", Type: "text/plain", Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader("a")), nil
			}}}}
			replies := 0
			s.Fault = func(r *http.Request) intercomtest.Fault {
				if strings.HasSuffix(r.URL.Path, "/reply") {
					if replies++; replies > 1 {
						return intercomtest.Fault{Status: 500}
					}
				}
				return intercomtest.Fault{}
			}
			if _, err := d.Append(t.Context(), got.ID, m); err == nil || s.Standing()[0].State != "in_progress" {
				t.Fatalf("after the files it is %s (%v)", s.Standing()[0].State, err)
			}
			s.Fault = nil
			want := "resolved"
			if back := fetched(t, d, got.ID); back.Status != desk.StatusSolved || s.Standing()[0].State != want {
				t.Errorf("after the files it is %s, as we see it %s", s.Standing()[0].State, back.Status)
			}
			if decides {
				want = "waiting_on_customer"
				s.ChangeTicket(number(got.ID), func(k *intercomtest.Standing) { k.State = want })
			}
			if _, err := d.Append(t.Context(), got.ID, m); err != nil || s.Standing()[0].State != want {
				t.Errorf("after the message it is %s, want %s (%v)", s.Standing()[0].State, want, err)
			}
		})
	}
}
