package imap

import (
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

func (r *rig) rested() (all time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range r.rests {
		all += d
	}
	return all
}

var turnsAway = map[string]imaptest.Fault{
	"at the login":      {Command: `^(LOGIN|AUTHENTICATE)`, Act: imaptest.Say("NO [LIMIT] Too many simultaneous connections")},
	"hangs up at it":    {Command: `^(LOGIN|AUTHENTICATE)`, Act: imaptest.Bye("Too many simultaneous connections")},
	"in its greeting":   {Connect: true, Act: imaptest.Bye("Too many connections")},
	"with a command":    {Command: `^LIST`, Act: imaptest.Say("NO [ALERT] Maximum number of connections exceeded")},
	"hangs up at a one": {Command: `^LIST`, Act: imaptest.Bye("Connection limit reached")},
}

// A server that takes no more connections is told within about a minute, with what to do,
// and who asks after that waits no more.
func TestServerThatTurnsEverybodyAway(t *testing.T) {
	for name, f := range turnsAway {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, imaptest.Options{})
			r.c.Connections = 4
			r.letters("INBOX", seven...)
			r.Do(f)
			err := r.run()
			if !errors.Is(err, connectors.ErrBusy) || strings.Count(err.Error(), "takes no more connections of ann@example.test for now (close other mail programs, or set connections lower)") != 1 {
				t.Errorf("it says %v", err)
			}
			if d := r.rested(); d == 0 || d > 70*time.Second {
				t.Errorf("it waited %s", d)
			}
			r.Calm()
			r.must()
			r.holds(0, seven...)
		})
	}
}

// A target's many records do not each wait a minute for it.
func TestManyWhoAreTurnedAway(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Do(turnsAway["at the login"])
	p := newPool(4, slog.New(slog.DiscardHandler), r.c.dialAt(connectors.Env{}, r.pace))
	defer p.close()
	p.rest = r.pace.rest
	for range 20 {
		err := p.with(t.Context(), "", func(*session) error { return nil })
		if !errors.Is(err, connectors.ErrBusy) {
			t.Fatal(err)
		}
	}
	if d := r.rested(); d > 70*time.Second {
		t.Errorf("they waited %s", d)
	}
	r.Calm()
	if err := p.with(t.Context(), "", func(*session) error { return nil }); err != nil {
		t.Error(err)
	}
}

// With at least one connection the run goes on, and says once that fewer have to do.
func TestFewerConnectionsThanWanted(t *testing.T) {
	for name, f := range turnsAway {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, imaptest.Options{})
			r.c.Connections = 4
			r.Folder("Team", "Done")
			r.letters("INBOX", seven...)
			r.letters("Team", "h", "i")
			r.letters("Done", "j", "k")
			f.Times = 8
			if f.Skip = 1; strings.Contains(f.Command, "LIST") {
				f.Command, f.Skip, f.Times = `^UID FETCH`, 2, 4
			}
			r.Do(f)
			r.must()
			r.holds(0, append(seven, "h", "i", "j", "k")...)
			if n := strings.Count(r.warned.String(), "takes no more connections; the run goes on"); n > 1 {
				t.Errorf("it is told %d times: %s", n, r.warned.String())
			}
		})
	}
}

// What a person can do is told when a second connection is turned away.
func TestFewerConnectionsAreTold(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Most(1)
	p := newPool(2, slog.New(slog.NewTextHandler(&r.warned, nil)), r.c.dialAt(connectors.Env{}, r.pace))
	p.rest = r.pace.rest
	defer p.close()
	var done sync.WaitGroup
	err := p.with(t.Context(), "", func(*session) error {
		done.Go(func() {
			if err := p.with(t.Context(), "", func(*session) error { return nil }); err != nil {
				t.Error(err)
			}
		})
		for range 500 {
			if time.Sleep(10 * time.Millisecond); r.Opened() > 1 && p.sparing() {
				break
			}
		}
		return nil
	})
	done.Wait()
	if err != nil || r.rested() > 0 {
		t.Errorf("%v, after %s", err, r.rested())
	}
	if out := r.warned.String(); strings.Count(out, "level=WARN") != 1 || !strings.Contains(out, "set connections lower") {
		t.Errorf("it says %s", out)
	}
}

func (p *pool) sparing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.spared > 0
}
