package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// guillotine kills who sends the last of so many writes: the write is done, and nobody
// hears of it.
type guillotine struct {
	next http.Handler

	mu   sync.Mutex
	left int
	kill func() error
}

// ServeHTTP implements http.Handler.
func (g *guillotine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		g.next.ServeHTTP(w, r)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.left--; g.left != 0 || g.kill == nil {
		g.next.ServeHTTP(w, r)
		return
	}
	g.next.ServeHTTP(httptest.NewRecorder(), r)
	_ = g.kill()
	panic(http.ErrAbortHandler)
}

// A process that is killed while it writes a canary leaves one that the next goes on
// with, whichever write was its last: one ticket, each message once.
func TestKilledCanaryIsOne(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("processes of their own")
	}
	for n := 1; n <= 8; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			s, g := rttest.New(), &guillotine{left: n}
			url := s.Start(t.Cleanup, func(next http.Handler) http.Handler { g.next = next; return g })
			far := &cloud{connector: "rt", url: url, token: rttest.Token, settings: []string{"quiet=scrips", "settling=1s"}, outbox: s.Outbox}
			args := append(aWaryMove(t, far).words("check"), "--canary", mine)
			c := deskhaul(t, args...)
			g.mu.Lock()
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			g.kill = c.Process.Kill
			g.mu.Unlock()
			if err := c.Wait(); !killed(err) {
				t.Fatalf("it was not killed: %v", err)
			}
			var said strings.Builder
			for try := 0; ; try++ {
				r := inside(t, args...)
				fmt.Fprintf(&said, "%s\n", r.all())
				if r.code == exitUnconfirmed {
					break
				}
				if r.code != exitError || try == 20 {
					t.Fatalf("exit code %d\n%s", r.code, &said)
				}
				time.Sleep(200 * time.Millisecond) // what is in doubt is looked for until RT has settled
			}
			there := far.read(t)
			for subject, ticket := range there {
				for _, part := range []string{"A customer's question.", "An agent's answer.", "The customer's reply.", "A private note.", "canary.txt"} {
					if strings.Count(ticket, part) != 1 {
						t.Errorf("%s has %q %d times", subject, part, strings.Count(ticket, part))
					}
				}
			}
			if len(there) != 1 {
				t.Errorf("there is %v", there)
			}
		})
	}
}
