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
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

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

// A message whose files were named the wrong way, and that we could send no more for, is half
// there: it counts as not there until it is brought again, which gives it its files.
func TestMessagesThatAreHalfThere(t *testing.T) {
	s, contact := desk1()
	cut := false
	s.Attributes, s.Fault = true, func(r *http.Request) (f okdesktest.Fault) {
		if cut && r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/comments") {
			f.Status = http.StatusServiceUnavailable
		}
		return f
	}
	tk := question(contact)
	late := desk.Message{ID: "n", Mark: "dhcccccccccccccccccccccccccc", Author: tk.Requester, Text: "и ещё", Files: []desk.File{conntest.Bytes("два.txt", "", []byte("2"))}}
	start := func() *Target { return targetOf(t, configOf(s), envOf(t, s.Transport())) }
	half := func(what string, d *Target, m *desk.Message, err error, whole int) {
		t.Helper()
		if !errors.Is(err, connectors.ErrUnsure) {
			t.Errorf("%s: %v", what, err)
		}
		cut = false
		id, err := d.Find(t.Context(), tk)
		if err != nil {
			t.Fatal(err)
		}
		there := func(want int) *desk.Ticket {
			t.Helper()
			back, err := d.Fetch(t.Context(), desk.KindTicket, id)
			if err != nil || len(back.(*desk.Ticket).Messages) != want {
				t.Fatalf("%s: %+v %v, want %d messages", what, back, err, want)
			}
			return back.(*desk.Ticket)
		}
		there(whole)
		got, err := d.Append(t.Context(), id, m)
		if err != nil || len(got.Losses) > 0 || len(got.Files) != 1 {
			t.Fatal(what, got, err)
		}
		if last := there(whole + 1).Messages[whole]; last.ID != got.ID || last.Mark != m.Mark || len(last.Files) != 1 {
			t.Errorf("%s: %+v", what, last)
		}
	}
	cut = true
	_, err := start().Create(t.Context(), tk)
	half("description", start(), &tk.Messages[0], err, 0)
	id, err := start().Find(t.Context(), tk)
	if err != nil {
		t.Fatal(err)
	}
	d := start()
	s.Fault = func(r *http.Request) (f okdesktest.Fault) { // the first comment comes, the one for its files does not
		if r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/comments") {
			if cut {
				f.Status = http.StatusServiceUnavailable
			}
			cut = true
		}
		return f
	}
	cut = false
	_, err = d.Append(t.Context(), id, &late)
	s.Fault = nil
	half("comment", start(), &late, err, 1)
	if n := len(s.Standing()[0].Turns); n != 4 {
		t.Errorf("%d turns", n)
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
		{Code: "text", Type: "ftstring"},
		{Code: "day", Type: "ftdate"},
		{Code: "when", Type: "ftdatetime"},
		{Code: "vip", Type: "ftcheckbox"},
		{Code: "one", Type: "ftselect", Options: []string{"Офис", "Склад"}},
		{Code: "many", Type: "ftmultiselect", Options: []string{"Офис", "Склад"}},
		{Code: "labels", Type: "ftmultiselect", Options: []string{"срочно"}},
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
