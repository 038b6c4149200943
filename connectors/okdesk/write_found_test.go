package okdesk

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// An issue is found by its mark: by the parameter, or in the description among those that
// were made since we began; and by no other.
func TestIssueIsFoundByItsMark(t *testing.T) {
	for _, code := range []string{"", "deskhaul"} {
		s, contact := desk1()
		c := configOf(s)
		c.Mark = code
		env := envOf(t, s.Transport())
		for i := range 7 {
			s.AddIssue(okdesktest.Issue{Title: fmt.Sprint(i), Contact: contact, HTML: "чужая"})
		}
		d := targetOf(t, c, env)
		tk := question(contact)
		got, err := d.Create(t.Context(), tk)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 7 {
			s.AddIssue(okdesktest.Issue{Title: fmt.Sprint("поздняя ", i), Contact: contact, HTML: "чужая"})
		}
		s.Keep()
		for range 2 {
			if id, err := targetOf(t, c, env).Find(t.Context(), tk); err != nil || id != got.ID {
				t.Errorf("mark %q: found %q, %v", code, id, err)
			}
		}
		asked := 0
		for _, x := range s.Exchanges() {
			if strings.HasPrefix(x.URL, "/api/v1/issues/1") && x.Method == http.MethodGet {
				asked++
			}
		}
		if asked > 12 {
			t.Errorf("mark %q: %d issues were asked for", code, asked)
		}
		other := question(contact)
		other.Mark = strings.Replace(ticketMark, "aaaa", "zzzz", 1)
		if _, err := d.Find(t.Context(), other); !errors.Is(err, connectors.ErrNotFound) {
			t.Errorf("mark %q: another's was found: %v", code, err)
		}
	}
}

// A contact is found by mark and by each of his addresses; he keeps them all, though Okdesk
// has room for one. One who was archived by a rollback comes back.
func TestContactsAreFound(t *testing.T) {
	s, _ := desk1()
	d := targetOf(t, configOf(s), envOf(t, s.Transport()))
	r := &desk.Contact{Meta: desk.Meta{ID: "c", Mark: ticketMark}, Name: "Иванов Иван Иванович", Emails: []string{"ivan@a.test", "i.ivanov@home.test"}, Note: "перезвонить"}
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, ask := range []*desk.Contact{{Meta: desk.Meta{Mark: ticketMark}}, {Emails: []string{"Ivan@A.test"}}, {Emails: []string{"i.ivanov@home.test"}}} {
		if id, err := d.Find(t.Context(), ask); err != nil || id != got.ID {
			t.Errorf("%+v was found as %q, %v", ask, id, err)
		}
	}
	if p := s.Contacts()[1003]; p.Last != "Иванов" || p.First != "Иван" || p.Patronymic != "Иванович" {
		t.Errorf("%+v", p)
	}
	if err := d.Delete(t.Context(), desk.KindContact, got.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Find(t.Context(), r); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("archived, and found: %v", err)
	}
	again, err := d.Create(t.Context(), r)
	if err != nil || again.ID != got.ID {
		t.Errorf("made anew as %q, %v", again.ID, err)
	}
	back, err := d.Fetch(t.Context(), desk.KindContact, got.ID)
	if err != nil || !slices.Equal(back.(*desk.Contact).Emails, r.Emails) || back.(*desk.Contact).Note != r.Note {
		t.Errorf("%+v, %v", back, err)
	}
}

// A contact whom issues name that are not ours is not archived, and nothing is written in
// the name of one who was.
func TestArchivedContacts(t *testing.T) {
	s, contact := desk1()
	d := targetOf(t, configOf(s), envOf(t, s.Transport()))
	issue := s.AddIssue(okdesktest.Issue{Title: "чужая", Contact: contact})
	if err := d.Delete(t.Context(), desk.KindContact, idOf(number(contact))); connectors.ReasonOf(err) != connectors.ReasonRefused {
		t.Errorf("it was archived: %v", err)
	}
	s.ChangeContact(contact, func(p *okdesktest.Person) { p.Archived = true })
	tk := question(contact)
	if _, err := d.Create(t.Context(), tk); connectors.ReasonOf(err) != connectors.ReasonRefused {
		t.Errorf("an issue in the name of one who was archived: %v", err)
	}
	if _, err := d.Append(t.Context(), idOf(number(issue)), &tk.Messages[0]); connectors.ReasonOf(err) != connectors.ReasonRefused {
		t.Errorf("a comment in the name of one who was archived: %v", err)
	}
	s.ChangeContact(contact, func(p *okdesktest.Person) { p.Archived = false })
	if _, err := d.Create(t.Context(), tk); err != nil {
		t.Errorf("he was brought back: %v", err)
	}
}

// Nothing is written unless the administrator vouches; an account that is loud all the same
// mails, which the outbox of the stand-in shows: so a canary would.
func TestLoudAccountMails(t *testing.T) {
	s, contact := desk1()
	c := configOf(s)
	c.Quiet = ""
	if _, err := newTarget(c, envOf(t, s.Transport())); !errors.Is(err, connectors.ErrDenied) {
		t.Errorf("it was opened: %v", err)
	}
	s.Loud = true
	d := targetOf(t, configOf(s), envOf(t, s.Transport()))
	if _, err := d.Create(t.Context(), question(contact)); err != nil {
		t.Fatal(err)
	}
	if len(s.Outbox()) != 1 {
		t.Errorf("the outbox has %q", s.Outbox())
	}
}
