package main

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// struck is a way to a helpdesk on which some requests are answered by nobody that they
// were meant for.
type struck struct {
	next http.Handler

	mu   sync.Mutex
	with func(method, path, body string) int // the status, or 0
}

// ServeHTTP implements http.Handler.
func (s *struck) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(b)))
	status := 0
	s.mu.Lock()
	if s.with != nil {
		status = s.with(r.Method, r.URL.Path, string(b))
	}
	s.mu.Unlock()
	if status > 0 {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(status)
		return
	}
	s.next.ServeHTTP(w, r)
}

// by strikes from now on; nil is fair weather.
func (s *struck) by(with func(method, path, body string) int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.with = with
}

// aStruckRT is a Request Tracker, and the way to it.
func aStruckRT(t *testing.T) (*cloud, *rttest.Server, *struck) {
	s, way := rttest.New(), new(struck)
	url := s.Start(t.Cleanup, func(next http.Handler) http.Handler { way.next = next; return way })
	far := &cloud{
		connector: "rt", url: url, token: rttest.Token, settings: []string{"quiet=scrips", "settling=1s", "retries=1"}, outbox: s.Outbox, people: rtPeople{s, rttest.Token},
	}
	return far, s, way
}

// What the target noted is not forgotten where the canary's ticket cannot be deleted: the
// answer of a person who saw nothing does not count, then or later.
func TestNotedMailIsNotForgotten(t *testing.T) {
	far, s, way := aStruckRT(t)
	j := aWaryMove(t, far)
	if r := inside(t, append(j.words("check"), "--canary", mine)...); r.code != exitUnconfirmed {
		t.Fatalf("exit code %d: %s", r.code, r.all())
	}
	s.Turn(true)
	far.answer(t, "1", 1001)
	s.Turn(false)
	way.by(func(method, _, body string) int {
		if method == http.MethodPut && strings.Contains(body, "deleted") {
			return http.StatusInternalServerError
		}
		return 0
	})
	r := inside(t, append(j.words("check"), "--canary", mine, "--came", "nothing")...)
	if r.code != exitUsage || !strings.Contains(r.out.String(), `"state": "mail"`) || !strings.Contains(r.errs.String(), "delete the canary's ticket") {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	way.by(nil)
	refused(t, j, "came as an e-mail")
	if r := inside(t, append(j.words("check"), "--canary", mine, "--came", "nothing")...); r.code != exitUsage {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
}

// That nothing came is not written down before the target was asked what it noted.
func TestNothingIsNotWrittenDownUnasked(t *testing.T) {
	far, s, way := aStruckRT(t)
	j := aWaryMove(t, far)
	if r := inside(t, append(j.words("check"), "--canary", mine)...); r.code != exitUnconfirmed {
		t.Fatalf("exit code %d: %s", r.code, r.all())
	}
	s.Turn(true)
	far.answer(t, "1", 1001)
	s.Turn(false)
	way.by(func(_, path, _ string) int {
		if strings.Contains(path, "/history") {
			return http.StatusForbidden
		}
		return 0
	})
	if r := inside(t, append(j.words("check"), "--canary", mine, "--came", "nothing")...); r.code != exitError {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	way.by(nil)
	refused(t, j, "waits for its answer")
}

// onAnswersAndEnds answers what a canary's answers and its solving would be told with a
// status, so often.
func onAnswersAndEnds(status, times int) func(method, path, body string) int {
	return func(method, path, body string) int {
		answers := method == http.MethodPost && strings.Contains(path, "/correspond")
		ends := method == http.MethodPut && strings.Contains(path, "/ticket/") && strings.Contains(body, "resolved")
		if !answers && !ends || times == 0 {
			return 0
		}
		times--
		return status
	}
}

// A write of a canary whose outcome is not known is waited for, and made up for.
func TestCanaryWaitsForWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	far, _, way := aStruckRT(t)
	j := aWaryMove(t, far)
	way.by(onAnswersAndEnds(http.StatusInternalServerError, 1))
	r := answered(t, j, "n\n")
	if r.code != exitDone || !strings.Contains(r.out.String(), `"state": "silent"`) {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	if want := "made with a message and a file; answered by an agent; answered by the customer; noted; changed; solved; closed."; !strings.Contains(r.errs.String(), want) {
		t.Errorf("it is not said that it was %s\n%s", want, &r.errs)
	}
	j.run(t, "migrate")
}

// A canary that the target is too busy for, or fails over, has not come to its end: nobody
// is asked what came, and no answer counts. The same command goes on.
func TestCanaryThatDoesNotArrive(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusInternalServerError, http.StatusTooManyRequests} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			far, _, way := aStruckRT(t)
			j := aWaryMove(t, far)
			way.by(onAnswersAndEnds(status, -1))
			r := answered(t, j, "n\n")
			if said := r.errs.String(); r.code != exitError || !strings.Contains(said, "not written to its end") || !strings.Contains(said, "the same command goes on") || strings.Contains(said, "Did anything arrive") {
				t.Errorf("exit code %d: %s", r.code, r.all())
			}
			if r := inside(t, append(j.words("check"), "--canary", mine, "--came", "nothing")...); r.code != exitUsage {
				t.Errorf("an answer to half of it: exit code %d: %s", r.code, r.all())
			}
			refused(t, j, "waits for its answer")
			way.by(nil)
			if r := answered(t, j, "n\n"); r.code != exitDone || !strings.Contains(r.out.String(), `"state": "silent"`) {
				t.Errorf("exit code %d: %s", r.code, r.all())
			}
			j.run(t, "migrate")
			if there := far.read(t); len(there) != 1 {
				t.Errorf("there is %v", there)
			}
		})
	}
}

// A canary of which the target refuses a part that a run may have more luck with shows
// nothing about it: it does not count, whatever came. A whole one does.
func TestCanaryThatIsRefused(t *testing.T) {
	far, _, way := aStruckRT(t)
	j := aWaryMove(t, far)
	way.by(onAnswersAndEnds(http.StatusUnprocessableEntity, -1))
	r := answered(t, j, "n\n")
	var told []canaryTold
	if err := json.Unmarshal(r.out.Bytes(), &told); err != nil || len(told) != 1 {
		t.Fatalf("%v: %s", err, r.all())
	}
	if r.code != exitUsage || told[0].State != "incomplete" || !slices.Equal(told[0].Unproven, []string{"append a public message", "close a ticket"}) {
		t.Errorf("exit code %d: %+v", r.code, told)
	}
	said := r.errs.String()
	if !strings.Contains(said, "of what a run writes: made with a message and a file; noted; changed.\n") {
		t.Errorf("it is told otherwise what was written: %s", said)
	}
	for _, part := range []string{"answered by an agent", "answered by the customer", "solved", "closed"} {
		if strings.Count(said, "Not "+part+" (nothing will show that it is quiet in a run): ") != 1 {
			t.Errorf("it is not told that it was not %s: %s", part, said)
		}
	}
	refused(t, j, "the target refused a part of it")
	if r := inside(t, j.words("check")...); r.code != exitUsage || !strings.Contains(r.out.String(), `"canary": "incomplete"`) {
		t.Errorf("check: exit code %d: %s", r.code, r.all())
	}
	if there := far.read(t); len(there) > 0 {
		t.Errorf("there is left %v", there)
	}
	way.by(nil)
	if r := answered(t, j, "n\n"); r.code != exitDone {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	j.run(t, "migrate")
}

// Another token may be another user's, about whose changes others are mailed: it wants a new
// canary. The token stands in nothing that is kept.
func TestAnotherTokenWantsANewCanary(t *testing.T) {
	far := anRT(t)
	j := aWaryMove(t, far)
	if r := answered(t, j, "n\n"); r.code != exitDone {
		t.Fatalf("exit code %d: %s", r.code, r.all())
	}
	j.run(t, "migrate")
	onlyMine(t, filepath.Join(j.dir, ".deskhaul", "canary.json"), far.token)
	onlyMine(t, filepath.Join(j.dir, ".deskhaul", "canary.key"), far.token)
	for i := range j.args {
		j.args[i] = strings.ReplaceAll(j.args[i], "TOKEN_RT", "TOKEN_WRONG")
	}
	refused(t, j, "configured otherwise than when the canary was written (token)")
}
