package main

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// aLoudRT is a Request Tracker whose scrips are on, whatever the configuration says.
func aLoudRT(t *testing.T) (*cloud, *rttest.Server) {
	far := anRT(t)
	s := far.people.(rtPeople).Handler.(*rttest.Server)
	s.Turn(true)
	return far, s
}

// manyMails is a move of more tickets than one.
func manyMails(t *testing.T, far *cloud) *journey {
	t.Helper()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 40); err != nil {
		t.Fatal(err)
	}
	return travel(t, "mbox:"+mbox, far).fromMailbox()
}

// A run that had a target mail somebody is the last one that writes there until a canary
// was silent, also where the canary is waived: nobody else is mailed.
func TestRunThatMailsIsTheLast(t *testing.T) {
	far, s := aLoudRT(t)
	j := manyMails(t, far)
	r := inside(t, j.words("migrate")...)
	if r.code != exitError || !strings.Contains(r.errs.String(), "RT has sent an e-mail") || !strings.Contains(r.out.String(), "check --canary ADDRESS") {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	refused(t, j, "in run 1 it sent an e-mail")
	if r := inside(t, j.words("check")...); r.code != exitUsage || !strings.Contains(r.out.String(), `"canary": "mail"`) || !strings.Contains(r.out.String(), "in run 1 it sent an e-mail") {
		t.Errorf("check: exit code %d: %s", r.code, r.all())
	}
	if status := string(mustRun(t, "status", j.dir)); !strings.Contains(status, "canary at rt: NOT silent: in run 1") {
		t.Error(status)
	}
	if mails := s.Outbox(); len(mails) != 1 {
		t.Errorf("%d e-mails: %q", len(mails), mails)
	}
	s.Turn(false)
	if r := answered(t, j, "n\n"); r.code != exitDone {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	for try := 0; ; try++ { // what was in doubt is looked for until RT has settled
		r := inside(t, j.words("migrate")...)
		if r.code == exitDone {
			break
		}
		if r.code != exitQuarantine || try == 20 {
			t.Fatalf("exit code %d: %s", r.code, r.all())
		}
		time.Sleep(200 * time.Millisecond)
	}
	if mails := s.Outbox(); len(mails) != 1 {
		t.Errorf("%d e-mails: %q", len(mails), mails)
	}
}

// What a silent canary showed counts no more after such a run.
func TestRunThatMailsAfterASilentCanary(t *testing.T) {
	far := anRT(t)
	j := aWaryMove(t, far)
	if r := answered(t, j, "n\n"); r.code != exitDone {
		t.Fatalf("exit code %d: %s", r.code, r.all())
	}
	far.people.(rtPeople).Handler.(*rttest.Server).Turn(true)
	if r := inside(t, j.words("migrate")...); r.code != exitError {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	refused(t, j, "it sent an e-mail")
	if mails := far.outbox(); len(mails) != 1 {
		t.Errorf("%d e-mails: %q", len(mails), mails)
	}
}

// Who stops a run over the e-mail that it sets off keeps nobody from knowing of it.
func TestStoppedRunThatMails(t *testing.T) {
	far, s, way := aStruckRT(t)
	s.Turn(true)
	j := manyMails(t, far)
	ctx, stop := context.WithCancel(t.Context())
	way.by(func(method, path, _ string) int {
		if method == http.MethodPost && strings.HasSuffix(path, "/ticket") {
			stop()
		}
		return 0
	})
	r := new(ran)
	a := &app{stdin: strings.NewReader(""), stdout: &r.out, stderr: &r.errs}
	if r.code = a.run(ctx, j.words("migrate")); r.code != exitInterrupted {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	if mails := s.Outbox(); len(mails) != 1 {
		t.Errorf("%d e-mails: %q", len(mails), mails)
	}
	refused(t, j, "in run 1 it sent an e-mail")
}

// A repeated sync ends with the first e-mail.
func TestTailThatMailsEnds(t *testing.T) {
	far, s := aLoudRT(t)
	j := manyMails(t, far)
	words := append(j.words("sync"), "--every", "1s", "--until", "1h")
	if r := inside(t, words...); r.code != exitError || !strings.Contains(r.out.String(), `"runs": 1`) {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	if mails := s.Outbox(); len(mails) != 1 {
		t.Errorf("%d e-mails: %q", len(mails), mails)
	}
}

// Of a target that is known to mail, a canary that waits for its answer shows nothing yet,
// also where the canary is waived.
func TestCanaryUnderWayAfterAMail(t *testing.T) {
	far, s := aLoudRT(t)
	j := manyMails(t, far)
	if r := inside(t, append(j.words("check"), "--canary", mine)...); r.code != exitUsage {
		t.Fatalf("exit code %d: %s", r.code, r.all())
	}
	s.Turn(false)
	for range 2 { // the second goes on with the first
		if r := inside(t, append(j.words("check"), "--canary", mine)...); r.code != exitUnconfirmed {
			t.Fatalf("exit code %d: %s", r.code, r.all())
		}
		refused(t, j, "has not shown yet")
	}
	mustRun(t, append(j.words("check"), "--canary", mine, "--came", "nothing")...)
	j.run(t, "migrate")
}
