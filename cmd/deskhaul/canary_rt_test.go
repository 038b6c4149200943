//go:build integration

package main

import (
	"os"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// A real Request Tracker whose scrips are on mails the canary's requester, and notes it:
// that is the answer, and runs are refused. With scrips off nothing is in its outbox, and
// runs go. What check sees without writing agrees with it each time.
func TestCanaryAtRequestTracker(t *testing.T) {
	t.Cleanup(rttest.Forget)
	s := rttest.StartReal(t)
	t.Setenv("TOKEN_RT", s.Token)
	far := &cloud{connector: "rt", url: s.URL, token: s.Token, settings: []string{"quiet=scrips", "settling=5s"}, outbox: s.Mails}
	j := aWaryMove(t, far)
	probed := func(want string) {
		t.Helper()
		if r := inside(t, j.words("check")...); !strings.Contains(r.out.String(), want) {
			t.Errorf("check does not say %q: %s", want, r.all())
		}
	}
	probed(`"found": "There is no message yet`)
	s.Scrips(true)
	r := answered(t, j, "")
	if r.code != exitUsage || !strings.Contains(r.out.String(), `"state": "mail"`) || !strings.Contains(r.out.String(), `"by": "rt"`) {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	mails := mailsTo(t, s, mine)
	if mails == 0 {
		t.Errorf("RT sent no e-mail to %s: %q", mine, s.Mails())
	}
	t.Logf("with scrips: %d e-mails to %s; %s", mails, mine, &r.out)
	refused(t, j, "came as an e-mail")
	probed(`"proof": "loud"`)
	s.Scrips(false)
	if r := answered(t, j, "n\n"); r.code != exitDone || !strings.Contains(r.out.String(), `"state": "silent"`) {
		t.Errorf("exit code %d: %s", r.code, r.all())
	} else {
		t.Logf("without: %s", &r.out)
	}
	if later := mailsTo(t, s, mine); later != mails {
		t.Errorf("%d e-mails with scrips off", later-mails)
	}
	probed(`"proof": "tested"`)
	j.run(t, "migrate")
	there := far.read(t)
	if later := mailsTo(t, s, mine); later != mails || len(there) != 1 {
		t.Errorf("%d e-mails, there is %v", later-mails, there)
	}
}

// mailsTo are how many e-mails RT handed over to be sent to an address.
func mailsTo(t *testing.T, s *rttest.Real, address string) (n int) {
	t.Helper()
	for _, name := range s.Mails() {
		if strings.HasSuffix(name, ".args") {
			continue
		}
		b, err := os.ReadFile(s.Outbox() + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(string(b), "\n\n")
		if strings.Contains(head, address) {
			n++
		}
	}
	return n
}
