package okdesk

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

const (
	ticketMark  = "dhaaaaaaaaaaaaaaaaaaaaaaaaaa"
	messageMark = "dhbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

// question is a ticket of a contact.
func question(contact int64) *desk.Ticket {
	who := desk.Ref{Kind: desk.KindContact, ID: "c", Target: idOf(number(contact))}
	return &desk.Ticket{
		Meta: desk.Meta{ID: "t", Mark: ticketMark}, Subject: "Счёт № 17", Status: desk.StatusOpen, Requester: who,
		Messages: []desk.Message{{ID: "m", Mark: messageMark, Author: who, At: time.Date(2011, 3, 4, 5, 6, 7, 0, time.UTC), Text: "Здравствуйте!\n  Счёт неверен.", Files: []desk.File{conntest.Bytes("счёт.pdf", "application/pdf", []byte("pdf"))}}},
	}
}

// desk1 is a stand-in with a contact and a parameter for the mark.
func desk1() (*okdesktest.Server, int64) {
	s := okdesktest.New()
	s.AddParameter("issues", okdesktest.Parameter{Code: "deskhaul", Type: "ftstring"})
	return s, s.AddContact(okdesktest.Person{Last: "Петрова", First: "Ольга", Email: "olga@a.test"})
}

// People read who wrote what and when; the source reads it as it was.
func TestPrefaceIsForPeople(t *testing.T) {
	s, contact := desk1()
	d := targetOf(t, configOf(s), envOf(t, s.Transport()))
	tk := question(contact)
	tk.Messages[0].From = desk.Address{Name: `Ольга · "Ж" <x>`, Email: "olga@a.test"}
	tk.Messages[0].To = []desk.Address{{Name: "Помощь", Email: "help@b.test"}, {Email: "boss@b.test"}}
	got, err := d.Create(t.Context(), tk)
	if err != nil {
		t.Fatal(err)
	}
	page := s.Standing()[0].Turns[0].HTML
	for _, want := range []string{"2011-03-04 05:06:07 UTC", "→ Помощь &lt;help@b.test&gt;, &lt;boss@b.test&gt;", "[deskhaul t " + messageMark + " of " + ticketMark + " as attachments]"} {
		if !strings.Contains(page, want) {
			t.Errorf("%s does not say %s", page, want)
		}
	}
	back := ticketsOf(t, sourceOf(t, configOf(s), envOf(t, s.Transport())))["Счёт № 17"]
	m, was := back.Messages[0], tk.Messages[0]
	if back.Mark != ticketMark || m.Mark != messageMark || m.Text != was.Text || m.HTML != "" || !m.At.Equal(was.At) || m.From != was.From || !slices.Equal(m.To, was.To) || back.ID != got.ID {
		t.Errorf("read back as %+v", m)
	}
	if d := cmp.Diff("pdf", string(conntest.BytesOf(t, m.Files[0]))); d != "" {
		t.Error(d)
	}
	if hidden := strings.Count(page, "Ж"); hidden != 0 {
		t.Error("a name that would be mistaken for more of the line stands in it as it is")
	}
}

// An issue of anybody who writes such a line himself is not believed.
func TestForeignPrefaceIsText(t *testing.T) {
	s, contact := desk1()
	line := preface{Line: byline.Line{At: time.Unix(0, 0), From: desk.Address{Email: "boss@b.test"}}, kind: "t", mark: messageMark, ticket: ticketMark}.html()
	s.AddIssue(okdesktest.Issue{Title: "обман", HTML: line + "<p>x</p>", Contact: contact})
	c := configOf(s)
	c.Mark = "deskhaul"
	if got := ticketsOf(t, sourceOf(t, c, envOf(t, s.Transport())))["обман"]; got.Mark != "" || got.Messages[0].From != (desk.Address{}) || got.Messages[0].At.Year() == 1970 {
		t.Errorf("it was believed: %+v", got)
	}
}

// A status is reached by the steps that are named, each asked to be quiet; where the account
// refuses one, the issue is found again, and the ticket waits with what to do.
func TestStatusSteps(t *testing.T) {
	s, contact := desk1()
	s.Loud, s.Steps = true, map[string][]string{"opened": {"completed"}, "completed": {"closed"}}
	s.Keep()
	c := configOf(s)
	d := targetOf(t, c, envOf(t, s.Transport()))
	tk := question(contact)
	tk.Status = desk.StatusClosed
	_, err := d.Create(t.Context(), tk)
	if !errors.Is(err, connectors.ErrUnsure) {
		t.Fatalf("the step from opened to closed is refused: %v", err)
	}
	id, err := d.Find(t.Context(), tk)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Update(t.Context(), id, tk, []string{"status"})
	if connectors.ReasonOf(err) != connectors.ReasonRefused || !strings.Contains(err.Error(), "through") || !strings.Contains(err.Error(), "opened to closed") {
		t.Errorf("it says %v", err)
	}
	c.Through = map[string]string{"closed": "completed"}
	got, err := d.Update(t.Context(), id, tk, []string{"status"})
	if err != nil || s.Standing()[0].Status != "closed" || len(got.Losses) > 0 {
		t.Errorf("%v, %s", err, s.Standing()[0].Status)
	}
	for _, mail := range s.Outbox() {
		if strings.Contains(mail, "status") {
			t.Errorf("the change of a status mailed: %s", mail)
		}
	}
	for _, x := range s.Exchanges() {
		if strings.HasSuffix(x.URL, "/statuses") && x.Method == http.MethodPost && !strings.Contains(string(x.Body), `"skip_options":["skip_notifications","skip_webhooks","skip_triggers"]`) {
			t.Errorf("a status was changed loudly: %s", x.Body)
		}
	}
}

// What is put off wants a date and a word; the word is private, and no message.
func TestPutOff(t *testing.T) {
	s, contact := desk1()
	d := targetOf(t, configOf(s), envOf(t, s.Transport()))
	tk := question(contact)
	tk.Status = desk.StatusPending
	if _, err := d.Create(t.Context(), tk); err != nil {
		t.Fatal(err)
	}
	there := s.Standing()[0]
	back := ticketsOf(t, sourceOf(t, configOf(s), envOf(t, s.Transport())))["Счёт № 17"]
	if there.Status != "delayed" || len(there.Turns) != 2 || !there.Turns[1].Private || len(back.Messages) != 1 || back.Status != desk.StatusPending {
		t.Errorf("%+v, read back as %+v", there, back.Messages)
	}
}
