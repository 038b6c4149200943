package main

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
)

func anOkdesk(t *testing.T) *cloud { return okdeskAt(t, site{}) }

func okdeskAt(t *testing.T, at site) *cloud {
	s := okdesktest.New()
	s.Clock = at.now
	s.AddParameter("issues", okdesktest.Parameter{Code: "deskhaul", Name: "Метка переезда", Type: "ftstring"})
	p := okdeskPeople{s, s.AddEmployee(okdesktest.Person{First: "Ann", Email: "ann@desk.test", Groups: []int64{s.AddGroup("Support")}}), s.AddContact(okdesktest.Person{First: "New", Email: "new@customer.test"})}
	w := new(weather.Weather)
	url, stop := s.Start(at.over(w))
	t.Cleanup(stop)
	if at.address != "" {
		s.At(at.address)
	}
	return &cloud{
		connector: "okdesk", url: url, token: s.Key, settings: []string{"quiet=notifications-off", "mark=deskhaul", "names=first-last", "stand_in=ann@desk.test", "settling=1s", "per_minute=1000000"},
		outbox: s.Outbox, people: p, weather: w,
	}
}

// okdeskPeople work where no request is seen.
type okdeskPeople struct {
	*okdesktest.Server
	agent, contact int64
}

func (p okdeskPeople) answer(t *testing.T, ticket string, n int) {
	p.AddComment(number(t, ticket), okdesktest.Comment{HTML: "<p>" + words(n) + "</p>", Employee: p.agent})
}

func (p okdeskPeople) note(t *testing.T, ticket string, n int) {
	p.AddComment(number(t, ticket), okdesktest.Comment{HTML: "<p>" + words(n) + "</p>", Employee: p.agent, Private: true})
}

func (p okdeskPeople) solve(t *testing.T, ticket string) {
	p.ChangeIssue(number(t, ticket), func(i *okdesktest.Issue) { i.Status = "completed" })
}

func (p okdeskPeople) open(_ *testing.T, subject string, n int) {
	p.AddIssue(okdesktest.Issue{Title: subject, HTML: "<p>" + words(n) + "</p>", Contact: p.contact})
}

func (p okdeskPeople) remove(t *testing.T, ticket string) { p.DeleteIssue(number(t, ticket)) }

// merge does nothing: Okdesk has no such call.
func (p okdeskPeople) merge(*testing.T, string, string) bool { return false }

// An Okdesk whose rules of notification are on tells nobody whom it mails: the answer is a
// person's. Only of the status has it been asked to keep silent.
func TestCanaryThatOkdeskMails(t *testing.T) {
	t.Parallel()
	far := anOkdesk(t)
	s := far.people.(okdeskPeople).Server
	s.Loud = true
	j := aWaryMove(t, far)
	if r := answered(t, j, "y\n", "--agent", "ann@desk.test"); r.code != exitUsage || !strings.Contains(r.out.String(), `"state": "mail"`) || !strings.Contains(r.out.String(), `"by": "you"`) {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	all := strings.Join(s.Outbox(), "\n")
	for _, want := range []string{"to " + mine + ": a new issue", "to " + mine + ": a comment", "to ann@desk.test: new assignees", "to ann@desk.test: a private comment"} {
		if !strings.Contains(all, want) {
			t.Errorf("a canary does not set off %q, but\n%s", want, all)
		}
	}
	if strings.Contains(all, "the status") {
		t.Errorf("a change of the status was to be quiet:\n%s", all)
	}
	refused(t, j, "came as an e-mail")
}
