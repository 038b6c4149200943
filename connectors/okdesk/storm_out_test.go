package okdesk

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	lines "github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// Whatever fails on the way out of Okdesk, and on the way of a delta, whatever counts as a
// change there: in the end the far side holds what the account does, nothing lost and
// nothing twice, and what was deleted is marked so.
func TestStormOutOf(t *testing.T) {
	for _, seed := range weather.Seeds(t, rounds.Of(1, 3, 6)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { stormOutOf(t, seed) }) })
	}
}

func stormOutOf(t *testing.T, seed uint64) {
	s := okdesktest.New()
	s.StillTalk, s.SlimRows, s.UntypedAuthors = seed%3 != 0, seed%3 == 2, seed%2 == 1
	w := weather.Storm(seed, weather.Read)
	people, issues := stock(s, 25)
	dst := new(mem.Desk)
	h := weather.NewHaul(t, w)
	c := configOf(s)
	c.PerMinute = 6000
	h.Source = sourceOf(t, c, envOf(t, lines.To(w.Over(s))))
	h.Reads, _ = Spec().CapsOf(c)
	h.Target = dst
	_, h.Writes = mem.Spec().CapsOf(dst)
	h.Settle(t, 10)
	same := func(when string) {
		t.Helper()
		if d := cmp.Diff(view.Of(t, sourceOf(t, c, envOf(t, s.Transport()))), view.Of(t, dst)); d != "" {
			t.Errorf("%s: %s", when, d)
		}
	}
	same("after the move")
	time.Sleep(time.Hour)
	s.AddComment(issues[3], okdesktest.Comment{HTML: "<p>и ещё одно</p>", Contact: people[0]})
	s.ChangeIssue(issues[4], func(i *okdesktest.Issue) { i.Status = "closed" })
	s.AddIssue(okdesktest.Issue{Title: "new", HTML: "новая заявка", Contact: people[1]})
	s.AddFile(issues[6], okdesktest.File{Name: "позже.txt", Public: true, Bytes: []byte("later")})
	s.DeleteIssue(issues[5])
	h.Settle(t, 6)
	gone := 0
	for it, err := range dst.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		if it.Record.About().Deleted {
			gone++
		}
	}
	if gone != 1 {
		t.Errorf("%d tickets are marked deleted, want 1", gone)
	}
	same("after the delta")
	if spilt := s.TokensSpilt(); len(spilt) > 0 {
		t.Errorf("the token went to the files' host: %q", spilt)
	}
	w.WantAll(t)
}

// stock fills an account as people at work do, and returns its contacts and issues.
func stock(s *okdesktest.Server, issues int) (people, all []int64) {
	company, group := s.AddCompany("ООО «Ромашка»", nil), s.AddGroup("Первая линия")
	object := s.AddObject("Магазин №13", company)
	anna := s.AddEmployee(okdesktest.Person{Last: "Иванова", First: "Анна", Patronymic: "Петровна", Email: "anna@desk.test", Groups: []int64{group}})
	s.AddParameter("issues", okdesktest.Parameter{Code: "tier", Name: "Уровень", Type: "ftselect", Options: []string{"Золотой", "Серебряный"}})
	for i := range 4 {
		people = append(people, s.AddContact(okdesktest.Person{Last: fmt.Sprint("Zoë ", i), First: "Ж.", Email: fmt.Sprintf("zoe%d@acme.test", i), Company: company, Archived: i == 3}))
	}
	at := time.Now().Add(-1000 * time.Hour)
	for i := range issues {
		if i%5 != 0 {
			at = at.Add(time.Duration(i) * time.Hour)
		}
		who := people[i%len(people)]
		id := s.AddIssue(okdesktest.Issue{
			Title: fmt.Sprintf("№ %d", i), HTML: fmt.Sprintf("<p>вопрос %d</p>", i), Contact: who, Assignee: anna, Group: group, Object: object, At: at,
			Status: []string{"opened", "in_progress", "completed", "closed"}[i%4], Custom: map[string]any{"tier": "Золотой"}, Rate: []string{"", "good", "bad"}[i%3],
			Files: []okdesktest.File{{Name: "фото.jpg", Public: i%2 == 0, Bytes: []byte(fmt.Sprint(i))}}, Spent: []okdesktest.TimeEntry{{Employee: anna, Hours: 1.5, Comment: "выезд", At: at}}[:i%2],
		})
		all = append(all, id)
		for j := range i % 7 {
			at = at.Add(time.Second)
			k := okdesktest.Comment{HTML: strings.Repeat("<br>", j) + fmt.Sprintf("<p>ход %d</p>", j), Contact: who, Private: false, At: at}
			if j%2 == 0 {
				k.Employee, k.Contact, k.Private = anna, 0, j%4 == 2
			}
			s.AddComment(id, k)
		}
	}
	return people, all
}
