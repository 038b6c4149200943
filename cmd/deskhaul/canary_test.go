package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// mine is an address of the administrator's.
const mine = "me@desk.test"

// answered runs check --canary where somebody types the answer.
func answered(t *testing.T, j *journey, answer string, more ...string) *ran {
	t.Helper()
	r := new(ran)
	a := &app{stdin: strings.NewReader(answer), stdout: &r.out, stderr: &r.errs, asking: true}
	r.code = a.run(t.Context(), append(append(j.words("check"), "--canary", mine, "--wait", "0"), more...))
	return r
}

// aWaryMove is a move of a small mailbox to a helpdesk that wants to have seen a canary.
func aWaryMove(t *testing.T, far *cloud) *journey {
	t.Helper()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 4); err != nil {
		t.Fatal(err)
	}
	far.wary = true
	return travel(t, "mbox:"+mbox, far).fromMailbox()
}

// refused holds a run to being refused for the lack of a silent canary, before the first
// request.
func refused(t *testing.T, j *journey, why string) {
	t.Helper()
	for _, verb := range []string{"migrate", "load", "sync", "retry"} {
		trace := filepath.Join(t.TempDir(), "trace.log")
		r := inside(t, append(j.words(verb), "--trace", trace)...)
		if said := r.errs.String(); r.code != exitUsage || !strings.Contains(said, why) || !strings.Contains(said, "check --canary") {
			t.Errorf("%s: exit code %d: %s", verb, r.code, said)
		}
		if sent, err := os.ReadFile(trace); err != nil || len(sent) > 0 {
			t.Errorf("%s made requests: %s %v", verb, sent, err)
		}
	}
}

// A target whose silence is only declared is written to when a canary was silent, and not
// before; of the canary nothing is left there. A dry run wants none.
func TestRunsWantASilentCanary(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk, "intercom": anIntercom, "okdesk": anOkdesk, "znuny": aZnuny, "itsm365": anITSM365} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			far := start(t)
			j := aWaryMove(t, far)
			refused(t, j, "no canary has shown it")
			if r := inside(t, j.words("plan")...); r.code != exitDone || !strings.Contains(r.out.String(), "no canary has shown it") {
				t.Errorf("plan: exit code %d: %s", r.code, r.all())
			}
			if r := inside(t, j.words("check")...); r.code != exitUsage || !strings.Contains(r.out.String(), "no canary has shown it") {
				t.Errorf("check: exit code %d: %s", r.code, r.all())
			}
			r := answered(t, j, "perhaps\nN\n")
			var told []canaryTold
			if err := json.Unmarshal(r.out.Bytes(), &told); err != nil || r.code != exitDone || len(told) != 1 || told[0].State != "silent" || told[0].By != "you" || told[0].Ticket == "" {
				t.Fatalf("exit code %d: %s %v", r.code, r.all(), err)
			}
			if len(told[0].Refused) > 0 || strings.Count(r.errs.String(), "Did anything arrive at "+mine) != 2 {
				t.Errorf("%+v\n%s", told, &r.errs)
			}
			if mails := far.outbox(); len(mails) > 0 {
				t.Errorf("e-mails: %q", mails)
			}
			if there := far.read(t); len(there) > 0 {
				t.Errorf("there is left %v", there)
			}
			r = inside(t, j.words("check")...)
			if r.code != exitDone || !strings.Contains(r.out.String(), `"canary": "silent"`) {
				t.Errorf("check: exit code %d: %s", r.code, r.all())
			}
			j.run(t, "migrate")
			if there := far.read(t); len(there) != 1 {
				t.Errorf("there is %v", there)
			}
			status := string(mustRun(t, "status", j.dir))
			if !strings.Contains(status, "canary at "+name+": silent on ") || strings.Count(status, " → "+name) != 1 {
				t.Error(status)
			}
			onlyMine(t, filepath.Join(j.dir, ".deskhaul", "canary.json"), far.token)
		})
	}
}

// onlyMine holds a file to be readable by its owner alone, and to hold no secret.
func onlyMine(t *testing.T, path, secret string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != fs.FileMode(0o600) {
		t.Errorf("%s has mode %v", path, info.Mode())
	}
	if b, err := os.ReadFile(path); err != nil || strings.Contains(string(b), secret) {
		t.Errorf("%v: %s", err, b)
	}
}

// An RT whose scrips are on notes its e-mails: that is the answer, nobody has to give it.
// Runs are refused until they are off and a later canary was silent.
func TestCanaryThatRequestTrackerMails(t *testing.T) {
	s := rttest.New()
	s.Scrips = true
	far := &cloud{connector: "rt", url: s.Start(t.Cleanup), token: rttest.Token, settings: []string{"quiet=scrips", "settling=1s"}, outbox: s.Outbox}
	j := aWaryMove(t, far)
	r := answered(t, j, "")
	if r.code != exitUsage || !strings.Contains(r.out.String(), `"state": "mail"`) || !strings.Contains(r.out.String(), `"by": "rt"`) {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	if !strings.Contains(r.out.String(), `"transaction `) || !strings.Contains(r.out.String(), "Display.html?id=1") {
		t.Errorf("it is not told which e-mail it was, and of which ticket: %s", &r.out)
	}
	mails := s.Outbox()
	if len(mails) != 1 || !strings.HasPrefix(mails[0], mine+" ") {
		t.Errorf("outbox: %q", mails)
	}
	refused(t, j, "came as an e-mail")
	if r := answered(t, j, "", "--came", "nothing"); r.code != exitUsage {
		t.Errorf("the word of a person against that of RT: exit code %d: %s", r.code, r.all())
	}
	s.Turn(false)
	if there := far.read(t); len(there) > 0 {
		t.Errorf("there is left %v", there)
	}
	if r := answered(t, j, "n\n"); r.code != exitDone {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	j.run(t, "migrate")
	if later := s.Outbox(); len(later) != 1 {
		t.Errorf("outbox: %q", later)
	}
}

// A Freshdesk whose notifications are on tells nobody but whom it mails: the answer is a
// person's.
func TestCanaryThatFreshdeskMails(t *testing.T) {
	far := aFreshdesk(t)
	s := far.people.(freshdeskPeople).Server
	s.Loud = true
	j := aWaryMove(t, far)
	if r := answered(t, j, "y\n", "--agent", "ann@desk.test"); r.code != exitUsage || !strings.Contains(r.out.String(), `"state": "mail"`) || !strings.Contains(r.out.String(), `"by": "you"`) {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	all := strings.Join(s.Outbox(), "\n")
	for want, times := range map[string]int{"to " + mine + ": your ticket": 1, "to " + mine + ": ticket 1 was resolved or closed": 2, "to ann@desk.test: ticket 1 was assigned to you": 1} {
		if strings.Count(all, want) != times {
			t.Errorf("a canary sets off %q not %d times, but\n%s", want, times, all)
		}
	}
	refused(t, j, "came as an e-mail")
}

// A Zendesk whose triggers notify is written to by imports alone, which it promises to be
// silent: no canary is wanted for them. What a canary would have more is refused as in a
// run; where quiet is said against what is so, it stops.
func TestCanaryAtZendesk(t *testing.T) {
	far := aZendesk(t)
	far.people.(zendeskPeople).Loud()
	j := aWaryMove(t, far)
	if r := answered(t, j, "n\n"); r.code != exitError || !strings.Contains(r.errs.String(), "these rules of Zendesk's would send e-mails") {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	if mails := far.outbox(); len(mails) > 0 {
		t.Errorf("e-mails: %q", mails)
	}
	quiet := far.settings[1]
	far.settings = append(far.settings[:1:1], far.settings[2:]...)
	without := aWaryMove(t, far)
	if quiet != "quiet=triggers-off" {
		t.Fatal(quiet)
	}
	without.run(t, "migrate")
	if r := answered(t, without, "n\n"); r.code != exitDone || !strings.Contains(r.out.String(), "Zendesk would send e-mails about a change") {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	if mails := far.outbox(); len(mails) > 0 {
		t.Errorf("e-mails: %q", mails)
	}
}

// Where nobody sits there, the canary waits for its answer, and says how to give it. What
// it is written under must stay as it is.
func TestCanaryWithoutATerminal(t *testing.T) {
	far := anRT(t)
	j := aWaryMove(t, far)
	if r := inside(t, append(j.words("check"), "--canary", mine, "--came", "nothing")...); r.code != exitUsage {
		t.Errorf("an answer to nothing: exit code %d: %s", r.code, r.all())
	}
	for range 2 { // the second goes on with the first
		r := inside(t, append(j.words("check"), "--canary", mine)...)
		if r.code != exitUnconfirmed || !strings.Contains(r.out.String(), "--came nothing") {
			t.Fatalf("exit code %d: %s", r.code, r.all())
		}
		if there := far.read(t); len(there) != 1 {
			t.Errorf("there is %v", there)
		}
	}
	refused(t, j, "waits for its answer")
	if r := inside(t, append(j.words("check"), "--canary", "other@desk.test")...); r.code != exitUsage || !strings.Contains(r.errs.String(), "is under way") {
		t.Errorf("a second one: exit code %d: %s", r.code, r.all())
	}
	mustRun(t, append(j.words("check"), "--canary", mine, "--came", "nothing")...)
	if there := far.read(t); len(there) > 0 {
		t.Errorf("there is left %v", there)
	}
	j.run(t, "migrate")
	j.args = append(j.args, "--set", "to.user=somebody")
	refused(t, j, "configured otherwise than when the canary was written (user)")
	j.args = append(j.args, "--set", "to.canary=waived")
	j.run(t, "migrate")
}

// stopsAt stops a run when it says something.
type stopsAt struct {
	said  bytes.Buffer // no part of it: it has more ways to be written to
	words string
	stop  func()
}

func (s *stopsAt) Write(b []byte) (int, error) {
	if strings.Contains(string(b), s.words) {
		s.stop()
	}
	return s.said.Write(b)
}

// Who breaks off while it is waited for e-mails can answer later.
func TestCanaryThatIsBrokenOff(t *testing.T) {
	far := anRT(t)
	j := aWaryMove(t, far)
	ctx, stop := context.WithCancel(t.Context())
	errs := &stopsAt{words: "Look into the mailbox", stop: stop}
	a := &app{stdin: strings.NewReader(""), stdout: new(bytes.Buffer), stderr: errs, asking: true}
	if code := a.run(ctx, append(j.words("check"), "--canary", mine, "--wait", "1h")); code != exitInterrupted || !strings.Contains(errs.said.String(), "the same command asks again") {
		t.Errorf("exit code %d: %s", code, &errs.said)
	}
	refused(t, j, "waits for its answer")
	if r := answered(t, j, "n\n"); r.code != exitDone {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	if there := far.read(t); len(there) > 0 {
		t.Errorf("there is left %v", there)
	}
}

// What Request Tracker has noted counts more than what a person has not seen: a scrip may
// write later.
func TestRequestTrackersWordCounts(t *testing.T) {
	far := anRT(t)
	j := aWaryMove(t, far)
	if r := inside(t, append(j.words("check"), "--canary", mine)...); r.code != exitUnconfirmed {
		t.Fatalf("exit code %d: %s", r.code, r.all())
	}
	s := far.people.(rtPeople).Handler.(*rttest.Server)
	s.Turn(true)
	far.answer(t, "1", 1001)
	s.Turn(false)
	r := inside(t, append(j.words("check"), "--canary", mine, "--came", "nothing")...)
	if r.code != exitUsage || !strings.Contains(r.out.String(), `"state": "mail"`) || !strings.Contains(r.out.String(), `"by": "rt"`) {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	refused(t, j, "came as an e-mail")
}

// A canary goes to no customer, and to no agent who is not there.
func TestWhomNoCanaryGoesTo(t *testing.T) {
	far := aFreshdesk(t)
	j := aWaryMove(t, far)
	mustRun(t, j.words("pull")...)
	for _, flags := range [][]string{
		{"--canary", "C0@customer.test"},
		{"--canary", "nobody"},
		{"--canary", mine, "--agent", "nobody@desk.test"},
		{"--came", "mail"},
		{"--canary", mine, "--came", "perhaps"},
	} {
		if r := inside(t, append(j.words("check"), flags...)...); r.code != exitUsage {
			t.Errorf("%v: exit code %d: %s", flags, r.code, r.all())
		}
	}
	if n := far.people.(freshdeskPeople).Counts(); n["tickets"] > 0 || n["contacts"] != 1 {
		t.Errorf("there is %v", n)
	}
	files := travel(t, "mbox:none.mbox", "jsonl:"+filepath.Join(t.TempDir(), "out.jsonl"))
	if r := inside(t, append(files.words("check"), "--canary", mine)...); r.code != exitUsage || !strings.Contains(r.errs.String(), "no canary is needed") {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
}
