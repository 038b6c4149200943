package main

import (
	"context"
	"encoding/json"
	"html"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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
	t.Parallel()
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk, "intercom": anIntercom, "okdesk": anOkdesk, "znuny": aZnuny, "itsm365": anITSM365} {
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
			r := inside(t, slices.DeleteFunc(j.words("verify"), func(word string) bool { return word == "--quiet" })...)
			if v = verification(t, r); r.code != exitDifference || v.Added != 1 || v.Differences != 1 {
				t.Errorf("exit %d: %s\n%+v", r.code, v.Line, v.Hops)
			}
			if !strings.Contains(r.errs.String(), "Reading back 6 tickets and ") || !strings.Contains(r.errs.String(), "requests, which takes ") || v.Requests < 6 {
				t.Errorf("%d requests: %s", v.Requests, r.errs.String())
			}
		})
	}
}

// In bad weather it takes longer, and nothing that a torn answer says is believed: there
// is never a difference, and in the end all is seen.
func TestVerifyInBadWeather(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk, "intercom": anIntercom, "okdesk": anOkdesk, "itsm365": anITSM365} {
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

// A finding leads to the ticket in the old helpdesk and in the new one, in the page and
// in the table.
func TestVerifyLeadsToBothHelpdesks(t *testing.T) {
	t.Parallel()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 14); err != nil {
		t.Fatal(err)
	}
	old, next := anRT(t), aZendesk(t)
	travel(t, "mbox:"+mbox, old).fromMailbox().run(t, "migrate")
	j := travel(t, old, next)
	j.run(t, "migrate")
	was, is := old.ids(t)["Case 1"], next.ids(t)["Case 1"]
	next.remove(t, is)
	page := filepath.Join(t.TempDir(), "proof.html")
	v := verification(t, inside(t, append(j.words("verify"), "--html", page)...))
	var found report.Example
	for _, f := range v.Hops[0].Found {
		if f.Class == "missing" && f.Kind == desk.KindTicket {
			found = f.First[0]
		}
	}
	if !strings.HasPrefix(found.Old, old.url) || !strings.HasSuffix(found.Old, was) || !strings.HasPrefix(found.New, next.url) || !strings.HasSuffix(found.New, is) {
		t.Errorf("ticket %s became %s: %+v", was, is, found)
	}
	for _, file := range []string{page, v.CSV} {
		if b := string(mustRead(t, file)); !strings.Contains(b, found.New) || !strings.Contains(html.UnescapeString(b), found.Old) {
			t.Errorf("%s does not lead to %s and %s", file, found.Old, found.New)
		}
	}
}

// lineOnce is a line over which something happens before the first request.
type lineOnce struct {
	once sync.Once
	do   func()
}

func (l *lineOnce) RoundTrip(r *http.Request) (*http.Response, error) {
	l.once.Do(l.do)
	return http.DefaultTransport.RoundTrip(r)
}

// A run beside a verification is told of, and what it wrote is not taken for a
// difference of which nobody knows why.
func TestVerifyBesideARun(t *testing.T) {
	t.Parallel()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 29); err != nil {
		t.Fatal(err)
	}
	j := travel(t, "mbox:"+mbox, anRT(t)).fromMailbox()
	j.run(t, "migrate")
	r := new(ran)
	a := &app{stdin: strings.NewReader(""), stdout: &r.out, stderr: &r.errs, line: &lineOnce{do: func() {
		if err := appendMails(mbox, 30, 39); err != nil {
			t.Error(err)
		}
		if o := j.run(t, "sync"); o.Kinds[desk.KindMessage].Created != 10 {
			t.Errorf("%+v", o.Kinds)
		}
	}}}
	r.code = a.run(t.Context(), j.words("verify"))
	if v := verification(t, r); len(v.Problems) != 1 || !strings.Contains(v.Problems[0], "a run wrote while this was read back") {
		t.Errorf("exit %d: %s", r.code, r.all())
	}
	if v, code := j.verify(t); code != exitDone || v.Sum(desk.KindMessage).There != 40 || len(v.Problems) > 0 {
		t.Errorf("exit %d: %+v", code, v)
	}
}

// Ctrl-C keeps what was looked at, and says how to go on.
func TestVerifyInterrupted(t *testing.T) {
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 29); err != nil {
		t.Fatal(err)
	}
	j := travel(t, "mbox:"+mbox, aFreshdesk(t)).fromMailbox()
	j.run(t, "migrate")
	ctx, stop := context.WithCancel(t.Context())
	r := new(ran)
	a := &app{stdin: strings.NewReader(""), stdout: &r.out, stderr: &r.errs, line: &lineOnce{do: stop}}
	if r.code = a.run(ctx, j.words("verify")); r.code != exitInterrupted || !strings.Contains(r.errs.String(), "the same command goes on from here") {
		t.Errorf("exit %d: %s", r.code, r.all())
	}
	if v, code := j.verify(t); code != exitDone || !v.Resumed || v.Sum(desk.KindMessage).There != 30 {
		t.Errorf("exit %d: %+v", code, v)
	}
}
