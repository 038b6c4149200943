package main

import (
	"context"
	"net/http"
	"os"
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
	t.Parallel()
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

// What runs made is not taken back at a target that is known to mail, or of which nothing
// shows that it is silent: a deletion is told to people as other changes are. A rehearsal
// says so.
func TestRollbackWantsASilentCanary(t *testing.T) {
	far := anRT(t)
	s := far.people.(rtPeople).Handler.(*rttest.Server)
	j := aWaryMove(t, far)
	rollback := func(want int, why string) {
		t.Helper()
		trace := filepath.Join(t.TempDir(), "trace.log")
		r := inside(t, append(j.words("rollback"), "--yes", "--trace", trace)...)
		if r.code != want || !strings.Contains(r.errs.String(), why) {
			t.Errorf("exit code %d: %s", r.code, r.all())
		}
		if sent, err := os.ReadFile(trace); want != exitDone && (err != nil || len(sent) > 0) {
			t.Errorf("it made requests: %s %v", sent, err)
		}
		if r := inside(t, j.words("rollback")...); r.code != exitDone || !strings.Contains(r.out.String(), why) {
			t.Errorf("a rehearsal: exit code %d: %s", r.code, r.all())
		}
	}
	rollback(exitUsage, "no canary has shown it")
	if r := answered(t, j, "n\n"); r.code != exitDone {
		t.Fatalf("exit code %d: %s", r.code, r.all())
	}
	j.run(t, "migrate")
	s.Turn(true)
	if r := answered(t, j, ""); r.code != exitUsage {
		t.Fatalf("exit code %d: %s", r.code, r.all())
	}
	rollback(exitUsage, "came as an e-mail")
	s.Turn(false)
	if there := far.read(t); len(there) != 1 {
		t.Errorf("there is %v", there)
	}
	if r := answered(t, j, "n\n"); r.code != exitDone {
		t.Fatalf("exit code %d: %s", r.code, r.all())
	}
	rollback(exitDone, "")
	if there := far.read(t); len(there) > 0 {
		t.Errorf("there is left %v", there)
	}
}

// A rollback that sets off an e-mail ends with it, and is the last that writes there.
func TestRollbackThatMailsIsTheLast(t *testing.T) {
	far, s, way := aStruckRT(t)
	j := manyMails(t, far)
	j.run(t, "migrate")
	deletions := 0
	way.by(func(method, _, body string) int {
		if method == http.MethodPut && strings.Contains(body, "deleted") {
			if deletions++; deletions == 2 { // RT notes an e-mail by then
				s.Turn(true)
				far.answer(t, "1", 1001)
				s.Turn(false)
			}
		}
		return 0
	})
	r := inside(t, append(j.words("rollback"), "--yes")...)
	if r.code != exitError || !strings.Contains(r.errs.String(), "RT has sent an e-mail") || deletions != 2 {
		t.Errorf("exit code %d after %d deletions: %s", r.code, deletions, r.all())
	}
	refused(t, j, "in run 2 it sent an e-mail")
	if r := inside(t, append(j.words("rollback"), "--yes")...); r.code != exitUsage {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
}
