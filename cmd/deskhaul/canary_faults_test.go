package main

import (
	"io"
	"net/http"
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
