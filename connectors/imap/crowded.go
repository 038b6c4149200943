package imap

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors"
)

// Servers limit how many connections one account may have. Some say so at the login,
// some in their greeting, some with the first command, some as they hang up.

// errCrowded says that a server takes no more connections.
var errCrowded = errors.New("the server takes no more connections")

// tooCrowded is what a server said of it.
type tooCrowded struct{ error }

func (c *tooCrowded) Unwrap() error { return c.error }

// Is makes it an errCrowded.
func (c *tooCrowded) Is(target error) bool { return target == errCrowded }

// tooMany tells whether a server's words say that there are too many connections.
func tooMany(says string) bool {
	says = strings.ToLower(says)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(says, w) {
				return true
			}
		}
		return false
	}
	return has("connection") && has("too many", "maximum", "exceed", "limit", "simultaneous", "concurrent") ||
		has("session", "login") && has("simultaneous", "concurrent")
}

// turnedAway is a server that does not let somebody in for now.
func (c *Config) turnedAway(answer *imap.Error) error {
	if tooMany(answer.Text) {
		return c.crowded(answer)
	}
	return fmt.Errorf("%s does not let %s in for now: %w", c.host(), c.User, answer)
}

// crowded is a server that has enough connections.
func (c *Config) crowded(err error) error {
	return &tooCrowded{fmt.Errorf("%s takes no more connections of %s for now (close other mail programs, or set connections lower): %w", c.host(), c.User, err)}
}

// crowdedFor is how long a server that turned everybody away for a minute is tried once
// only: every record that waits for it would wait a minute too.
const crowdedFor = 10 * time.Minute

// tries is how often a session is tried to be opened.
func (p *pool) tries() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.crowded.IsZero() && time.Since(p.crowded) < crowdedFor || p.away.err != nil {
		return 1
	}
	return attempts
}

// giveUp says that no session can be had, for the server takes no more.
func (p *pool) giveUp(err error, tried int) error {
	p.mu.Lock()
	if p.crowded.IsZero() || time.Since(p.crowded) >= crowdedFor {
		p.crowded = time.Now()
	}
	p.mu.Unlock()
	times := fmt.Sprintf("%d times", tried)
	if tried == 1 {
		times = "once more"
	}
	return fmt.Errorf("%v (tried %s): %w", err, times, connectors.ErrBusy) //nolint:errorlint // it is no longer what may be tried again
}

// shrink keeps one token back, for a session was turned away while others work.
func (p *pool) shrink(why error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live+p.dialling == 0 {
		return false
	}
	select {
	case <-p.free:
		p.spared++
		p.refused = time.Now()
		p.tellFewer(why)
	default: // all others are in use: one comes back
	}
	return true
}

// tellFewer says that fewer sessions have to do: once what the person can do about it.
// The caller holds the lock.
func (p *pool) tellFewer(why error) {
	if !errors.Is(why, errCrowded) || p.told {
		p.log.Info("imap: fewer connections than wanted have to do", "connections", p.live+p.dialling, "error", why.Error())
		return
	}
	p.told = true
	p.log.Warn("imap: the server takes no more connections; the run goes on with those it has (close other mail programs, or set connections lower)", "connections", p.live+p.dialling, "error", why.Error())
}
