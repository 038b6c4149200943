package main

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// A retry after a run that was broken off says that the rest is still to come, until a run has
// come to its end.
func TestRetryAfterABrokenRun(t *testing.T) {
	t.Parallel()
	s := rttest.New()
	var left atomic.Int64 // calls until the token is worth nothing
	left.Store(25)
	url := s.Start(t.Cleanup, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if left.Add(-1) < 0 {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			h.ServeHTTP(w, r)
		})
	})
	far := &cloud{connector: "rt", url: url, token: rttest.Token, settings: []string{"quiet=scrips", "settling=1s"}, outbox: s.Outbox, people: rtPeople{s, rttest.Token}}
	j := travel(t, "jsonl:"+mergedTickets(t), far)
	if _, r := j.end(t, "migrate"); r.code != exitError {
		t.Fatalf("exit code %d: %s", r.code, r.all())
	}
	left.Store(1 << 40)
	told := func() bool {
		t.Helper()
		r := inside(t, j.words("retry")...)
		return strings.Contains(r.all(), "did not come to its end")
	}
	for range 2 {
		if !told() {
			t.Error("after a broken run it says nothing of the rest")
		}
	}
	j.run(t, "migrate")
	if told() {
		t.Error("after all was moved it says that there is more")
	}
}
