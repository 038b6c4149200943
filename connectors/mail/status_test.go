package mail

import (
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// Who is one of us may be said later than the mailbox was first looked at.
func TestStatusFollowsTheAgents(t *testing.T) {
	p := &pile{mails: []string{
		letterOf("Message-ID: <a@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 10:00:00 +0000|Subject: x"),
		letterOf("Message-ID: <b@x.test>|In-Reply-To: <a@x.test>|From: ann@desk.test|To: j@x.test|Date: Mon, 3 Jun 2019 11:00:00 +0000|Subject: Re: x"),
	}}
	state := newPutLog(nil)
	for _, c := range []struct {
		o    Options
		want desk.Status
	}{{Options{}, desk.StatusOpen}, {Options{Agents: Agents{Domains: []string{"desk.test"}}}, desk.StatusPending}} {
		tickets, _, _ := readAll(t, pileSource(t, p, state, c.o), "")
		if len(tickets) != 1 || tickets[0].Status != c.want {
			t.Errorf("%+v: %d tickets, status %s, want %s", c.o.Agents, len(tickets), tickets[0].Status, c.want)
		}
	}
}
