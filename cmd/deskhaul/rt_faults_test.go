package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// faulty is a line to a server that fails now and then: before the server acted, or
// after it.
type faulty struct {
	next http.Handler

	mu    sync.Mutex
	rng   *rand.Rand
	sound bool // nothing fails any more
	out   int  // so many calls more find the token expired
	seen  map[string]int
}

// ServeHTTP implements http.Handler.
func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch fault := f.pick(); fault {
	case "expired":
		http.Error(w, `{"message":"Unauthorized"}`, http.StatusUnauthorized)
	case "429":
		w.Header().Set("Retry-After", "0")
		http.Error(w, `{"message":"slow down"}`, http.StatusTooManyRequests)
	case "429 bare":
		http.Error(w, `{"message":"slow down"}`, http.StatusTooManyRequests)
	case "500":
		http.Error(w, "<html>oops", http.StatusInternalServerError)
	case "502 afterwards":
		f.next.ServeHTTP(httptest.NewRecorder(), r)
		http.Error(w, "<html>proxy", http.StatusBadGateway)
	case "lost":
		f.next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	case "half", "slow":
		f.partly(w, r, fault == "slow")
	default:
		f.next.ServeHTTP(w, r)
	}
}

// partly gives half of the answer and breaks off, or gives it all in small bits.
func (f *faulty) partly(w http.ResponseWriter, r *http.Request, slow bool) {
	rec := httptest.NewRecorder()
	f.next.ServeHTTP(rec, r)
	b := rec.Body.Bytes()
	for name, v := range rec.Header() {
		w.Header()[name] = v
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(b)))
	w.WriteHeader(rec.Code)
	if !slow {
		_, _ = w.Write(b[:len(b)/2])
		panic(http.ErrAbortHandler)
	}
	for len(b) > 0 {
		n := min(len(b), 1+len(rec.Body.Bytes())/5)
		_, _ = w.Write(b[:n])
		_ = http.NewResponseController(w).Flush()
		time.Sleep(5 * time.Millisecond)
		b = b[n:]
	}
}

// faults and how many of a hundred calls meet one.
const faultsInHundred = 8

var faults = []string{"429", "429 bare", "500", "502 afterwards", "lost", "half", "slow", "expired"}

func (f *faulty) pick() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.sound:
		return ""
	case f.out > 0:
		f.out--
		return "expired"
	case f.rng.IntN(100) >= faultsInHundred:
		return ""
	}
	fault := faults[f.rng.IntN(len(faults))]
	if f.seen[fault]++; fault == "expired" {
		if f.seen[fault] > 3 { // each stops the run
			return ""
		}
		f.out = 3
	}
	return fault
}

// Over a line that fails in every way, what is moved into Request Tracker and read
// back is what was there, once; a delta too; and nobody gets an e-mail.
func TestRequestTrackerOverFaultyLine(t *testing.T) {
	t.Parallel()
	s := rttest.New()
	s.LieAboutTotals = true
	seed := uint64(time.Now().UnixNano())
	line := &faulty{next: s, rng: rand.New(rand.NewPCG(seed, 0)), seen: map[string]int{}}
	server := httptest.NewServer(line)
	t.Cleanup(server.Close)
	s.At(server.URL)

	folder, back := t.TempDir(), t.TempDir()
	mbox := filepath.Join(folder, "support.mbox")
	if err := appendMails(mbox, 0, 88); err != nil {
		t.Fatal(err)
	}
	add(t, filepath.Join(folder, "deskhaul.yaml"), "project: faulty\nsources:\n  mailbox:\n    connector: mbox\n    path: support.mbox\n    agents:\n      domains: [desk.test]\n")
	token := filepath.Join(t.TempDir(), "token")
	add(t, token, rttest.Token)
	target := fmt.Sprintf("    connector: rt\n    url: %s\n    token: {file: %s}\n", server.URL, token)
	add(t, filepath.Join(folder, "deskhaul.yaml"), "targets:\n  rt:\n    quiet: scrips\n    settling: 0s\n"+target)
	add(t, filepath.Join(back, "deskhaul.yaml"), "project: back\nsources:\n  rt:\n"+target)
	for _, round := range []string{"all", "delta"} {
		untilDone(t, folder)
		untilDone(t, back)
		want := ticketLines(t, "--from", "archive:", "--to", "jsonl:"+filepath.Join(t.TempDir(), "want.jsonl"), folder)
		got := ticketLines(t, "--from", "archive:", "--to", "jsonl:"+filepath.Join(t.TempDir(), "got.jsonl"), back)
		slices.Sort(want)
		slices.Sort(got)
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%s, seed %d, after %v: Request Tracker does not hold what was moved (-want +got):\n%.6000s", round, seed, line.seen, d)
		}
		if err := appendMails(mbox, 89, 104); err != nil { // one in an old ticket
			t.Fatal(err)
		}
	}
	workOn(t, s)
	untilDone(t, back)
	fresh := t.TempDir()
	add(t, filepath.Join(fresh, "deskhaul.yaml"), "project: fresh\nsources:\n  rt:\n"+target)
	untilDone(t, fresh)
	want := ticketLines(t, "--from", "archive:", "--to", "jsonl:"+filepath.Join(t.TempDir(), "want.jsonl"), fresh)
	got := ticketLines(t, "--from", "archive:", "--to", "jsonl:"+filepath.Join(t.TempDir(), "got.jsonl"), back)
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("seed %d: the delta brought something else than a first reading does (-first +delta):\n%.6000s", seed, d)
	}
	if sent := s.Outbox(); len(sent) > 0 {
		t.Errorf("seed %d: e-mails were sent: %q", seed, sent)
	}
	for _, fault := range faults {
		if line.seen[fault] == 0 {
			t.Errorf("seed %d: no call met the fault %q: give it more to do", seed, fault)
		}
	}
	t.Logf("seed %d: %v", seed, line.seen)
}

// workOn does in Request Tracker what people at work do: a new ticket, an answer, a
// status, a merge, a deletion.
func workOn(t *testing.T, s *rttest.Server) {
	t.Helper()
	for _, c := range [][3]string{
		{"POST", "ticket", `{"Queue":"General","Subject":"quite new","Requestor":"new@kunde.test","Content":"hello","ContentType":"text/plain"}`},
		{"POST", "ticket/1/correspond", `{"Content":"an answer","ContentType":"text/plain"}`},
		{"PUT", "ticket/2", `{"Status":"resolved"}`},
		{"PUT", "ticket/3", `{"MergeInto":"4"}`},
		{"PUT", "ticket/5", `{"Status":"deleted"}`},
	} {
		r := httptest.NewRequest(c[0], "/REST/2.0/"+c[1], strings.NewReader(c[2]))
		r.Header.Set("Authorization", "token "+rttest.Token)
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code >= 300 {
			t.Fatalf("%v: %d %s", c, w.Code, w.Body)
		}
	}
}

// untilDone runs migrate until it says that all is done: what a line or a server spoilt
// is for a later run, and what is in quarantine for retry. The tries are enough for
// every call that finds the token expired to stop a run of its own.
func untilDone(t *testing.T, folder string) {
	t.Helper()
	var said strings.Builder
	for try := range 40 {
		verb := "migrate"
		if try%2 == 1 {
			verb = "retry"
		}
		out, err := deskhaul(t, verb, "--quiet", folder).CombinedOutput()
		fmt.Fprintf(&said, "%s: %v\n%s\n", verb, err, out)
		var exit *exec.ExitError
		if err == nil && verb == "migrate" {
			return
		}
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() == 2) {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	t.Fatalf("it is not done after 40 runs:\n%s", said.String())
}
