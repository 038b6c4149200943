package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// deletions is a line to RT that does something at each deletion of a ticket.
type deletions struct {
	next http.Handler
	n    atomic.Int64
	at   func(n int64, w http.ResponseWriter) (answered bool)
}

// ServeHTTP implements http.Handler.
func (d *deletions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut && d.at != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		if strings.Contains(string(body), `"deleted"`) && d.at(d.n.Add(1), w) {
			return
		}
	}
	d.next.ServeHTTP(w, r)
}

// A rollback that is interrupted, or is no longer allowed in, tells what it did and what
// to say next; and each of the two things that it names brings all to a good end.
func TestRollbackStops(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		denied bool
		code   int
	}{"Ctrl-C": {false, exitInterrupted}, "a token that was withdrawn": {true, exitError}} {
		for next, tickets := range map[string]int{"rollback": 0, "migrate": 6} {
			t.Run(name+", then "+next, func(t *testing.T) {
				t.Parallel()
				line := new(deletions)
				s := rttest.New()
				far := &cloud{connector: "rt", token: rttest.Token, settings: []string{"quiet=scrips", "settling=1s"}, outbox: s.Outbox, people: rtPeople{s, rttest.Token}}
				far.url = s.Start(t.Cleanup, func(next http.Handler) http.Handler { line.next = next; return line })
				j := moved30(t, far)
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				line.at = func(n int64, w http.ResponseWriter) bool {
					switch {
					case n < 3:
						return false
					case c.denied:
						w.WriteHeader(http.StatusUnauthorized)
						return true
					}
					stop()
					return false
				}
				out, code := j.brokenOff(t, ctx)
				if n := out.Hops[0].Deleted[desk.KindTicket]; code != c.code || out.Stopped == "" || n < 2 || n > 3 {
					t.Errorf("exit code %d, %+v", code, out)
				}
				if !c.denied && !strings.HasPrefix(out.Stopped, "interrupted") {
					t.Errorf("it says %q", out.Stopped)
				}
				line.at = nil
				if next == "rollback" {
					j.rollback(t, "--yes")
				} else {
					j.run(t, "migrate")
				}
				if n := len(far.read(t)); n != tickets {
					t.Errorf("%d tickets stand there, want %d", n, tickets)
				}
				j.run(t, "migrate")
				if v, code := j.verify(t); code != exitDone || v.Hops[0].Kinds[desk.KindMessage].There != 30 {
					t.Errorf("exit code %d: %s\n%+v", code, v.Line, v.Hops)
				}
			})
		}
	}
}

// moved30 moves thirty mails, six tickets, to a desk.
func moved30(t *testing.T, far *cloud) *journey {
	t.Helper()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 29); err != nil {
		t.Fatal(err)
	}
	j := travel(t, "mbox:"+mbox, far).fromMailbox()
	j.run(t, "migrate")
	return j
}

// brokenOff runs a rollback that does not come to its end.
func (j *journey) brokenOff(t *testing.T, ctx context.Context) (out report.Rollback, code int) { //nolint:revive // t comes first in tests
	t.Helper()
	r := new(ran)
	a := &app{stdin: strings.NewReader(""), stdout: &r.out, stderr: &r.errs}
	code = a.run(ctx, append(j.words("rollback"), "--yes"))
	if err := json.Unmarshal(r.out.Bytes(), &out); err != nil {
		t.Fatalf("exit code %d, %v: %s", code, err, r.all())
	}
	return out, code
}
