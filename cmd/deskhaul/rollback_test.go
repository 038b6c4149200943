package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// rollback takes back what a journey made, or one run of it.
func (j *journey) rollback(t *testing.T, more ...string) *report.UndoneHop {
	t.Helper()
	j.args = append(j.args, more...)
	defer func() { j.args = j.args[:len(j.args)-len(more)] }()
	r := inside(t, j.words("rollback")...)
	var out report.Rollback
	if err := json.Unmarshal(r.out.Bytes(), &out); err != nil || r.code != exitDone {
		t.Fatalf("exit code %d, %v: %s", r.code, err, r.all())
	}
	return out.Hops[0]
}

// sound looks whether the target holds what the source says, and each thing once.
func (j *journey) sound(t *testing.T, tickets, messages int64) {
	t.Helper()
	v, code := j.verify(t)
	n := v.Hops[0].Kinds
	if code != exitDone || v.Differences+v.Added > 0 || n[desk.KindTicket].There != tickets || n[desk.KindMessage].There != messages {
		t.Errorf("exit %d: %s\n%+v", code, v.Line, v.Hops)
	}
}

// What was taken back from a mailbox, or from files, is not there when they are read; and
// all of it can be brought anew, once. A run is taken back alone.
func TestRollbackOfFiles(t *testing.T) {
	t.Parallel()
	for i, name := range []string{"mbox", "imap", "csv", "jsonl", "eml", "maildir", "xlsx"} {
		if i >= rounds.Of(2, 3, 7) {
			break
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to, settings := name+":"+filepath.Join(t.TempDir(), "target"), []string(nil)
			if name == "xlsx" {
				to += ".xlsx"
			}
			if name == "imap" {
				s := imaptest.New(t, imaptest.Options{})
				to = fmt.Sprintf("imap:%s@%s:%d", imaptest.User, s.Host, s.Port)
				settings = []string{"security=none", "password=${TOKEN_IMAP}"}
			}
			takenBack(t, to, settings, 0)
		})
	}
}

// takenBack moves a mailbox to a target that keeps all of it, and takes it back; others
// are the tickets that stay there, which are not ours.
func takenBack(t *testing.T, to string, settings []string, others int64) {
	t.Helper()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 49); err != nil {
		t.Fatal(err)
	}
	j := travel(t, "mbox:"+mbox, to).fromMailbox()
	for _, kv := range settings {
		j.args = append(j.args, "--set", "to."+kv)
	}
	j.run(t, "migrate")
	j.sound(t, 10, 50)
	if err := appendMails(mbox, 50, 52); err != nil { // a new ticket with three
		t.Fatal(err)
	}
	late(t, mbox, 1, 2)
	j.run(t, "sync")
	j.sound(t, 11, 55)

	if h := j.rollback(t, "--run", "2", "--yes"); h.Deleted[desk.KindTicket] != 1 || h.Deleted[desk.KindMessage] != 2 {
		t.Errorf("of one run: %+v", h)
	}
	j.run(t, "sync")
	j.sound(t, 11, 55)
	would := j.rollback(t)
	h := j.rollback(t, "--yes")
	if h.Deleted[desk.KindTicket] != 11 || len(h.Left) > 0 || !maps.Equal(would.Deleted, h.Deleted) {
		t.Errorf("%+v, was to be %+v", h, would)
	}
	dir := t.TempDir()
	read := &journey{dir: filepath.Join(dir, "back"), args: []string{"--from", to, "--to", "jsonl:" + filepath.Join(dir, "back.jsonl")}}
	for _, kv := range settings {
		read.args = append(read.args, "--set", "from."+kv)
	}
	if o := read.run(t, "migrate"); o.Kinds[desk.KindTicket].Created != others {
		t.Errorf("it still holds %+v", o.Kinds)
	}
	if o := j.run(t, "migrate"); o.Kinds[desk.KindTicket].Created != 11 || o.Kinds[desk.KindMessage].Created != 55 {
		t.Errorf("anew: %+v", o.Kinds)
	}
	j.sound(t, 11, 55)
}

// Of a helpdesk at which people work those tickets stay that they touched, with whom they
// speak of; the rest goes and can be brought anew.
func TestRollbackOfHelpdesks(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk, "intercom": anIntercom, "okdesk": anOkdesk, "znuny": aZnuny, "itsm365": anITSM365} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rollsBack(t, start(t))
		})
	}
}

func rollsBack(t *testing.T, far *cloud) {
	t.Helper()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 49); err != nil {
		t.Fatal(err)
	}
	j := travel(t, "mbox:"+mbox, far).fromMailbox()
	j.run(t, "migrate")
	j.sound(t, 10, 50)
	before := far.ids(t)
	far.answer(t, before["Case 1"], 1001)
	far.solve(t, before["Case 2"])
	touched := []string{before["Case 1"], before["Case 2"]}
	if e, ok := far.people.(interface{ edit(*testing.T, string) }); ok {
		e.edit(t, before["Case 3"])
		touched = append(touched, before["Case 3"])
	}
	stay := int64(len(touched))
	j.drifted(t, touched)
	rehearsed := j.rollback(t)
	h := j.rollback(t, "--yes")
	if !maps.Equal(rehearsed.Deleted, h.Deleted) || !maps.Equal(rehearsed.Left, h.Left) {
		t.Errorf("the rehearsal promised %+v, and then it was %+v", rehearsed, h)
	}
	if h.Deleted[desk.KindTicket] != 10-stay || h.Left[desk.KindTicket] != stay {
		t.Errorf("%+v", h)
	}
	if left := slices.Sorted(maps.Values(far.ids(t))); !slices.Equal(left, slices.Sorted(slices.Values(touched))) {
		t.Errorf("left are %v, of %v want %v", left, before, touched)
	}
	if o := j.run(t, "migrate"); o.Kinds[desk.KindTicket].Created != 10-stay || o.Kinds[desk.KindMessage].Created != 5*(10-stay) {
		t.Errorf("anew: %+v", o.Kinds)
	}
	j.drifted(t, touched)
	if mails := far.outbox(); len(mails) > 0 {
		t.Errorf("%d e-mails, such as %s", len(mails), mails[0])
	}
}

// drifted looks whether verify tells of tickets of the target, and of no others, that
// they were touched.
func (j *journey) drifted(t *testing.T, want []string) {
	t.Helper()
	v, code := j.verify(t)
	got := map[string]bool{}
	for _, f := range v.Hops[0].Found {
		for _, one := range f.First {
			if f.Class != string(pipeline.Lost) {
				got[one.Target] = true
			}
		}
	}
	if code != exitDifference || v.Added != 1 || !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(slices.Values(want))) {
		t.Errorf("exit %d: %s, in %v, want %v", code, v.Line, got, want)
	}
}

// Whoever watches a rollback sees how far it is.
func TestRollbackShowsHowFarItIs(t *testing.T) {
	mbox, folder := filepath.Join(t.TempDir(), "support.mbox"), filepath.Join(t.TempDir(), "project")
	if err := appendMails(mbox, 0, 49); err != nil {
		t.Fatal(err)
	}
	words := []string{"--from", "mbox:" + mbox, "--to", "jsonl:" + filepath.Join(t.TempDir(), "all.jsonl"), "--set", "from.agents.domains=desk.test", folder}
	mustRun(t, append([]string{"migrate", "--quiet"}, words...)...)
	if r := inside(t, append([]string{"rollback", "--yes"}, words...)...); r.code != exitDone || !strings.Contains(r.errs.String(), "jsonl: 10 tickets") {
		t.Errorf("exit code %d: %s", r.code, &r.errs)
	}
}
