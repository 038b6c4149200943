package main

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
)

func anIntercom(t *testing.T) *cloud { return intercomAt(t, site{}) }

// workspaces are those so far: each has a name of its own.
var workspaces atomic.Int64

func intercomAt(t *testing.T, at site) *cloud {
	s := intercomtest.New()
	s.Clock, s.Workspace = at.now, fmt.Sprint("acme", workspaces.Add(1))
	for _, name := range []string{"Tags", "Priority"} {
		s.AddAttribute(name, "string")
	}
	p := intercomPeople{s, strconv.FormatInt(s.AddAdmin("Ann", "ann@desk.test", s.AddTeam("General")), 10), s.AddContact(intercomtest.Contact{Name: "New", Email: "new@customer.test"})}
	w := new(weather.Weather) // its totals are those of searches, which go by POST
	url, stop := s.Start(at.over(w))
	t.Cleanup(stop)
	return &cloud{
		connector: "intercom", place: s.Workspace, url: url, token: s.Token, outbox: s.Outbox, people: p, weather: w,
		settings: []string{
			"quiet=outbound-off", "ticket_type=1", "tags_attribute=Tags", "priority_attribute=Priority", "stand_in=ann@desk.test", "stand_in_team=General", "stand_in_contact=new@customer.test", "search_lag=1s",
		},
	}
}

// intercomPeople work where no request is seen.
type intercomPeople struct {
	*intercomtest.Server
	agent, contact string
}

func (p intercomPeople) answer(t *testing.T, ticket string, n int) {
	p.AddPart(number(t, ticket), intercomtest.Part{HTML: "<p>" + words(n) + "</p>", By: p.agent})
}

func (p intercomPeople) note(t *testing.T, ticket string, n int) {
	p.AddPart(number(t, ticket), intercomtest.Part{Kind: "note", HTML: "<p>" + words(n) + "</p>", By: p.agent})
}

func (p intercomPeople) solve(t *testing.T, ticket string) {
	p.Solve(number(t, ticket))
}

func (p intercomPeople) open(_ *testing.T, subject string, n int) {
	p.AddTalk(intercomtest.Talk{Title: subject, HTML: "<p>" + words(n) + "</p>", Contacts: []string{p.contact}})
}

func (p intercomPeople) remove(t *testing.T, ticket string) { p.Delete(number(t, ticket)) }

// merge does nothing: no call tells that conversations were merged.
func (p intercomPeople) merge(*testing.T, string, string) bool { return false }
