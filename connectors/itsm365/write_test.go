package itsm365

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/desk"
)

func targetOf(t *testing.T, s *itsm365test.Server, c *Config) *Target {
	t.Helper()
	d, err := newTarget(c, envOf(t, s.Transport()))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const aMark = "dhaaaaaaaaaaaaaaaaaaaaaaaaaa"

// asks makes somebody who asks, and a ticket of theirs that is not written yet.
func asks(t *testing.T, d *Target) *desk.Ticket {
	t.Helper()
	who := &desk.Contact{Meta: desk.Meta{ID: "c", Mark: aMark + "c"}, Name: "Петрова Ольга", Emails: []string{"olga@a.test"}}
	got, err := d.Create(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	return &desk.Ticket{
		Meta: desk.Meta{ID: "t", Mark: aMark}, Subject: "Не печатает", Status: desk.StatusSolved, Requester: desk.Ref{Kind: desk.KindContact, ID: "c", Target: got.ID},
		Messages: []desk.Message{{ID: "m", Mark: aMark + "m", At: morning, From: desk.Address{Name: "Ольга", Email: "olga@a.test"}, Text: "Помогите", Files: []desk.File{conntest.Bytes("a.txt", "text/plain", []byte("one"))}}},
	}
}

// A step that the workflow does not allow, and a state that asks for more, wait in quarantine
// with what to do; configured, they are taken.
func TestStates(t *testing.T) {
	s, c := installation()
	s.Steps = map[string][]string{"registered": {"inprogress"}, "inprogress": {"resolved"}}
	s.WithState = map[string][]string{"resolved": {"tariff"}}
	d := targetOf(t, s, c)
	ticket := asks(t, d)
	_, err := d.Create(t.Context(), ticket)
	if !errors.Is(err, connectors.ErrUnsure) || !strings.Contains(err.Error(), "in through") {
		t.Error(err)
	}
	c.Through = map[string]string{"resolved": "inprogress"}
	if _, err = d.Find(t.Context(), ticket); !errors.Is(err, connectors.ErrRefused) || connectors.ReasonOf(err) != connectors.ReasonRefused || !strings.Contains(err.Error(), "in with_state") {
		t.Error(err)
	}
	c.WithState = map[string]map[string]string{"resolved": {"tariff": "золотой"}}
	id, err := d.Find(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	there := s.Objects("serviceCall")
	if len(there) != 1 || there[0].ID != string(id) || there[0].Values["state"] != "resolved" || there[0].Values["tariff"] != "золотой" {
		t.Errorf("%+v", there)
	}
	if n := len(s.Objects("file")); n != 1 {
		t.Errorf("%d files hang on it", n)
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, id)
	if err != nil {
		t.Fatal(err)
	}
	if m := back.(*desk.Ticket).Messages; len(m) != 1 || m[0].Mark != aMark+"m" || len(m[0].Files) != 1 || m[0].Text != "Помогите" || !m[0].At.Equal(morning) {
		t.Errorf("%+v", m)
	}
}

// What must be filled and is not refuses a ticket, with what to do; a constant fills it.
func TestMandatory(t *testing.T) {
	s, c := installation()
	s.AddAttribute("serviceCall", itsm365test.Attribute{Code: "agreement", Title: "Соглашение", Type: itsm365test.Ref, Required: true})
	d := targetOf(t, s, c)
	ticket := asks(t, d)
	if _, err := d.Create(t.Context(), ticket); !errors.Is(err, connectors.ErrRefused) || errors.Is(err, connectors.ErrUnsure) || !strings.Contains(err.Error(), "Соглашение") || !strings.Contains(err.Error(), "constants of tickets") {
		t.Error(err)
	}
	agreement := s.Add("agreement$agreement", map[string]any{"title": "8x5"})
	c.Tickets.Constants = map[string]string{"agreement": agreement}
	if _, err := d.Create(t.Context(), ticket); err != nil {
		t.Error(err)
	}
	if got := s.Objects("serviceCall"); len(got) != 1 || got[0].Values["agreement"] != agreement || got[0].Values["clientOU"] == nil {
		t.Errorf("%+v", got)
	}
}

// A private note that came to stand there for all to see is taken back at once, and refused.
func TestNoteThatIsNotPrivate(t *testing.T) {
	s, c := installation()
	s.AddAttribute("comment", itsm365test.Attribute{Code: "hidden", Title: "Скрытый", Type: itsm365test.Bool})
	d := targetOf(t, s, c)
	ticket := asks(t, d)
	got, err := d.Create(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	s.Fault = func(r *http.Request) (f itsm365test.Fault) {
		if strings.Contains(r.URL.Path, "create-m2m/comment") {
			f.Lie = func(b []byte) []byte { return bytes.Replace(b, []byte(`"private":true`), []byte(`"private":false`), 1) }
		}
		return f
	}
	note := &desk.Message{ID: "n", Mark: aMark + "n", Note: true, Text: "не для клиента"}
	if _, err := d.Append(t.Context(), got.ID, note); !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), "deleted again") {
		t.Error(err)
	}
	if n := len(s.Objects("comment")); n != 0 {
		t.Errorf("%d comments stand there", n)
	}
	c.Comment = byEdit
	if _, err := d.Append(t.Context(), got.ID, note); !errors.Is(err, connectors.ErrRefused) {
		t.Error(err)
	}
	note.Note = false
	r, err := d.Append(t.Context(), got.ID, note)
	if err != nil || r.ID == "" {
		t.Errorf("%+v, %v", r, err)
	}
}

// Nothing is written unless it is declared that nobody is mailed; a canary would find out that
// it is not so, for the stand-in mails then, as event actions do.
func TestQuiet(t *testing.T) {
	s, c := installation()
	c.Quiet = ""
	if _, err := newTarget(c, envOf(t, s.Transport())); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "event actions") {
		t.Error(err)
	}
	c.Quiet, c.Mark = quietDeclared, ""
	if _, err := newTarget(c, envOf(t, s.Transport())); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "mark: ") {
		t.Error(err)
	}
	c.Mark, s.Loud = "deskhaul", true
	d := targetOf(t, s, c)
	ticket := asks(t, d)
	got, err := d.Create(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Append(t.Context(), got.ID, &desk.Message{ID: "n", Mark: aMark + "n", Text: "x"}); err != nil {
		t.Fatal(err)
	}
	if sent := strings.Join(s.Outbox(), "\n"); !strings.Contains(sent, "new ticket") || !strings.Contains(sent, "new comment") || !strings.Contains(sent, "is resolved") {
		t.Errorf("a loud installation mailed %q", sent)
	}
}

// A contact whom somebody has as an agent is that employee; one is found whatever the case of
// his address is there; who is made is found by his mark.
func TestFindsPeople(t *testing.T) {
	s, c := installation()
	upper := s.Add("employee$contactPerson", map[string]any{"lastName": "Большой", "email": "Big@A.test"})
	d := targetOf(t, s, c)
	for mail, want := range map[string]string{"big@a.test": upper, "aiko@desk.example.com": "", "nobody@a.test": "none"} {
		id, err := d.Find(t.Context(), &desk.Contact{Meta: desk.Meta{Mark: aMark + mail}, Emails: []string{mail}})
		switch {
		case want == "none" && !errors.Is(err, connectors.ErrNotFound), want != "none" && err != nil, want != "" && want != "none" && string(id) != want:
			t.Errorf("%s: %s, %v", mail, id, err)
		}
	}
	mute := &desk.Contact{Meta: desk.Meta{ID: "x", Mark: aMark + "x"}, Name: "Безадресный"}
	made, err := d.Create(t.Context(), mute)
	if err != nil {
		t.Fatal(err)
	}
	if id, err := targetOf(t, s, c).Find(t.Context(), mute); err != nil || id != made.ID {
		t.Errorf("%s, %v", id, err)
	}
}

// A file that breaks off is told before anything is made.
func TestFileBreaksOff(t *testing.T) {
	s, c := installation()
	d := targetOf(t, s, c)
	ticket := asks(t, d)
	ticket.Messages[0].Files[0].Open = func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("ha"), broken{})), nil
	}
	if _, err := d.Create(t.Context(), ticket); !errors.Is(err, connectors.ErrBusy) {
		t.Error(err)
	}
	if n := len(s.Objects("serviceCall")); n != 0 {
		t.Errorf("%d tickets were made", n)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the line broke") }

// The key is in no error, whatever the server repeats; and a delete is sent once.
func TestKeyAndDelete(t *testing.T) {
	s, c := installation()
	d := targetOf(t, s, c)
	ticket := asks(t, d)
	got, err := d.Create(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	s.Fault = func(r *http.Request) (f itsm365test.Fault) {
		if strings.Contains(r.URL.Path, "/delete/") {
			asked++
			f.Status, f.Body = http.StatusInternalServerError, "no: "+r.URL.String()
		}
		return f
	}
	if err := d.Delete(t.Context(), desk.KindTicket, got.ID); !errors.Is(err, connectors.ErrUnsure) || strings.Contains(err.Error(), s.Key) || asked != 1 {
		t.Errorf("asked %d times: %v", asked, err)
	}
	s.Fault = nil
	if err := d.Delete(t.Context(), desk.KindContact, ticket.Requester.Target); !errors.Is(err, connectors.ErrRefused) {
		t.Errorf("who is named by a ticket: %v", err)
	}
	for range 2 {
		err = d.Delete(t.Context(), desk.KindTicket, got.ID)
	}
	if !errors.Is(err, connectors.ErrNotFound) || len(s.Objects("serviceCall"))+len(s.Objects("file")) != 0 {
		t.Error(err)
	}
}
