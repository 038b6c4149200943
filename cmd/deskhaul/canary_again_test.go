package main

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
)

// A canary may go to the same address again, after one that was silent and after one that
// came as mail, and from another project, also where the helpdesk keeps the deleted contact and its address with it.
// Each time nothing is left.
func TestCanaryAgain(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk, "intercom": anIntercom, "okdesk": anOkdesk, "znuny": aZnuny, "itsm365": anITSM365} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			far := start(t)
			j := aWaryMove(t, far)
			for i, answer := range []string{"n\n", "y\n", "y\n", "n\n"} {
				want := map[string]int{"n\n": exitDone, "y\n": exitUsage}[answer]
				if r := answered(t, j, answer); r.code != want || !strings.Contains(r.out.String(), `"by": "you"`) {
					t.Fatalf("canary %d: exit code %d: %s", i+1, r.code, r.all())
				}
				if there := far.read(t); len(there) > 0 {
					t.Errorf("canary %d: there is left %v", i+1, there)
				}
			}
			j.run(t, "migrate")
			other := aWaryMove(t, far)
			if r := answered(t, other, "n\n"); r.code != exitDone {
				t.Errorf("of another project: exit code %d: %s", r.code, r.all())
			}
		})
	}
}

// A canary that cannot be written, for its address is somebody's who lies in the trash and
// is not ours to bring back, holds up none to another address.
func TestCanaryThatCannotBeWritten(t *testing.T) {
	far := aFreshdesk(t)
	s := far.people.(freshdeskPeople).Server
	s.AddContact(freshdesktest.Contact{Name: "Me, formerly", Email: mine, Deleted: true})
	j := aWaryMove(t, far)
	for range 2 {
		if r := answered(t, j, "n\n"); r.code == exitDone || !strings.Contains(r.errs.String(), "restore") {
			t.Fatalf("exit code %d: %s", r.code, r.all())
		}
	}
	other := inside(t, append(j.words("check"), "--canary", "other@desk.test")...)
	if other.code != exitUnconfirmed {
		t.Fatalf("exit code %d: %s", other.code, other.all())
	}
	mustRun(t, append(j.words("check"), "--canary", "other@desk.test", "--came", "nothing")...)
	if there := far.read(t); len(there) > 0 {
		t.Errorf("there is left %v", there)
	}
}
