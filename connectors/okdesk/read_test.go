package okdesk

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// An issue is read with all that is in it, in the account's own words.
func TestIssueIsRead(t *testing.T) {
	s := okdesktest.New()
	company := s.AddCompany("ООО «Ромашка»", nil)
	object, group := s.AddObject("Магазин №13", company), s.AddGroup("Механики")
	anna := s.AddEmployee(okdesktest.Person{Last: "Иванова", First: "Анна", Patronymic: "Петровна", Email: "Anna@desk.test", Groups: []int64{group}})
	olga := s.AddContact(okdesktest.Person{Last: "Сидорова", First: "Ольга", Email: "Olga@romashka.test", Phone: "+7 495 1", Mobile: "+7 916 2", Company: company, Comment: "звонить после двух"})
	for _, p := range []okdesktest.Parameter{
		{Code: "text", Type: "ftstring"},
		{Code: "day", Type: "ftdate"},
		{Code: "when", Type: "ftdatetime"},
		{Code: "vip", Type: "ftcheckbox"},
		{Code: "one", Type: "ftselect"},
		{Code: "many", Type: "ftmultiselect"},
		{Code: "status", Type: "ftstring"},
		{Code: "labels", Type: "ftmultiselect"},
	} {
		s.AddParameter("issues", p)
	}
	at := time.Now().Add(-48 * time.Hour).Truncate(time.Millisecond).UTC()
	parent := s.AddIssue(okdesktest.Issue{Title: "Общая", Contact: olga, At: at.Add(-time.Hour)})
	id := s.AddIssue(okdesktest.Issue{
		Title: "Не печатает", HTML: "<p>Принтер <b>молчит</b></p>", Type: "incident", Priority: "critical", Status: "completed", Contact: olga, Company: company, Assignee: anna, Group: group, Object: object,
		Parent: parent, At: at, Due: at.Add(24 * time.Hour), Rate: "good", Observers: []int64{anna, s.AddEmployee(okdesktest.Person{Last: "Петров", First: "Пётр", Email: "p@desk.test"})},
		Custom: map[string]any{"text": "текст", "day": "2019-02-06", "when": "2019-02-21T14:00:00.000+03:00", "vip": true, "one": "Программы", "many": []any{"Офис", "Склад"}, "status": "чужой", "labels": []any{"срочно", "печать"}},
		Spent:  []okdesktest.TimeEntry{{Employee: anna, Hours: 1.5, Comment: "выезд", At: at}},
		Files:  []okdesktest.File{{Name: "фото.jpg", Public: true, Bytes: []byte("jpg")}, {Name: "договор.pdf", About: "только нам", Bytes: []byte("pdf")}},
	})
	s.AddComment(id, okdesktest.Comment{HTML: "<p>Едем</p>", Employee: anna, At: at.Add(time.Hour), Files: []okdesktest.File{{Name: "схема.png", Bytes: []byte("png")}}})
	s.AddComment(id, okdesktest.Comment{HTML: "картридж пуст", Employee: anna, Private: true, At: at.Add(2 * time.Hour)})
	s.AddComment(id, okdesktest.Comment{HTML: "Спасибо<br>Ольга", Contact: olga, At: at.Add(3 * time.Hour)})
	c := configOf(s)
	c.Tags = "labels"
	src := sourceOf(t, c, envOf(t, s.Transport()))
	got := ticketsOf(t, src)["Не печатает"]
	agent, contact := desk.To(desk.KindAgent, idOf(number(anna))), desk.To(desk.KindContact, idOf(number(olga)))
	if got.Status != desk.StatusSolved || got.Priority != desk.PriorityUrgent || got.Type != "incident" || got.Channel != "email" || got.Requester != contact || got.Assignee != agent || got.Group.ID != idOf(number(group)) {
		t.Errorf("it is %+v", got)
	}
	if !got.Created.Equal(at) || !got.Due.Equal(at.Add(24*time.Hour).Truncate(time.Millisecond)) || got.Solved.IsZero() || got.Rating.Score != "good" || len(got.Participants) != 1 {
		t.Errorf("it is %+v", got)
	}
	if d := cmp.Diff([]string{"срочно", "печать"}, got.Tags); d != "" {
		t.Error(d)
	}
	want := map[string]any{
		"status": "Решена", "company": "ООО «Ромашка»", "maintenance_entity": "Магазин №13", "parent": fmt.Sprint(parent), "source": "from_email", "spent_time": 1.5,
		"text": "текст", "day": "2019-02-06", "when": "2019-02-21T14:00:00.000+03:00", "vip": true, "one": "Программы", "many": []any{"Офис", "Склад"}, "parameter_status": "чужой",
		"time_entries": []any{map[string]any{"employee": "Иванова Анна Петровна", "hours": 1.5, "comment": "выезд", "at": stamp(at)}},
	}
	if d := cmp.Diff(want, got.Fields); d != "" {
		t.Error(d)
	}
	var said []string
	for _, m := range got.Messages {
		line := fmt.Sprintf("%s|%s|%v|%s", m.Text, m.HTML, m.Note, m.Author.Kind)
		for _, f := range m.Files {
			line += "|" + f.Name + " " + f.Type + " " + string(conntest.BytesOf(t, f))
		}
		said = append(said, line)
	}
	if d := cmp.Diff([]string{
		"Принтер молчит|<p>Принтер <b>молчит</b></p>|false|contact|фото.jpg image/jpeg jpg", "только нам||true||договор.pdf application/pdf pdf",
		"Едем|<p>Едем</p>|false|agent|схема.png image/png png", "картридж пуст||true|agent", "Спасибо\nОльга|Спасибо<br>Ольга|false|contact",
	}, said); d != "" {
		t.Error(d)
	}
}

// What people are: names in the order that is configured, no code to log in with, and no
// employee twice.
func TestPeopleAreRead(t *testing.T) {
	s := okdesktest.New()
	company := s.AddCompany("ООО «Ромашка»", nil)
	s.AddContact(okdesktest.Person{Last: "Сидорова", First: "Ольга", Patronymic: "Игоревна", Email: "Olga@r.test", Company: company, Archived: true})
	s.AddObject("Магазин №13", company)
	c := configOf(s)
	c.Names, c.Objects = firstLast, organizations
	src := sourceOf(t, c, envOf(t, s.Transport()))
	contacts, _ := readAll(t, src, desk.KindContact, "")
	olga := contacts[0].(*desk.Contact)
	if olga.Name != "Ольга Игоревна Сидорова" || olga.Emails[0] != "olga@r.test" || olga.Org.ID != idOf(number(company)) {
		t.Errorf("%+v", olga)
	}
	if d := cmp.Diff(map[string]any{"active": false}, olga.Fields); d != "" {
		t.Error(d)
	}
	orgs, _ := readAll(t, src, desk.KindOrganization, "")
	if object := orgs[1].(*desk.Organization); len(orgs) != 2 || object.Name != "Магазин №13" || object.Fields["company"] != "ООО «Ромашка»" || object.ID[:7] != objectPrefix {
		t.Errorf("%+v", orgs)
	}
}

// A list that pages by numbers, and one that gives fewer rows than were asked for, are read
// to their ends.
func TestListsAreReadToTheirEnds(t *testing.T) {
	for _, numbered := range []bool{false, true} {
		s := okdesktest.New()
		s.Numbered = numbered
		for i := range 10 {
			s.AddEmployee(okdesktest.Person{Last: fmt.Sprint("А", i), First: "Б", Email: fmt.Sprintf("a%d@desk.test", i)})
		}
		agents, _ := readAll(t, sourceOf(t, configOf(s), envOf(t, s.Transport())), desk.KindAgent, "")
		if len(agents) != 11 {
			t.Errorf("numbered %v: %d agents, want 11", numbered, len(agents))
		}
	}
}

// A comment is seen by the next reading, and a deletion, whatever counts as a change there,
// however old the issue is, and though no list tells what is gone.
func TestDeltaMissesNothing(t *testing.T) {
	for _, still := range []bool{false, true} {
		for _, slim := range []bool{false, true} {
			for _, cut := range []int{0, 5} {
				synctest.Test(t, func(t *testing.T) { deltaMissesNothing(t, still, slim, cut) })
			}
		}
	}
}

func deltaMissesNothing(t *testing.T, still, slim bool, cut int) {
	s := okdesktest.New()
	s.StillTalk, s.SlimRows, s.CutIDs = still, slim, cut
	people, issues := stock(s, 40)
	src := sourceOf(t, configOf(s), envOf(t, s.Transport()))
	_, end := readAll(t, src, desk.KindTicket, "")
	time.Sleep(time.Hour)
	s.AddComment(issues[1], okdesktest.Comment{HTML: "вдогонку", Contact: people[1]})
	s.DeleteIssue(issues[2])
	s.ChangeIssue(issues[3], func(i *okdesktest.Issue) { i.Priority = "low" })
	got, next := readAll(t, src, desk.KindTicket, end)
	seen := map[desk.ID]*desk.Ticket{}
	for _, r := range got {
		seen[r.About().ID] = r.(*desk.Ticket)
	}
	at := func(i int) *desk.Ticket { return seen[idOf(number(issues[i]))] }
	switch {
	case at(1) == nil || at(1).Messages[len(at(1).Messages)-1].Text != "вдогонку":
		t.Errorf("still %v, slim %v, cut %d: the comment was missed", still, slim, cut)
	case at(2) == nil || !at(2).Deleted:
		t.Errorf("still %v, slim %v, cut %d: the deletion was missed", still, slim, cut)
	case at(3) == nil || at(3).Priority != desk.PriorityLow:
		t.Errorf("still %v, slim %v, cut %d: the change was missed", still, slim, cut)
	case !still && !slim && len(got) > 3:
		t.Errorf("%d issues were read again, want 3", len(got))
	}
	time.Sleep(time.Hour)
	if again, _ := readAll(t, src, desk.KindTicket, next); !slim && len(again) > 2 || slices.ContainsFunc(again, func(r desk.Record) bool { return r.About().Deleted }) {
		t.Errorf("still %v, slim %v, cut %d: nothing changed, and %d were read", still, slim, cut, len(again))
	}
}

// A contact who is gone for good is told; one who was archived says so.
func TestPeopleWhoAreGone(t *testing.T) {
	s := okdesktest.New()
	gone := s.AddContact(okdesktest.Person{Last: "Ушёл", First: "Он"})
	away := s.AddContact(okdesktest.Person{Last: "Уволен", First: "Он"})
	src := sourceOf(t, configOf(s), envOf(t, s.Transport()))
	_, end := readAll(t, src, desk.KindContact, "")
	s.DeleteContact(gone)
	s.ChangeContact(away, func(p *okdesktest.Person) { p.Archived = true })
	got, end := readAll(t, src, desk.KindContact, end)
	if len(got) != 2 || got[0].About().Fields["active"] != false || !got[1].About().Deleted || got[1].About().ID != idOf(number(gone)) {
		t.Errorf("%+v", got)
	}
	if got, _ := readAll(t, src, desk.KindContact, end); len(got) != 0 {
		t.Errorf("nothing changed, and %d were read", len(got))
	}
}

// A file is asked for when it is opened, as late as that may be, and its host sees no token.
func TestFilesAreFetchedLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := okdesktest.New()
		_, issues := stock(s, 1)
		tk := ticketsOf(t, sourceOf(t, configOf(s), envOf(t, s.Transport())))["№ 0"]
		time.Sleep(24 * time.Hour)
		if got := string(conntest.BytesOf(t, tk.Messages[0].Files[0])); got != "0" {
			t.Errorf("the file says %q", got)
		}
		s.LinkLife = -time.Second
		_, err := tk.Messages[0].Files[0].Open(t.Context())
		if connectors.ReasonOf(err) != connectors.ReasonVanished {
			t.Errorf("a link that never works: %v", err)
		}
		s.DeleteIssue(issues[0])
		if _, err := tk.Messages[0].Files[0].Open(t.Context()); connectors.ReasonOf(err) != connectors.ReasonVanished {
			t.Errorf("a file that is gone: %v", err)
		}
		if spilt := s.TokensSpilt(); len(spilt) > 0 {
			t.Errorf("the files' host was told the token: %q", spilt)
		}
	})
}

// The account's own statuses and priorities are read by their names, or as is configured.
func TestWordsAreUnderstood(t *testing.T) {
	c := &Config{Statuses: map[string]string{"У подрядчика": "open"}, Priorities: map[string]string{"p9": "low"}}
	for _, of := range []struct {
		code, name string
		final      bool
		want       desk.Status
		known      bool
	}{
		{"opened", "Открыта", false, "open", true},
		{"delayed", "Отложена", false, "pending", true},
		{"wait_client", "Ожидание ответа клиента", false, "pending", true},
		{"done_x", "Выполнена", false, "solved", true},
		{"cancel", "Отменена", true, "closed", true},
		{"x", "У подрядчика", false, "open", true},
		{"y", "Бирюзовая", false, "pending", false},
		{"z", "Бирюзовая", true, "closed", false},
	} {
		if got, known := c.status(wordShape{Code: of.code, Name: of.name, Final: of.final}); got != of.want || known != of.known {
			t.Errorf("%s (%s): %s %v, want %s %v", of.name, of.code, got, known, of.want, of.known)
		}
	}
	for _, of := range [][3]string{{"critical", "Критический", "urgent"}, {"p1x", "Высокий", "high"}, {"p9", "Какой-то", "low"}, {"?", "Какой-то", ""}} {
		if got := c.priority(wordShape{Code: of[0], Name: of[1]}); string(got) != of[2] {
			t.Errorf("%s: %q, want %q", of[1], got, of[2])
		}
	}
}

// The first comment of an account is not missed either, where nothing was there to learn
// from whether it is a change.
func TestFirstCommentIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := okdesktest.New()
		s.StillTalk = true
		id := s.AddIssue(okdesktest.Issue{Title: "x", Contact: s.AddContact(okdesktest.Person{Last: "А", First: "Б"}), At: time.Now().Add(-time.Hour)})
		src := sourceOf(t, configOf(s), envOf(t, s.Transport()))
		_, end := readAll(t, src, desk.KindTicket, "")
		time.Sleep(time.Hour)
		s.AddComment(id, okdesktest.Comment{HTML: "ответ", Employee: 1001})
		if got, _ := readAll(t, src, desk.KindTicket, end); len(got) != 1 || len(got[0].(*desk.Ticket).Messages) != 2 {
			t.Errorf("%+v", got)
		}
	})
}

// Whoever wrote an issue is known, though it does not say whether he is an employee.
func TestUntypedAuthors(t *testing.T) {
	s := okdesktest.New()
	s.UntypedAuthors = true
	anna := s.AddEmployee(okdesktest.Person{Last: "Иванова", First: "Анна", Email: "a@desk.test"})
	olga := s.AddContact(okdesktest.Person{Last: "Петрова", First: "Ольга"})
	s.AddIssue(okdesktest.Issue{Title: "по звонку", Contact: olga, Author: anna})
	s.AddIssue(okdesktest.Issue{Title: "сама", Contact: olga})
	got := ticketsOf(t, sourceOf(t, configOf(s), envOf(t, s.Transport())))
	if a := got["по звонку"]; a.Requester != desk.To(desk.KindContact, idOf(number(olga))) || a.Messages[0].Author != desk.To(desk.KindAgent, idOf(number(anna))) {
		t.Errorf("%+v", a)
	}
	if b := got["сама"]; b.Messages[0].Author != b.Requester {
		t.Errorf("%+v", b)
	}
}
