package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
)

func aZnuny(t *testing.T) *cloud { return znunyAt(t, site{}) }

func znunyAt(t *testing.T, at site) *cloud {
	s, w := znunytest.New(), &weather.Weather{Reads: znunyReads, Signed: func(*http.Request) bool { return true }} // user and password stand in each call
	s.Clock = at.now
	p := znunyPeople{s, s.AddUser("ann")}
	server := httptest.NewServer(at.over(w)(s))
	t.Cleanup(server.Close)
	return &cloud{
		connector: "znuny", url: server.URL, token: znunytest.Password, key: "password", outbox: s.Outbox, weather: w, people: p,
		settings: []string{"user=" + znunytest.User, "quiet=notifications-off", "settling=1s", "stand_in=ann", "customer=nobody@desk.test", "queue=Support"},
	}
}

// znunyPeople work where no request is seen.
type znunyPeople struct {
	*znunytest.Server
	agent int64
}

func (p znunyPeople) answer(t *testing.T, ticket string, n int) {
	p.AddArticle(number(t, ticket), znunytest.Article{Sender: "agent", Visible: true, From: "Support <help@desk.test>", Subject: "x", Body: words(n), CreateBy: p.agent})
}

func (p znunyPeople) note(t *testing.T, ticket string, n int) {
	p.AddArticle(number(t, ticket), znunytest.Article{Sender: "agent", Channel: 3, From: "Ann <ann@desk.test>", Subject: "x", Body: words(n), CreateBy: p.agent})
}

func (p znunyPeople) solve(t *testing.T, ticket string) {
	p.Change(number(t, ticket), func(k *znunytest.Ticket) { k.State = "closed successful" })
}

func (p znunyPeople) open(_ *testing.T, subject string, n int) {
	p.AddTicket(znunytest.Ticket{Title: subject, Customer: "new@customer.test", Articles: []*znunytest.Article{{From: "New <new@customer.test>", Subject: subject, Body: words(n), Visible: true}}})
}

func (p znunyPeople) remove(t *testing.T, ticket string) { p.Delete(number(t, ticket)) }

func (p znunyPeople) merge(t *testing.T, ticket, into string) bool {
	p.Merge(number(t, ticket), number(t, into))
	return true
}

// znunyReads tells the calls that make nothing: all are POST.
func znunyReads(r *http.Request) bool {
	return !strings.HasSuffix(r.URL.Path, "/TicketCreate") && !strings.HasSuffix(r.URL.Path, "/TicketUpdate")
}
