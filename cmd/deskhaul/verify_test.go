package main

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// verify reads the target of a journey back, and tells how that ended.
func (j *journey) verify(t *testing.T) (v report.Verification, code int) {
	t.Helper()
	r := inside(t, j.words("verify")...)
	if err := json.Unmarshal(r.out.Bytes(), &v); err != nil {
		t.Fatalf("%v: %s", err, r.all())
	}
	return v, r.code
}

// What was moved into a helpdesk is found there when it is read back, and what was
// done to it since is told.
func TestVerifyHelpdesks(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mbox := filepath.Join(t.TempDir(), "support.mbox")
			if err := appendMails(mbox, 0, 29); err != nil {
				t.Fatal(err)
			}
			far := start(t)
			j := travel(t, "mbox:"+mbox, far).fromMailbox()
			j.run(t, "migrate")
			v, code := j.verify(t)
			if n := v.Hops[0].Kinds[desk.KindMessage]; code != exitDone || v.Differences > 0 || n.Expected != 30 || n.There != 30 {
				t.Errorf("exit %d: %s\n%+v", code, v.Line, v.Hops)
			}
			ids := far.ids(t)
			far.answer(t, ids["Case 1"], 1001)
			far.remove(t, ids["Case 3"])
			if v, code = j.verify(t); code != exitDifference || v.Added != 1 || v.Differences != 1 {
				t.Errorf("exit %d: %s\n%+v", code, v.Line, v.Hops)
			}
		})
	}
}

// In bad weather it takes longer, and nothing that a torn answer says is believed: there
// is never a difference, and in the end all is seen.
func TestVerifyInBadWeather(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mbox := filepath.Join(t.TempDir(), "support.mbox")
			if err := appendMails(mbox, 0, 59); err != nil {
				t.Fatal(err)
			}
			far := start(t)
			j := travel(t, "mbox:"+mbox, far).fromMailbox()
			j.run(t, "migrate")
			far.weather.Seed = weather.Seed(t)
			far.weather.Foul(weather.Deck{Sort: weather.Read, Times: 1, Gap: 4})
			for try := 1; ; try++ {
				r := inside(t, j.words("verify")...)
				if r.code == exitDone {
					v := verification(t, r)
					if n := v.Hops[0].Kinds[desk.KindMessage]; n.Expected != 60 || n.There != 60 || v.Resumed != (try > 1) {
						t.Errorf("%d: %s", try, r.all())
					}
					break
				}
				if r.code != exitError && r.code != exitQuarantine || try == 20 {
					t.Fatalf("%d: exit %d: %s", try, r.code, r.all())
				}
			}
			for _, fault := range []string{weather.Broken, weather.Half, weather.BusyFor, weather.Expired} {
				if far.weather.Met()[fault+", "+weather.Read] == 0 {
					t.Errorf("%s was not met: %v", fault, far.weather.Met())
				}
			}
		})
	}
}
