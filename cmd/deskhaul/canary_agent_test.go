package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// Where the agent of a canary may not own tickets, it shows nothing of assignments: that is
// told. What the target does not delete is told with what can be done instead.
func TestCanaryOfAgentWhoMayNotOwn(t *testing.T) {
	for _, lacks := range [][]string{nil, {"OwnTicket"}} {
		s := rttest.New()
		s.Lacks = lacks
		far := &cloud{connector: "rt", url: s.Start(t.Cleanup), token: rttest.Token, settings: []string{"quiet=scrips", "settling=1s"}, outbox: s.Outbox}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, far.url+"/REST/2.0/user", strings.NewReader(`{"Name":"ann","EmailAddress":"ann@desk.test","Privileged":1}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "token "+rttest.Token)
		req.Header.Set("Content-Type", "application/json")
		made, err := http.DefaultClient.Do(req)
		if err != nil || made.StatusCode != http.StatusCreated || made.Body.Close() != nil {
			t.Fatal(made, err)
		}
		r := answered(t, aWaryMove(t, far), "n\n", "--agent", "ann@desk.test")
		if said := "It is not assigned to ann@desk.test"; r.code != exitDone || strings.Contains(r.errs.String(), said) != (lacks != nil) {
			t.Errorf("%v: exit code %d: %s", lacks, r.code, r.all())
		}
		if !strings.Contains(r.out.String(), "contact me@desk.test (me@desk.test) – RT deletes tickets alone, users and queues can be disabled there by hand\"") {
			t.Errorf("it is not told what is left: %s", r.out.String())
		}
	}
}
