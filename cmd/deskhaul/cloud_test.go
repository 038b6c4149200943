package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/desk"
)

// A mailbox into each helpdesk: all of it once, ten mails more as exactly ten
// messages, nobody e-mailed. Into Zendesk: TestInBadWeather.
func TestMailboxToHelpdesks(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "okdesk": anOkdesk, "itsm365": anITSM365} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mbox := filepath.Join(t.TempDir(), "support.mbox")
			if err := appendMails(mbox, 0, 99); err != nil {
				t.Fatal(err)
			}
			far := start(t)
			j := travel(t, "mbox:"+mbox, far).fromMailbox()
			o := j.run(t, "migrate")
			if n := o.Kinds[desk.KindMessage].Created; n != 100 || o.Quarantine != 0 {
				t.Errorf("%d messages written, %d in quarantine", n, o.Quarantine)
			}
			same := func() {
				t.Helper()
				path := filepath.Join(t.TempDir(), "mailbox.jsonl")
				travel(t, "mbox:"+mbox, "jsonl:"+path).fromMailbox().run(t, "migrate")
				if d := cmp.Diff(contents(t, path), far.read(t)); d != "" {
					t.Error(d)
				}
			}
			same()
			if o := j.run(t, "sync"); o.Kinds[desk.KindMessage].Created != 0 || o.Kinds[desk.KindTicket].Updated != 0 {
				t.Errorf("a second run wrote: %+v", o.Kinds)
			}
			if err := appendMails(mbox, 100, 109); err != nil {
				t.Fatal(err)
			}
			if o := j.run(t, "sync"); o.Kinds[desk.KindMessage].Created != 10 {
				t.Errorf("the delta: %+v", o.Kinds)
			}
			same()
			if mails := far.outbox(); len(mails) > 0 {
				t.Errorf("%d e-mails, such as %s", len(mails), mails[0])
			}
		})
	}
}

// From one helpdesk to the next, and what its people do meanwhile in a second run: an
// answer, a note, a solved ticket, a new one, one that is deleted, two that are merged.
// The other pairs: TestInBadWeather.
func TestHelpdeskToHelpdesk(t *testing.T) {
	t.Parallel()
	for name, start := range map[string][2]func(*testing.T) *cloud{
		"rt to zendesk":   {anRT, aZendesk},
		"rt to freshdesk": {anRT, aFreshdesk}, "rt to rt": {anRT, anRT},
		"okdesk to zendesk": {anOkdesk, aZendesk}, "rt to okdesk": {anRT, anOkdesk},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "rt to freshdesk" {
				t.Skip("processes of their own, three times alike")
			}
			t.Parallel()
			mbox := filepath.Join(t.TempDir(), "support.mbox")
			if err := appendMails(mbox, 0, 49); err != nil {
				t.Fatal(err)
			}
			old, next := start[0](t), start[1](t)
			travel(t, "mbox:"+mbox, old).fromMailbox().run(t, "migrate")
			j := travel(t, old, next)
			same := func(but ...string) {
				t.Helper()
				was, is := old.read(t), next.read(t)
				for _, subject := range but {
					delete(was, subject)
					delete(is, subject)
				}
				if d := cmp.Diff(was, is); d != "" {
					t.Error(d)
				}
			}
			if o := j.run(t, "migrate"); o.Kinds[desk.KindMessage].Created != 50 || o.Quarantine != 0 {
				t.Errorf("%+v", o)
			}
			same()
			ids := old.ids(t)
			old.answer(t, ids["Case 1"], 1001)
			old.note(t, ids["Case 1"], 1002)
			old.solve(t, ids["Case 2"])
			old.open(t, "Case new", 1003)
			old.remove(t, ids["Case 3"])
			merged := old.merge(t, ids["Case 4"], ids["Case 5"])
			o := j.run(t, "sync")
			// What the source deleted stays, and says so; what it merged is merged, or it is
			// told that it stays apart.
			same("Case 3", "Case 4")
			if said, open := next.read(t)["Case 3"]; open && !strings.Contains(said, "[Deleted in the source") {
				t.Errorf("the ticket that was deleted says only %q", said)
			}
			if _, apart := next.read(t)["Case 4"]; merged && apart && !slices.ContainsFunc(o.Losses, func(l loss) bool { return l.Field == "merged_into" }) {
				t.Errorf("it is not told what became of the ticket that was merged: %+v", o.Losses)
			}
			if o := j.run(t, "sync"); o.Kinds[desk.KindMessage].Created != 0 || o.Kinds[desk.KindTicket].Updated != 0 {
				t.Errorf("a third run wrote: %+v", o.Kinds)
			}
			if mails := next.outbox(); len(mails) > 0 {
				t.Errorf("%d e-mails, such as %s", len(mails), mails[0])
			}
		})
	}
}

// A target that may mail people is refused before anything is asked of either end,
// with what is to be switched off there, and how to say that it is.
func TestLoudHelpdesksAreRefused(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "okdesk": anOkdesk, "znuny": aZnuny, "itsm365": anITSM365} {
		far := start(t)
		far.settings = slices.DeleteFunc(far.settings, func(kv string) bool { return strings.HasPrefix(kv, "quiet=") })
		j := travel(t, "mbox:"+filepath.Join(t.TempDir(), "none.mbox"), far)
		j.args = append(j.args, "--trace", filepath.Join(filepath.Dir(j.dir), "trace.log"))
		r := inside(t, j.words("migrate")...)
		said := r.errs.String()
		if r.code != exitUsage || !strings.Contains(said, "is refused") || !strings.Contains(said, "quiet: ") {
			t.Errorf("%s: exit code %d: %s", name, r.code, said)
		}
		if strings.Contains(said, far.token) {
			t.Errorf("%s: the token is told", name)
		}
		if trace, err := os.ReadFile(filepath.Join(filepath.Dir(j.dir), "trace.log")); err != nil || len(trace) > 0 {
			t.Errorf("%s: requests were made: %q %v", name, trace, err)
		}
	}
}
