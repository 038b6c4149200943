//go:build integration

package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// Two mailing lists become one Request Tracker, and what stands there becomes two again, by
// the queues: each way is killed and resumed, and goes on with a delta of its own that is
// killed too, and verify finds no difference. Nobody is sent an e-mail.
func TestMergeAndSplitThroughRequestTracker(t *testing.T) {
	t.Cleanup(rttest.Forget)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	w := &mergeWalk{T: t, rng: rand.New(rand.NewPCG(seed, 1)), folder: t.TempDir()}
	rest := w.lists(map[string]int{"usrp-2019": 20, "linux-mips-2001": 30})
	all, radio, mips := w.server("ALL", &w.whole), w.server("RADIO", &w.halves), w.server("MIPS", &w.halves)
	const target = "{connector: rt, url: %q, token: \"${%s_TOKEN}\", quiet: scrips, canary: waived, settling: 5s}\n"

	merge := w.project("merge", "sources:\n"+
		"  usrp: {connector: mbox, path: ../usrp-2019.mbox, category: folder}\n"+
		"  mips: {connector: mbox, path: ../linux-mips-2001.mbox, category: folder}\n"+
		"targets:\n  all: "+fmt.Sprintf(target, all.address, "ALL"))
	w.killed(&w.whole, 150, "migrate", merge)
	w.sound(merge)
	for list, mails := range rest {
		add(t, filepath.Join(w.folder, list+".mbox"), mails)
	}
	w.killed(&w.whole, 30, "sync", merge)
	tickets := w.sound(merge)["all"]

	split := w.project("split", "sources:\n"+
		"  all: {connector: rt, url: \""+all.address+"\", token: \"${ALL_TOKEN}\"}\n"+
		"targets:\n  radio: "+fmt.Sprintf(target, radio.address, "RADIO")+"  mips: "+fmt.Sprintf(target, mips.address, "MIPS")+
		"mapping:\n  tickets:\n    routes:\n"+
		"      radio: {to: radio, when: 'ticket.category.name == \"usrp-2019\"'}\n"+
		"      mips: {to: mips, when: 'ticket.category.name == \"linux-mips-2001\"'}\n")
	w.killed(&w.whole, 200, "pull", split)
	w.killed(&w.halves, 200, "migrate", split)
	legs := w.sound(split)
	if legs["radio"] == 0 || legs["mips"] == 0 || legs["radio"]+legs["mips"] != tickets {
		t.Errorf("of %d tickets %v came", tickets, legs)
	}
	for _, id := range []string{"1", "2", fmt.Sprint(tickets - 1), fmt.Sprint(tickets)} {
		all.Do("POST", "ticket/"+id+"/correspond", map[string]string{"Content": "One more answer.", "ContentType": "text/plain"})
	}
	all.Do("POST", "ticket/2/comment", map[string]string{"Content": "Между нами.", "ContentType": "text/plain"})
	late := all.Do("POST", "ticket", map[string]any{"Queue": "usrp-2019", "Subject": "Late", "Requestor": []string{"late@customer.test"}, "Content": "Hello?", "ContentType": "text/plain"})
	w.killed(&w.halves, 6, "sync", split)
	if now := w.sound(split); now["radio"] != legs["radio"]+1 || now["mips"] != legs["mips"] {
		t.Errorf("after one more there are %v, before %v", now, legs)
	}
	w.strays(all, split, late)
	for _, s := range []*walkedRT{all, radio, mips} {
		if mails := s.Mails(); len(mails) > 0 {
			t.Errorf("%s wrote %d e-mails", s.URL, len(mails))
		}
	}
}

// mergeWalk is a way through several projects.
type mergeWalk struct {
	*testing.T
	rng    *rand.Rand
	folder string
	// whole and halves are the lines to the Request Tracker of all, and to the two.
	whole, halves axe
}

// walkedRT is a Request Tracker, and the address of the line to it.
type walkedRT struct {
	*rttest.Real
	address string
}

func (w *mergeWalk) server(name string, at *axe) *walkedRT {
	s := rttest.StartReal(w.T)
	w.Setenv(name+"_TOKEN", s.Token)
	return &walkedRT{s, at.before(w.T, s.URL)}
}

// lists writes mailing lists without their last mails, which it returns; of a long one what
// a test has time for.
func (w *mergeWalk) lists(held map[string]int) (rest map[string]string) {
	w.Helper()
	rest = map[string]string{}
	for list, late := range held {
		all, err := os.ReadFile(filepath.Join(data, list, list+".mbox"))
		if err != nil {
			w.Skip("the mailing lists are not there")
		}
		mails := strings.SplitAfter(string(all), "\n\nFrom ")
		if os.Getenv("DESKHAUL_ALL_MAILS") == "" {
			mails = mails[:min(len(mails), 150)]
		}
		first := strings.TrimSuffix(strings.Join(mails[:len(mails)-late], ""), "From ")
		rest[list] = "From " + strings.TrimSuffix(strings.Join(mails[len(mails)-late:], ""), "From ")
		add(w.T, filepath.Join(w.folder, list+".mbox"), first)
	}
	return rest
}

func (w *mergeWalk) project(name, yaml string) (folder string) {
	w.Helper()
	folder = filepath.Join(w.folder, name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		w.Fatal(err)
	}
	add(w.T, filepath.Join(folder, "deskhaul.yaml"), "project: "+name+"\n"+yaml)
	return folder
}

// killed runs a verb that is killed over and over at calls of servers, and then lets it come
// to its end.
func (w *mergeWalk) killed(at *axe, most int, verb, folder string) {
	w.Helper()
	began := time.Now()
	kills := axed(w.T, w.rng, at, 4, most, verb, folder)
	if verb != "pull" {
		untilDone(w.T, folder)
	}
	w.Logf("%s %s: %d kills, done in %s", verb, filepath.Base(folder), kills, time.Since(began).Round(time.Second))
	if kills == 0 {
		w.Errorf("%s %s was over before it could be killed", verb, filepath.Base(folder))
	}
}

// sound verifies a project, and tells how many tickets stand at each target.
func (w *mergeWalk) sound(folder string) map[string]int64 {
	w.Helper()
	r := inside(w.T, "verify", "--json", folder)
	v := verification(w.T, r)
	w.Logf("verify %s: %s", filepath.Base(folder), v.Line)
	if r.code != exitDone || v.Differences+v.Waiting+v.Aside+v.Unseen > 0 || len(v.Problems) > 0 {
		w.Errorf("exit code %d: %s\n%s", r.code, v.Line, r.all())
	}
	there := map[string]int64{}
	for _, h := range v.Hops {
		if h.To != "archive" {
			there[h.To] = h.Kinds[desk.KindTicket].There
		}
	}
	return there
}

// strays looks at a ticket that changes its route and one that fits none: the first stays,
// the other waits, and both are told with what to do.
func (w *mergeWalk) strays(all *walkedRT, folder, moved string) {
	w.Helper()
	all.Do("PUT", "ticket/"+moved, map[string]string{"Queue": "linux-mips-2001"})
	lost := all.Do("POST", "ticket", map[string]any{"Queue": "General", "Subject": "Of no list", "Requestor": []string{"lost@customer.test"}, "Content": "Hello?", "ContentType": "text/plain"})
	r := inside(w.T, "sync", "--json", folder)
	var told struct {
		Quarantine int64         `json:"quarantine"`
		Conflicts  []report.Loss `json:"conflicts"`
	}
	if err := json.Unmarshal(r.out.Bytes(), &told); err != nil || r.code != exitQuarantine {
		w.Fatalf("exit code %d, %v: %s", r.code, err, r.all())
	}
	moves := func(l report.Loss) bool {
		return strings.HasSuffix(l.ID, "/"+moved) && strings.Contains(l.Example, "mips") && strings.Contains(l.Example, "rollback --ticket")
	}
	if !slices.ContainsFunc(told.Conflicts, moves) {
		w.Errorf("of the ticket that changed its route is told %+v", told.Conflicts)
	}
	if out := inside(w.T, "quarantine", "--json", folder).out.String(); told.Quarantine != 1 || !strings.Contains(out, "/"+lost) {
		w.Errorf("%d in quarantine: %s", told.Quarantine, out)
	}
}
