package itsm365

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/desk"
)

var morning = time.Date(2024, 2, 3, 6, 7, 8, 0, time.UTC)

// stocked is an installation with one ticket of all that there is.
func stocked() (*itsm365test.Server, map[string]string) {
	s, ids := itsm365test.New(), map[string]string{}
	ids["ou"] = s.Add("ou$ou", map[string]any{"title": "ООО «Ромашка»"})
	ids["team"] = s.Add("team$team", map[string]any{"title": "Первая линия"})
	ids["service"] = s.Add("slmService$slmService", map[string]any{"title": "Почта"})
	ids["anna"] = s.Add("employee$employee", map[string]any{"lastName": "Иванова", "firstName": "Анна", "email": "Anna@desk.test", "parent": ids["ou"]})
	ids["olga"] = s.Add("employee$contactPerson", map[string]any{"lastName": "Петрова", "firstName": "Ольга", "middleName": "Игоревна", "email": "olga@a.test", "mobilePhoneNumber": "+7 1", "post": "директор", "parent": ids["ou"]})
	s.AddAttribute("serviceCall", itsm365test.Attribute{Code: "city", Title: "Город", Type: itsm365test.Text})
	ids["ticket"] = s.AddAt(morning, "serviceCall$incident", map[string]any{
		"shortDescr": "Не печатает", "descriptionInRTF": "<p>Принтер <b>молчит</b></p>", "state": "inprogress", "clientEmployee": ids["olga"], "clientOU": ids["ou"],
		"responsibleEmployee": ids["anna"], "responsibleTeam": ids["team"], "service": ids["service"], "priority": string(priorityOf(s, "critical")), "city": "Пенза", "author": ids["olga"],
	})
	ids["said"] = s.AddAt(morning.Add(time.Hour), "comment", map[string]any{"source": ids["ticket"], "text": "Проверьте &lt;кабель&gt;", "author": ids["anna"], "private": true})
	ids["file"] = s.AddFile(ids["ticket"], "фото.jpg", "image/jpeg", []byte("picture"))
	s.Change(ids["file"], nil)
	return s, ids
}

func priorityOf(s *itsm365test.Server, code string) desk.ID {
	for _, o := range s.Objects("priority") {
		if o.Values["code"] == code {
			return desk.ID(o.ID)
		}
	}
	return ""
}

// A ticket is read with all that it has; dates are in the server's zone, states and priorities
// in our words, and attributes that nobody named are fields.
func TestReadsTickets(t *testing.T) {
	s, ids := stocked()
	got := ticketsOf(t, sourceOf(t, configOf(s), envOf(t, s.Transport())))["Не печатает"]
	if got == nil {
		t.Fatal("there is no such ticket")
	}
	if !got.Created.Equal(morning) || got.Status != desk.StatusOpen || got.Priority != desk.PriorityUrgent || got.Type != "incident" || got.Number == "" {
		t.Errorf("%+v", got)
	}
	for name, ref := range map[string][2]desk.Ref{
		"requester": {got.Requester, desk.To(desk.KindContact, desk.ID(ids["olga"]))}, "assignee": {got.Assignee, desk.To(desk.KindAgent, desk.ID(ids["anna"]))},
		"group": {got.Group, desk.To(desk.KindGroup, desk.ID(ids["team"]))}, "category": {got.Category, desk.To(desk.KindCategory, desk.ID(ids["service"]))},
	} {
		if ref[0] != ref[1] {
			t.Errorf("%s is %v, want %v", name, ref[0], ref[1])
		}
	}
	if got.Fields["city"] != "Пенза" || got.Fields["state"] != "inprogress" || got.Fields["clientOU"] != "ООО «Ромашка»" {
		t.Errorf("fields %v", got.Fields)
	}
	if n := len(got.Messages); n != 3 {
		t.Fatalf("%d messages: %+v", n, got.Messages)
	}
	first, said, late := got.Messages[0], got.Messages[1], got.Messages[2]
	if first.HTML != "<p>Принтер <b>молчит</b></p>" || first.Text != "Принтер молчит" || first.Author.Kind != desk.KindContact || first.Note {
		t.Errorf("the first: %+v", first)
	}
	if !said.Note || said.Author.ID != desk.ID(ids["anna"]) || !said.At.Equal(morning.Add(time.Hour)) {
		t.Errorf("the comment: %+v", said)
	}
	if !late.Note || len(late.Files) != 1 || string(conntest.BytesOf(t, late.Files[0])) != "picture" || late.Files[0].Size != 7 {
		t.Errorf("the file that came later: %+v", late)
	}
}

// Who is an agent and who a contact says the configuration: by their types, or by an attribute.
func TestAgentsAndContacts(t *testing.T) {
	s, ids := stocked()
	names := func(c *Config, kind desk.Kind) (out []string) {
		records, _ := readAll(t, sourceOf(t, c, envOf(t, s.Transport())), kind, "")
		for _, r := range records {
			switch r := r.(type) {
			case *desk.Agent:
				out = append(out, r.Name+" "+r.Email)
			case *desk.Contact:
				out = append(out, r.Name+" "+fmt.Sprint(r.Emails, r.Phones, r.Org.ID == desk.ID(ids["ou"]), r.Fields["post"]))
			}
		}
		return out
	}
	byType := configOf(s)
	if got := names(byType, desk.KindAgent); !cmp.Equal(got, []string{"Ключ Служебный key@acme.test", "Иванова Анна anna@desk.test"}) {
		t.Errorf("agents: %q", got)
	}
	if got := names(byType, desk.KindContact); !cmp.Equal(got, []string{"Петрова Ольга Игоревна [olga@a.test] [+7 1] trueдиректор"}) {
		t.Errorf("contacts: %q", got)
	}
	s.Change(ids["anna"], map[string]any{"performer": true})
	byAttribute := configOf(s)
	byAttribute.Agents = Class{Class: "employee", Where: map[string]string{"performer": "true"}}
	if got := names(byAttribute, desk.KindAgent); len(got) != 1 {
		t.Errorf("agents: %q", got)
	}
	if got := names(byAttribute, desk.KindContact); len(got) != 2 {
		t.Errorf("contacts: %q", got)
	}
}

// A delta brings what changed: a ticket, a comment or a file of one that says of no change, an
// altered comment, and what is gone. It asks for no ticket besides.
func TestDelta(t *testing.T) {
	s, ids := stocked()
	others := []string{}
	for i := range 8 {
		others = append(others, s.Add("serviceCall$serviceCall", map[string]any{"shortDescr": fmt.Sprint("№ ", i)}))
	}
	s.Clock = func() time.Time { return time.Now().Add(time.Minute) } // times there have whole seconds
	src := sourceOf(t, configOf(s), envOf(t, s.Transport()))
	_, at := readAll(t, src, desk.KindTicket, "")
	delta := func() (out []string) {
		var records []desk.Record
		records, at = readAll(t, src, desk.KindTicket, at)
		for _, r := range records {
			out = append(out, fmt.Sprint(r.About().ID, " ", r.About().Deleted))
		}
		return out
	}
	if got := delta(); len(got) > 0 {
		t.Errorf("nothing happened, and the delta brings %q", got)
	}
	now := 2 * time.Minute
	s.Clock = func() time.Time { return time.Now().Add(now) }
	s.Change(others[1], map[string]any{"shortDescr": "другая"})
	s.Add("comment", map[string]any{"source": others[2], "text": "ещё"})
	s.AddFile(others[3], "a.txt", "text/plain", []byte("a"))
	s.Change(ids["said"], map[string]any{"text": "иначе"})
	s.Delete(others[4])
	want := []string{ids["ticket"] + " false", others[1] + " false", others[2] + " false", others[3] + " false", others[4] + " true"}
	if got := delta(); !cmp.Equal(got, want) {
		t.Errorf("the delta brings %q, want %q", got, want)
	}
	if got := delta(); !cmp.Equal(got, []string{others[1] + " false"}) {
		t.Errorf("what was changed at the second when it was read is read once more: %q", got)
	}
	now = time.Hour
	delta()
	if got := delta(); len(got) > 0 {
		t.Errorf("it brings again %q", got)
	}
}

// A reading that was broken off goes on where it was.
func TestResumes(t *testing.T) {
	s := itsm365test.New()
	for i := range 9 {
		s.Add("serviceCall$serviceCall", map[string]any{"shortDescr": fmt.Sprint("№ ", i)})
	}
	s.Clock = func() time.Time { return time.Now().Add(time.Minute) }
	src := sourceOf(t, configOf(s), envOf(t, s.Transport()))
	var at connectors.Cursor
	n := 0
	for it, err := range src.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		if at = it.Cursor; n == 4 {
			break
		}
		n++
	}
	records, end := readAll(t, src, desk.KindTicket, at)
	if len(records) < 4 || len(records) > 5 {
		t.Errorf("it went on with %d of 9 after five", len(records))
	}
	if again, _ := readAll(t, src, desk.KindTicket, end); len(again) > 0 {
		t.Errorf("%d come again", len(again))
	}
}

// A key that may list tickets and not read one by one is told of, and loses none.
func TestKeyThatMayNotGet(t *testing.T) {
	s, _ := stocked()
	s.NoGet = true
	for _, err := range sourceOf(t, configOf(s), envOf(t, s.Transport())).Read(t.Context(), desk.KindTicket, "") {
		if err == nil || !strings.Contains(err.Error(), "right to read single objects") {
			t.Errorf("%v", err)
		}
	}
}

// A list may come in an object that holds it, as one client was answered; what is none is told.
func TestListInAnObject(t *testing.T) {
	s, _ := stocked()
	c := configOf(s)
	c.page = 0
	for said, fine := range map[string]bool{`{"value":%s,"Count":1}`: true, `{"objects":%s}`: true, `{"odd":%s}`: false} {
		s.Fault = func(r *http.Request) (f itsm365test.Fault) {
			if strings.Contains(r.URL.Path, "/find/ou") {
				f.Lie = func(b []byte) []byte { return []byte(fmt.Sprintf(said, b)) }
			}
			return f
		}
		n := 0
		for _, err := range sourceOf(t, c, envOf(t, s.Transport())).Read(t.Context(), desk.KindOrganization, "") {
			if n++; (err == nil) != fine {
				t.Errorf("%s: %v", said, err)
			}
		}
		if n == 0 {
			t.Errorf("%s: nothing was read", said)
		}
	}
}

// Where an installation has a filter of its own for what changed lately, a delta asks for the
// day before the last one, and promises no deletions.
func TestSince(t *testing.T) {
	s, ids := stocked()
	s.AddAttribute("serviceCall", itsm365test.Attribute{Code: "changedSince", Type: itsm365test.Text})
	c := configOf(s)
	c.Since = "changedSince"
	if reads, _ := Spec().CapsOf(c); reads.Deletions {
		t.Error("it promises deletions")
	}
	asked := ""
	s.Fault = func(r *http.Request) (f itsm365test.Fault) {
		if strings.Contains(r.URL.Path, "/find/serviceCall") {
			b, _ := io.ReadAll(r.Body) // the stand-in reads it again
			r.Body, asked = io.NopCloser(bytes.NewReader(b)), string(b)
		}
		return f
	}
	src := sourceOf(t, c, envOf(t, s.Transport()))
	_, at := readAll(t, src, desk.KindTicket, "")
	if asked != "{}" {
		t.Errorf("the first reading asks for %s", asked)
	}
	s.Change(ids["ticket"], map[string]any{"shortDescr": "иначе"})
	if records, _ := readAll(t, src, desk.KindTicket, at); len(records) > 0 {
		t.Errorf("%v are not what the filter finds", records)
	}
	if yesterday := fmt.Sprint(src.date(time.Now().Add(-day)))[:len("2024.02.03 06")]; !strings.Contains(asked, `{"changedSince":"`+yesterday) {
		t.Errorf("the delta asks for %s", asked)
	}
}
