//go:build integration

package rt

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

type object = map[string]any

// TestMain removes what the servers of all tests began with.
func TestMain(m *testing.M) {
	code := m.Run()
	rttest.Forget()
	os.Exit(code)
}

func sourceOf(t *testing.T, s *rttest.Real) *Source {
	t.Helper()
	src, err := newSource(&Config{URL: s.URL, Token: connectors.Secret(s.Token)}, connectors.Env{
		HTTP: http.DefaultClient, Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// read is what a source yields of a kind after a cursor, the latest form of each.
func read(t *testing.T, src *Source, kind desk.Kind, after connectors.Cursor) (map[desk.ID]desk.Record, connectors.Cursor) {
	t.Helper()
	got := map[desk.ID]desk.Record{}
	for item, err := range src.Read(t.Context(), kind, after) {
		if err != nil {
			t.Fatal(err)
		}
		got[item.Record.About().ID], after = item.Record, item.Cursor
	}
	return got, after
}

// What a real Request Tracker holds is read, and what changes there afterwards.
func TestReadsRealServer(t *testing.T) {
	s := rttest.StartReal(t)
	s.Do("POST", "queue", object{"Name": "Поддержка"})
	s.Do("POST", "user", object{"Name": "ann", "EmailAddress": "Ann@desk.test", "RealName": "Ann Agent", "Privileged": 1})
	s.Do("POST", "user", object{"Name": "olga@kunde.test", "EmailAddress": "olga@kunde.test", "RealName": "Ольга", "Organization": "ООО Ромашка", "WorkPhone": "+7 1", "MobilePhone": "+7 2", "Comments": "vip"})
	// RT 5.0.3 answers 500 to a file whose name is not ASCII.
	one := s.Do("POST", "ticket", object{
		"Queue": "Поддержка", "Subject": "Принтер 日本語", "Requestor": "olga@kunde.test", "Cc": "bob@kunde.test", "Content": "<p>Не <b>печатает</b></p>", "ContentType": "text/html",
		"Created": "2019-05-06 07:08:09", "Due": "2019-06-06 07:08:09", "Priority": 50, "Status": "open",
		"Attachments": []object{{"FileName": "file.bin", "FileType": "application/octet-stream", "FileContent": "AAECA/8="}},
	})
	s.Do("POST", "ticket/"+one+"/correspond", object{"Content": "Перезагрузите", "ContentType": "text/plain"})
	s.Do("POST", "ticket/"+one+"/comment", object{"Content": "только для нас", "ContentType": "text/plain"})
	two := s.Do("POST", "ticket", object{"Queue": "General", "Subject": "two", "Requestor": "bob@kunde.test", "Content": "2"})
	three := s.Do("POST", "ticket", object{"Queue": "General", "Subject": "three", "Requestor": "bob@kunde.test", "Content": "3"})
	src := sourceOf(t, s)
	t.Run("people", func(t *testing.T) { checkPeople(t, src) })
	tickets, cursor := read(t, src, desk.KindTicket, "")
	if len(tickets) != 3 {
		t.Fatalf("%d tickets, want 3", len(tickets))
	}
	t.Run("ticket", func(t *testing.T) { checkTicket(t, tickets[desk.ID(one)].(*desk.Ticket)) })

	s.Do("POST", "ticket/"+two+"/correspond", object{"Content": "2b", "ContentType": "text/plain"})
	s.Do("PUT", "ticket/"+one, object{"Status": "resolved"})
	four := s.Do("POST", "ticket", object{"Queue": "General", "Subject": "four", "Requestor": "new@kunde.test", "Content": "4"})
	s.Do("PUT", "ticket/"+four, object{"MergeInto": two})
	s.Do("PUT", "ticket/"+three, object{"Status": "deleted"})
	tickets, cursor = read(t, src, desk.KindTicket, cursor)
	var got []string
	for id, rec := range tickets {
		tk := rec.(*desk.Ticket)
		got = append(got, fmt.Sprintf("%s %s deleted=%v into=%s %d messages", id, tk.Status, tk.Deleted, tk.MergedInto.ID, len(tk.Messages)))
	}
	slices.Sort(got)
	want := []string{
		one + " solved deleted=false into= 3 messages", two + " new deleted=false into= 2 messages",
		three + "  deleted=true into= 0 messages", four + " new deleted=false into=" + two + " 1 messages",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the delta brought\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if again, _ := read(t, src, desk.KindTicket, cursor); len(again) > len(tickets) {
		t.Errorf("an idle read brought %d tickets", len(again))
	}
	if mails := s.Mails(); len(mails) > 0 {
		t.Errorf("mails were sent: %q", mails)
	}
}

func checkPeople(t *testing.T, src *Source) {
	agents, _ := read(t, src, desk.KindAgent, "")
	if a, ok := agents["ann"].(*desk.Agent); !ok || a.Email != "ann@desk.test" || a.Name != "Ann Agent" {
		t.Errorf("agents: %+v", agents)
	}
	contacts, cursor := read(t, src, desk.KindContact, "")
	c, ok := contacts["olga@kunde.test"].(*desk.Contact)
	if !ok || c.Name != "Ольга" || c.Org.ID != "ООО Ромашка" || len(c.Phones) != 2 || c.Note != "vip" {
		t.Errorf("contacts: %+v", c)
	}
	if contacts["bob@kunde.test"] == nil || contacts["root"] != nil || contacts["Nobody"] != nil {
		t.Errorf("%d contacts", len(contacts))
	}
	if cursor == "" {
		t.Error("the contacts end without a cursor")
	}
	if orgs, _ := read(t, src, desk.KindOrganization, ""); len(orgs) != 1 || orgs["ООО Ромашка"] == nil {
		t.Errorf("organisations: %v", orgs)
	}
	queues, _ := read(t, src, desk.KindCategory, "")
	for _, q := range queues {
		if name := q.(*desk.Category).Name; name == "___Approvals" {
			t.Errorf("RT's own queue %s is read", name)
		}
	}
	if len(queues) == 0 {
		t.Error("no queues")
	}
}

func checkTicket(t *testing.T, tk *desk.Ticket) {
	if tk.Subject != "Принтер 日本語" || tk.Status != desk.StatusOpen || tk.Priority != desk.PriorityNormal || tk.Category.ID == "" {
		t.Errorf("cover: %+v", tk)
	}
	itsOwn := tk.Created.Equal(time.Date(2019, 5, 6, 7, 8, 9, 0, time.UTC))
	if !itsOwn && time.Since(tk.Created).Abs() > time.Hour || !tk.Due.Equal(time.Date(2019, 6, 6, 7, 8, 9, 0, time.UTC)) {
		t.Errorf("times: created %s, due %s", tk.Created, tk.Due)
	}
	if tk.Requester.ID != "olga@kunde.test" || len(tk.Participants) != 1 || tk.Participants[0].ID != "bob@kunde.test" {
		t.Errorf("people: %+v, %+v", tk.Requester, tk.Participants)
	}
	if len(tk.Messages) != 3 {
		t.Fatalf("%d messages, want 3", len(tk.Messages))
	}
	first, answer, note := tk.Messages[0], tk.Messages[1], tk.Messages[2]
	if !strings.Contains(first.HTML, "<b>печатает</b>") || !strings.Contains(first.Text, "печатает") || strings.Contains(first.Text, "<b>") {
		t.Errorf("first message: text %q, HTML %q", first.Text, first.HTML)
	}
	if answer.Text != "Перезагрузите" || answer.Note || answer.Author.Kind != desk.KindAgent || note.Text != "только для нас" || !note.Note {
		t.Errorf("answer %+v, note %+v", answer, note)
	}
	if len(first.Files) != 1 || first.Files[0].Name != "file.bin" || first.Files[0].Size != 5 {
		t.Fatalf("files: %+v", first.Files)
	}
	r, err := first.Files[0].Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != "\x00\x01\x02\x03\xff" {
		t.Errorf("the file's bytes are %x, %v", b, err)
	}
}
