package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
)

func anITSM365(t *testing.T) *cloud { return itsm365At(t, site{}) }

func itsm365At(t *testing.T, at site) *cloud {
	s, w := itsm365test.New(), &weather.Weather{Reads: itsm365test.Reads}
	s.Clock = at.now
	for _, of := range []string{"serviceCall", "employee", "ou"} {
		s.AddAttribute(of, itsm365test.Attribute{Code: "deskhaul", Title: "deskhaul", Type: itsm365test.Text})
	}
	s.AddAttribute("serviceCall", itsm365test.Attribute{Code: "tags", Title: "Теги", Type: itsm365test.Text})
	ou := s.Add("ou$ou", map[string]any{"title": "Customers"})
	p := itsm365People{s, s.Add("employee$employee", map[string]any{"lastName": "Ann", "email": "ann@desk.test", "parent": ou}), ""}
	p.contact = s.Add("employee$contactPerson", map[string]any{"lastName": "New", "email": "new@customer.test", "parent": ou})
	s.Add("slmService$slmService", map[string]any{"title": "General"})
	for _, name := range []string{"General", "Support"} { // of others, as nobody can make one
		s.Add("team$team", map[string]any{"title": name})
	}
	url, stop := s.Start(at.over(w))
	t.Cleanup(stop)
	if err := os.Setenv("TOKEN_ITSM365", s.Key); err != nil { //nolint:usetesting // the same of all: tests run beside this that t.Setenv forbids
		t.Fatal(err)
	}
	return &cloud{
		connector: "itsm365", url: url, token: s.Key, outbox: s.Outbox, people: p, weather: w,
		settings: []string{"quiet=events-off", "mark=deskhaul", "tickets.attributes.tags=tags", "contacts.constants.parent=" + ou, "names=first-last", "stand_in=ann@desk.test", "per_minute=100000", "settling=1s"},
	}
}

// itsm365People work where no request is seen.
type itsm365People struct {
	*itsm365test.Server
	agent, contact string
}

func (p itsm365People) answer(_ *testing.T, ticket string, n int) { p.say(ticket, n, false) }
func (p itsm365People) note(_ *testing.T, ticket string, n int)   { p.say(ticket, n, true) }

func (p itsm365People) say(ticket string, n int, private bool) {
	p.Add("comment", map[string]any{"source": ticket, "text": "<p>" + words(n) + "</p>", "author": p.agent, "private": private})
}

func (p itsm365People) solve(_ *testing.T, ticket string) {
	p.Change(ticket, map[string]any{"state": "resolved"})
}

func (p itsm365People) open(_ *testing.T, subject string, n int) {
	p.Add("serviceCall$incident", map[string]any{"shortDescr": subject, "descriptionInRTF": "<p>" + words(n) + "</p>", "clientEmployee": p.contact, "author": p.contact})
}

func (p itsm365People) remove(_ *testing.T, ticket string) { p.Delete(ticket) }

// merge does nothing: no client of the API shows such a call.
func (p itsm365People) merge(*testing.T, string, string) bool { return false }

// A mailbox goes into ITSM 365 when a canary was silent, is verified there, and taken back.
func TestMailboxIntoITSM365(t *testing.T) {
	t.Parallel()
	far := anITSM365(t)
	j := aWaryMove(t, far)
	refused(t, j, "no canary has shown it")
	r := answered(t, j, "N\n")
	var told []canaryTold
	if err := json.Unmarshal(r.out.Bytes(), &told); err != nil || r.code != exitDone || len(told) != 1 || told[0].State != "silent" {
		t.Fatalf("exit code %d: %s %v", r.code, r.all(), err)
	}
	if there := far.read(t); len(there) > 0 {
		t.Errorf("of the canary there is left %v", there)
	}
	if r := inside(t, j.words("plan")...); r.code != exitDone {
		t.Errorf("plan: exit code %d: %s", r.code, r.all())
	}
	j.run(t, "migrate")
	if there := far.read(t); len(there) != 1 {
		t.Errorf("there is %v", there)
	}
	if r := inside(t, j.words("verify")...); r.code != exitDone {
		t.Errorf("verify: exit code %d: %s", r.code, r.all())
	}
	if mails := far.outbox(); len(mails) > 0 {
		t.Errorf("e-mails: %q", mails)
	}
	r = inside(t, append(j.words("rollback"), "--yes")...)
	if there := far.read(t); r.code != exitDone || len(there) > 0 {
		t.Errorf("rollback: exit code %d: %s; there is %v", r.code, r.all(), there)
	}
	if strings.Contains(r.all(), far.token) {
		t.Error("the key is told")
	}
}
