package okdesk

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
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
	for _, want := range []string{"2011-03-04 05:06:07 UTC", "→ Помощь &lt;help@b.test&gt;, &lt;boss@b.test&gt;", "[deskhaul t " + messageMark + " of " + ticketMark + "]"} {
		if !strings.Contains(page, want) {
			t.Errorf("%s does not say %s", page, want)
		}
	}
	back := ticketsOf(t, sourceOf(t, configOf(s), envOf(t, s.Transport())))["Счёт № 17"]
	m, was := back.Messages[0], tk.Messages[0]
	if back.Mark != ticketMark || m.Mark != messageMark || m.Text != was.Text || m.HTML != "" || !m.At.Equal(was.At) || m.From != was.From || !slices.Equal(m.To, was.To) || back.ID != got.ID {
		t.Errorf("read back as %+v", m)
	}
	if d := cmp.Diff("pdf", string(bytesOf(t, m.Files[0]))); d != "" {
		t.Error(d)
	}
	if hidden := strings.Count(page, "Ж"); hidden != 0 {
		t.Error("a name that would be mistaken for more of the line stands in it as it is")
	}
}

// An issue of anybody who writes such a line himself is not believed.
func TestForeignPrefaceIsText(t *testing.T) {
	s, contact := desk1()
	line := preface{at: time.Unix(0, 0), from: desk.Address{Email: "boss@b.test"}, kind: "t", mark: messageMark, ticket: ticketMark}.html()
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

// Files that Okdesk passes over without a word are sent the other way, and come back with
// their message; from then on files are named so at once.
func TestFilesAreNamedTheOtherWay(t *testing.T) {
	s, contact := desk1()
	s.Attributes = true
	d := targetOf(t, configOf(s), envOf(t, s.Transport()))
	tk := question(contact)
	got, err := d.Create(t.Context(), tk)
	if err != nil || len(got.Losses) > 0 {
		t.Fatal(got, err)
	}
	late := desk.Message{ID: "n", Mark: "dhcccccccccccccccccccccccccc", Author: tk.Requester, Note: false, Text: "и ещё", Files: []desk.File{conntest.Bytes("два.txt", "", []byte("2"))}}
	if _, err := d.Append(t.Context(), got.ID, &late); err != nil {
		t.Fatal(err)
	}
	back := ticketsOf(t, sourceOf(t, configOf(s), envOf(t, s.Transport())))["Счёт № 17"]
	if len(back.Messages) != 2 || len(back.Messages[0].Files) != 1 || len(back.Messages[1].Files) != 1 || len(s.Standing()[0].Turns) != 3 {
		t.Errorf("%+v", back.Messages)
	}
}

// A file that Okdesk takes neither way, or that is too large, is told, and the rest comes.
func TestFilesThatAreNotTaken(t *testing.T) {
	s, contact := desk1()
	s.MaxFile = 2
	d := targetOf(t, configOf(s), envOf(t, s.Transport()))
	tk := question(contact)
	tk.Messages[0].Files = append(tk.Messages[0].Files, conntest.Bytes("a.txt", "", []byte("a")))
	got, err := d.Create(t.Context(), tk)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Losses) != 1 || got.Losses[0].File != "счёт.pdf" || got.Losses[0].Why != connectors.WhyTooLarge || got.Losses[0].Message != "m" {
		t.Errorf("losses %+v", got.Losses)
	}
	if files := s.Standing()[0].Turns[0].Files; len(files) != 1 || files["a.txt"] != "a" {
		t.Errorf("files %v", files)
	}
}

// Who cannot be named as the author is told, and another's name stands there.
func TestAuthorsWhoMayNotBeNamed(t *testing.T) {
	s, contact := desk1()
	s.NoAuthors = true
	d := targetOf(t, configOf(s), envOf(t, s.Transport()))
	got, err := d.Create(t.Context(), question(contact))
	if err != nil || len(got.Losses) != 1 || got.Losses[0].Field != "message.author" {
		t.Fatalf("%+v, %v", got.Losses, err)
	}
	nobody := &desk.Message{ID: "x", Mark: messageMark, Text: "кто-то"}
	if one, err := d.Append(t.Context(), got.ID, nobody); err != nil || len(one.Losses) > 0 {
		t.Errorf("a message of nobody: %+v, %v", one.Losses, err)
	}
	d.config.StandIn = ""
	if _, err := d.Append(t.Context(), got.ID, nobody); connectors.ReasonOf(err) != connectors.ReasonReference || !strings.Contains(err.Error(), "stand_in") {
		t.Errorf("without a stand-in: %v", err)
	}
}

// An assignee whom Okdesk takes only with a group gets one, which is told.
func TestAssigneeWithAGroup(t *testing.T) {
	s, contact := desk1()
	s.WantsGroup = true
	agent := s.AddEmployee(okdesktest.Person{Last: "Иванов", First: "Иван", Email: "i@b.test", Groups: []int64{s.AddGroup("Механики")}})
	d := targetOf(t, configOf(s), envOf(t, s.Transport()))
	tk := question(contact)
	tk.Assignee = desk.Ref{Kind: desk.KindAgent, ID: "a", Target: idOf(number(agent))}
	got, err := d.Create(t.Context(), tk)
	if err != nil || len(got.Losses) != 1 || got.Losses[0].Field != "group" || s.Standing()[0].Assignee != "i@b.test" {
		t.Errorf("%+v, %v, %+v", got.Losses, err, s.Standing())
	}
}

// Parameters of each type are written as they are, places by their names; what does not fit
// is told.
func TestParametersAndPlaces(t *testing.T) {
	s, contact := desk1()
	company := s.AddCompany("ООО «Ромашка»", nil)
	s.AddObject("Магазин №13", company)
	for _, p := range []okdesktest.Parameter{
		{Code: "text", Type: "ftstring"}, {Code: "day", Type: "ftdate"}, {Code: "when", Type: "ftdatetime"}, {Code: "vip", Type: "ftcheckbox"},
		{Code: "one", Type: "ftselect", Options: []string{"Офис", "Склад"}}, {Code: "many", Type: "ftmultiselect", Options: []string{"Офис", "Склад"}}, {Code: "labels", Type: "ftmultiselect", Options: []string{"срочно"}},
	} {
		s.AddParameter("issues", p)
	}
	c := configOf(s)
	c.Tags, c.Mark = "labels", "deskhaul"
	d := targetOf(t, c, envOf(t, s.Transport()))
	tk := question(contact)
	tk.Tags = []string{"срочно", "мимо"}
	tk.Fields = map[string]any{
		"text": "текст", "day": "2019-02-06", "when": "2019-02-21T14:00:00+03:00", "vip": true, "one": "офис", "many": []any{"Склад", "Офис"}, "company": "ООО «Ромашка»", "maintenance_entity": "магазин №13",
		"strange": "x", "nowhere": map[string]any{"a": 1.0},
	}
	foreseen, err := d.Foresee(t.Context(), connectors.Write{Record: tk})
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Create(t.Context(), tk)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(foreseen, got.Losses); d != "" {
		t.Error("another loss than foreseen: ", d)
	}
	var lost []string
	for _, l := range got.Losses {
		lost = append(lost, l.Field+" "+string(l.Why))
	}
	if d := cmp.Diff([]string{"tags value", "fields.nowhere no field", "fields.one not taken", "fields.strange no field"}, lost); d != "" {
		t.Error(d)
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"text": "текст", "day": "2019-02-06", "when": "2019-02-21T14:00:00+03:00", "vip": true, "one": "Офис", "many": []any{"Склад", "Офис"}, "company": "ООО «Ромашка»", "maintenance_entity": "Магазин №13"}
	if d := cmp.Diff(want, back.About().Fields); d != "" || back.About().Mark != ticketMark || !slices.Equal(back.(*desk.Ticket).Tags, []string{"срочно"}) {
		t.Error(d, back)
	}
}

// What the account does not let change in an issue that stands is told; the rest is changed.
func TestWhatStaysAsItWas(t *testing.T) {
	s, contact := desk1()
	s.NoPatch = true
	d := targetOf(t, configOf(s), envOf(t, s.Transport()))
	tk := question(contact)
	got, err := d.Create(t.Context(), tk)
	if err != nil {
		t.Fatal(err)
	}
	tk.Subject, tk.Priority, tk.Type, tk.Due = "Переименовано", desk.PriorityHigh, "incident", time.Date(2030, 1, 2, 3, 4, 0, 0, time.UTC)
	now, err := d.Update(t.Context(), got.ID, tk, []string{"subject", "priority", "type", "due"})
	if err != nil {
		t.Fatal(err)
	}
	var lost []string
	for _, l := range now.Losses {
		lost = append(lost, l.Field+" "+string(l.Why))
	}
	there := s.Standing()[0]
	if d := cmp.Diff([]string{"priority fixed", "subject fixed"}, lost); d != "" || there.Type != "incident" || !there.Due.Equal(tk.Due) || there.Title != "Счёт № 17" {
		t.Errorf("%s: %+v", d, there)
	}
}

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

// Names are taken apart and joined again in the order that is configured.
func TestNames(t *testing.T) {
	for _, order := range []string{"", firstLast} {
		c := &Config{Names: order}
		for _, name := range []string{"Cher", "Петрова Ольга", "Петрова Ольга Игоревна", "Оглы Али Мамед Второй", "田中 Aiko"} {
			first, last, patronymic := c.part(name)
			if got := c.join(personShape{First: first, Last: last, Patronymic: patronymic}); got != name || first == "" || last == "" {
				t.Errorf("%q in the order %q: %q (%q, %q, %q)", name, order, got, first, last, patronymic)
			}
		}
	}
}

// An error is told in Okdesk's own words, however deep they lie, and a list of errors that
// comes with a status of success is none.
func TestErrorsAreExplained(t *testing.T) {
	for body, want := range map[string]string{
		`{"errors":["Нет доступа"]}`: "Нет доступа", `{"errors":"Нет"}`: "Нет", `{"errors":{"page":{"size":["мало"]},"observer_ids":{"1":["не число"]}}}`: "observer_ids.1: не число; page.size: мало",
		`[]`: "", `<html>`: "", `{"id":1}`: "",
	} {
		if got, _ := explain(422, []byte(body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
	s, _ := desk1()
	s.Fault = func(*http.Request) okdesktest.Fault {
		return okdesktest.Fault{Status: 200, Body: `{"errors":["Ключ авторизации не найден"]}`}
	}
	a := targetOf(t, configOf(s), envOf(t, s.Transport()))
	if _, err := a.Describe(t.Context()); !errors.Is(err, connectors.ErrDenied) {
		t.Errorf("a wrong key that is told with 200: %v", err)
	}
}

// An id may be spelt as a text.
func TestIDsAreReadEitherWay(t *testing.T) {
	var v struct{ A, B, C number }
	if err := json.Unmarshal([]byte(`{"A":7,"B":"8","C":null}`), &v); err != nil || v.A != 7 || v.B != 8 || v.C != 0 {
		t.Error(v, err)
	}
	if json.Unmarshal([]byte(`{"A":"x"}`), &v) == nil {
		t.Error("a word was taken for a number")
	}
}
