package freshdesk

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Nothing is written in the name of who lies in the trash, nor is it foreseen: neither a
// ticket of theirs, nor their message, nor that a ticket is theirs. It is when they were
// restored. Who lies there is listed once.
func TestNothingIsWrittenForTheDeleted(t *testing.T) {
	s, lists := freshdesktest.New(), 0
	s.Fault = func(r *http.Request) freshdesktest.Fault {
		if r.URL.Query().Get("state") == "deleted" && r.URL.Query().Get("page") == "1" {
			lists++
		}
		return freshdesktest.Fault{}
	}
	d, olga := targetOf(t, s, func(*Config) {})
	ivan := desk.Ref{Kind: desk.KindContact, Target: idOf(s.AddContact(freshdesktest.Contact{Name: "Ivan", Email: "ivan@a.test", Deleted: true}))}
	made, err := d.Create(t.Context(), asked(olga, "1", "hello"))
	if err != nil {
		t.Fatal(err)
	}
	his := asked(ivan, "2", "mine")
	note := asked(olga, "3", "his note")
	note.Messages[0].Note, note.Messages[0].Author = true, ivan
	calls := map[string]func() error{
		"a ticket":        func() error { _, err := d.Create(t.Context(), his); return err },
		"a first note":    func() error { _, err := d.Create(t.Context(), note); return err },
		"a message":       func() error { _, err := d.Append(t.Context(), made.ID, &his.Messages[0]); return err },
		"a requester":     func() error { _, err := d.Update(t.Context(), made.ID, his, []string{"requester"}); return err },
		"a ticket, ahead": func() error { _, err := d.Foresee(t.Context(), connectors.Write{Record: his}); return err },
		"a message, ahead": func() error {
			_, err := d.Foresee(t.Context(), connectors.Write{Record: his, Message: &his.Messages[0]})
			return err
		},
	}
	for what, call := range calls {
		if err := call(); !errors.Is(err, connectors.ErrRefused) || errors.Is(err, connectors.ErrUnsure) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if n := s.Counts(); n["tickets"] != 1 || n["conversations"] != 0 || lists != 1 {
		t.Errorf("there is %v; they were listed %d times", n, lists)
	}
	if _, err := d.client.JSON(t.Context(), rest.Call{Method: http.MethodPut, Path: "contacts/" + string(ivan.Target) + "/restore"}, nil); err != nil {
		t.Fatal(err)
	}
	for what, call := range calls {
		if err := call(); err != nil {
			t.Errorf("%s, restored: %v", what, err)
		}
	}
}

// Whom this target itself deletes, it knows to be in the trash, and to be out of it again
// when it has made them anew.
func TestWhomWeDeletedAndMadeAnew(t *testing.T) {
	s := freshdesktest.New()
	d, olga := targetOf(t, s, func(*Config) {})
	c := &desk.Contact{Meta: desk.Meta{ID: "1", Mark: "dhabcdefghijklmnopqrstuvwxyz"}, Name: "Ivan", Emails: []string{"ivan@a.test"}}
	made, err := d.Create(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	ticket, err := d.Create(t.Context(), asked(olga, "1", "hello"))
	if err != nil {
		t.Fatal(err)
	}
	m := desk.Message{ID: "x", Mark: "mx", Author: desk.Ref{Kind: desk.KindContact, Target: made.ID}, Text: "and"}
	if err := d.Delete(t.Context(), desk.KindContact, made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Append(t.Context(), ticket.ID, &m); !errors.Is(err, connectors.ErrRefused) {
		t.Errorf("deleted: %v", err)
	}
	if again, err := d.Create(t.Context(), c); err != nil || again.ID != made.ID {
		t.Fatalf("%+v (%v)", again, err)
	}
	if _, err := d.Append(t.Context(), ticket.ID, &m); err != nil {
		t.Errorf("made anew: %v", err)
	}
}

// A ticket's first message is the ticket, and a reply was sent: neither can be taken back
// alone, and the refusal says why.
func TestWhatStaysOfATicket(t *testing.T) {
	s := freshdesktest.New()
	owner := s.AddContact(freshdesktest.Contact{Name: "Jo", Email: "jo@customer.example"})
	ticket := s.AddTicket(freshdesktest.Ticket{Subject: "It smokes", HTML: "It smokes", Requester: owner})
	reply := s.AddTalk(ticket, freshdesktest.Talk{HTML: "Pull the plug", User: 1})
	dst, _ := targetOf(t, s, func(*Config) {})
	for message, want := range map[desk.ID]string{opening: "only with the ticket", idOf(reply): "is a reply"} {
		err := dst.DeleteMessage(t.Context(), idOf(ticket), message)
		if !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), want) {
			t.Errorf("of message %s it said %v, want a refusal that says %q", message, err, want)
		}
	}
	if said := s.AllSaid(); len(said) != 2 {
		t.Errorf("%d messages are left, want both", len(said))
	}
}
