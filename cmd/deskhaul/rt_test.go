//go:build integration

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// The quickstart and a real mailing list are moved into a real Request Tracker by a
// process that is killed again and again; what is read back from there is what the
// archives hold, once, and RT has written no e-mail.
func TestMovesIntoRequestTracker(t *testing.T) {
	t.Cleanup(rttest.Forget)
	s := rttest.StartReal(t)
	t.Setenv("RT_TOKEN", s.Token)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	var want []string
	axe := new(axe)
	address := axe.before(t, s.URL)
	for name, folder := range map[string]string{"quickstart": quickstartProject(t), "usrp-2019": usrpProject(t)} {
		add(t, filepath.Join(folder, "deskhaul.yaml"), fmt.Sprintf("targets:\n  rt:\n    connector: rt\n    url: %s\n    token: ${RT_TOKEN}\n    quiet: scrips\n    canary: waived\n    settling: 5s\n", address))
		began := time.Now()
		kills := axed(t, rng, axe, 8, map[string]int{"quickstart": 15, "usrp-2019": 100}[name], "migrate", folder)
		untilDone(t, folder) // what waits for a contact that was in doubt may wait for the next run
		t.Logf("%s: %d kills, done in %s", name, kills, time.Since(began).Round(time.Second))
		if kills < leastKills {
			t.Errorf("%s was over before it could be killed", name)
		}
		want = append(want, ticketLines(t, "--from", "archive:", "--to", "jsonl:"+filepath.Join(t.TempDir(), "want.jsonl"), folder)...)
	}
	back, began := t.TempDir(), time.Now()
	add(t, filepath.Join(back, "deskhaul.yaml"), fmt.Sprintf("project: back\nsources:\n  rt:\n    connector: rt\n    url: %s\n    token: ${RT_TOKEN}\n", s.URL))
	if out, err := deskhaul(t, "migrate", "--quiet", back).CombinedOutput(); err != nil {
		t.Fatalf("read back: %v\n%s", err, out)
	}
	t.Logf("read back in %s", time.Since(began).Round(time.Second))
	got := ticketLines(t, "--from", "archive:", "--to", "jsonl:"+filepath.Join(t.TempDir(), "got.jsonl"), back)
	for _, lines := range [][]string{want, got} {
		for i, line := range lines { // RT as it was mended in October 2026 has a date of its own
			lines[i] = itsDate.ReplaceAllString(line, "")
		}
		slices.Sort(lines)
	}
	t.Logf("%d tickets", len(want))
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("Request Tracker does not hold what was moved (-want +got):\n%.6000s", d)
	}
	if mails := s.Mails(); len(mails) > 0 {
		t.Errorf("RT wrote %d e-mails", len(mails))
	}
}

var itsDate = regexp.MustCompile(`"created":"[^"]*",`)

// axe is a line to one or more servers on which the process that uses it is killed: a moment
// after so many more calls. A while would say nothing: servers are slow here and fast there.
type axe struct {
	mu    sync.Mutex
	left  int
	after time.Duration
	kill  func() error
}

// before puts the axe before a server; the line is at the address. The server finishes what it
// has begun, whoever was killed.
func (a *axe) before(t *testing.T, server string) (address string) {
	t.Helper()
	to, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorLog = log.New(io.Discard, "", 0)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		if a.left--; a.left == 0 && a.kill != nil {
			kill := a.kill
			time.AfterFunc(a.after, func() { _ = kill() })
		}
		a.mu.Unlock()
		proxy.ServeHTTP(w, r.WithContext(context.WithoutCancel(r.Context())))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// axed runs a verb and kills it, up to so many times, each after some calls that are at
// most so many, and returns how often it did so before all was done.
func axed(t *testing.T, rng *rand.Rand, a *axe, times, most int, verb, folder string) (kills int) {
	t.Helper()
	for range times {
		c := deskhaul(t, verb, "--quiet", folder)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		a.mu.Lock()
		a.left, a.after, a.kill = 1+rng.IntN(most), time.Duration(rng.Int64N(int64(150*time.Millisecond))), c.Process.Kill
		a.mu.Unlock()
		err := c.Wait()
		a.mu.Lock()
		a.kill = nil
		a.mu.Unlock()
		if err == nil {
			return kills
		}
		if killed(err) {
			kills++
		}
	}
	return kills
}

// usrpMails is how many mails of the list are moved: all 439, or as many as RT_MAILS
// in the environment says.
func usrpMails(t *testing.T) int {
	t.Helper()
	said := os.Getenv("RT_MAILS")
	if said == "" {
		return 439
	}
	n, err := strconv.Atoi(said)
	if err != nil {
		t.Fatalf("RT_MAILS: %v", err)
	}
	return n
}

func usrpProject(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	all, err := os.ReadFile("../../../shared/data/usrp-2019/usrp-2019.mbox")
	if err != nil {
		t.Skip("the mailing list is not there")
	}
	n := usrpMails(t)
	mails := bytes.SplitAfterN(all, []byte("\n\nFrom "), n+1)
	part := bytes.TrimSuffix(bytes.Join(mails[:min(n, len(mails))], nil), []byte("From "))
	if err := os.WriteFile(filepath.Join(folder, "usrp.mbox"), part, 0o600); err != nil {
		t.Fatal(err)
	}
	add(t, filepath.Join(folder, "deskhaul.yaml"), "project: usrp\nsources:\n  list:\n    connector: mbox\n    path: usrp.mbox\n")
	return folder
}
