package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// What a plan cannot foresee of people who were deleted at Zendesk it says that it cannot.
func TestPlanSaysThatPeopleMayBeGone(t *testing.T) {
	t.Parallel()
	ticket := aTicket("1", "one")
	path := recordsFile(t, asker, ticket)
	far := aZendesk(t)
	j := travel(t, "jsonl:"+path, far)
	j.run(t, "migrate")
	account := far.people.(zendeskPeople).Account
	made, _ := account.Ticket(account.Tickets()[0])
	account.Delete("users", number(t, fmt.Sprint(made["requester_id"])))
	ticket.Messages = append(ticket.Messages, desk.Message{ID: "1.2", At: time.Unix(2e9, 0).UTC(), Author: ticket.Requester, Text: "two"})
	appendRecord(t, path, ticket)
	var plan report.Plan
	printed(t, j.words("plan"), &plan)
	said := slices.ContainsFunc(plan.Unforeseen, func(s string) bool { return strings.Contains(s, "deleted there since") })
	o, _ := j.end(t, "sync")
	if refused := plan.Kinds[desk.KindMessage].Refuse; o.Kinds[desk.KindMessage].Failed == 0 || refused == 0 && !said {
		t.Errorf("the run counted %+v, the plan %+v, said %v", o.Kinds[desk.KindMessage], plan.Kinds[desk.KindMessage], said)
	}
}
