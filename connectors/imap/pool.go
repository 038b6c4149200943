package imap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors"
)

// pool keeps a few sessions with one account. Most are opened when they are needed;
// fewer than wanted will do, for servers limit how many one account may have.
type pool struct {
	dial func(context.Context) (*session, error)
	log  *slog.Logger
	rest func(context.Context, time.Duration) error // waits
	free chan struct{}                              // a token for each session that may be in use

	mu       sync.Mutex
	idle     []*session
	closed   bool
	live     int       // sessions that stand
	dialling int       // and those that are being opened
	spared   int       // tokens that are kept back, for the server takes no more sessions
	refused  time.Time // when it last did not
	crowded  time.Time // when nobody was let in for a minute
	told     bool      // a person was told that fewer have to do
	away     outage
}

func newPool(most int, log *slog.Logger, dial func(context.Context) (*session, error)) *pool {
	p := &pool{dial: dial, log: log, rest: rest, free: make(chan struct{}, most)}
	for range most {
		p.free <- struct{}{}
	}
	return p
}

func rest(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// attempts is how often a session is tried to be opened at most, each time after twice
// the rest; firstRest is the first. They make about a minute; see awayFor.
const (
	attempts  = 7
	firstRest = time.Second
)

// take gives a session, one that has the folder open if there is one. It waits for
// one to be given back if as many are in use as may be.
func (p *pool) take(ctx context.Context, folder string) (*session, error) {
	for {
		select {
		case <-p.free:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		s, err := p.idleOrNew(ctx, folder)
		if errors.Is(err, errEnough) {
			continue // one of those that stand is given back some time
		}
		if err != nil {
			p.free <- struct{}{}
		}
		return s, err
	}
}

// growAfter is how long a server is taken at its word that it takes no more.
const growAfter = time.Minute

// errEnough says that no other session can be had, and that some stand.
var errEnough = errors.New("the server takes no more connections")

// dialOne opens a session.
func (p *pool) dialOne(ctx context.Context) (*session, error) {
	count := func(dialling, live int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.dialling, p.live = p.dialling+dialling, p.live+live
	}
	count(1, 0)
	s, err := p.dial(ctx)
	if err != nil {
		count(-1, 0)
		return nil, err
	}
	count(-1, 1)
	s.quiet = p.tellQuiet
	p.mu.Lock()
	p.crowded, p.away.err = time.Time{}, nil
	p.mu.Unlock()
	return s, nil
}

// spare keeps the token in hand back if a session stands and none is idle.
func (p *pool) spare(why error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live+p.dialling == 0 || len(p.idle) > 0 {
		return false
	}
	p.spared++
	p.refused = time.Now()
	p.tellFewer(why)
	return true
}

func (p *pool) idleOrNew(ctx context.Context, folder string) (*session, error) {
	if s := p.idleOne(folder); s != nil {
		return s, nil
	}
	if err := p.inVain(); err != nil {
		return nil, err
	}
	for w := new(waiting); ; {
		began := time.Now()
		s, err := p.dialOne(ctx)
		switch {
		case err == nil:
			return s, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, connectors.ErrDenied):
			return nil, err
		}
		if s := p.idleOne(folder); s != nil {
			return s, nil // it was given back meanwhile
		}
		last := w.failed(p, err, time.Since(began))
		switch {
		case p.spare(err):
			return nil, errEnough
		case last && errors.Is(err, errCrowded):
			return nil, p.giveUp(err, w.n)
		case last:
			return nil, p.gone(err, w)
		}
		if err := w.rest(ctx, p, err); err != nil {
			return nil, err
		}
		if s := p.idleOne(folder); s != nil {
			return s, nil // another was given back meanwhile
		}
	}
}

func (p *pool) idleOne(folder string) *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := len(p.idle) - 1
	if at < 0 {
		return nil
	}
	for i, s := range p.idle {
		if s.open == folder {
			at = i
		}
	}
	s := p.idle[at]
	p.idle = append(p.idle[:at], p.idle[at+1:]...)
	return s
}

// put gives a session back.
func (p *pool) put(s *session) {
	p.mu.Lock()
	stale := p.stale(s)
	keep := !s.dead && !p.closed
	more := 1
	if keep {
		p.idle = append(p.idle, s)
		if p.spared > 0 && time.Since(p.refused) > growAfter { // perhaps it takes more by now
			more, p.spared = 2, p.spared-1
		}
	} else if p.live--; p.spared > 0 { // there is room for another; for all if none stands
		again := 1
		if p.live == 0 {
			again = p.spared
		}
		more, p.spared = more+again, p.spared-again
	}
	p.mu.Unlock()
	if !keep {
		s.close()
	}
	for _, s := range stale {
		s.close()
	}
	for range more {
		p.free <- struct{}{}
	}
}

// with runs fn with a session that has the folder open for reading, again on another
// session when the line breaks. "" is no folder.
func (p *pool) with(ctx context.Context, folder string, fn func(*session) error) error {
	for n := 1; ; n++ {
		err := p.once(ctx, folder, fn)
		if !errors.Is(err, errLost) {
			return err
		}
		if n == attempts {
			return fmt.Errorf("%v, %d times: %w", err, n, connectors.ErrBusy) //nolint:errorlint // as above
		}
	}
}

// once runs fn with such a session.
func (p *pool) once(ctx context.Context, folder string, fn func(*session) error) error {
	return p.onceNear(ctx, folder, func(s *session) error {
		if folder != "" {
			if _, err := s.choose(ctx, folder, false, false); err != nil {
				return closed(folder, err)
			}
		}
		return fn(s)
	})
}

// onceNear is once with a session that may have the folder open, or not. A server that
// says to come back later is left alone for a while, and asked again; one that takes no
// more connections soon.
func (p *pool) onceNear(ctx context.Context, folder string, fn func(*session) error) error {
	pause, shrunk := firstPause, 0
	for n := 1; ; n++ {
		err := p.only(ctx, folder, fn)
		var answer *imap.Error
		switch {
		case errors.Is(err, errCrowded):
			if shrunk < attempts && p.shrink(err) {
				shrunk++
				n--
				continue
			}
			if n >= p.tries() {
				return p.giveUp(err, n)
			}
			if err := p.rest(ctx, firstRest<<(n-1)); err != nil {
				return err
			}
			continue
		case !errors.As(err, &answer) || !notNow(answer):
			return err
		}
		if n == attempts {
			return fmt.Errorf("the server says to come back later (%s), and has for a while: %w", said(answer), connectors.ErrBusy)
		}
		p.log.Info("imap: the server says to come back later", "in", pause.String(), "says", said(answer))
		if err := p.rest(ctx, pause); err != nil {
			return err
		}
		pause *= 2
	}
}

func (p *pool) only(ctx context.Context, folder string, fn func(*session) error) error {
	s, err := p.take(ctx, folder)
	if err != nil {
		return err
	}
	defer p.put(s)
	return fn(s)
}

// close ends all sessions. None is in use.
func (p *pool) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	for _, s := range idle {
		s.close()
	}
}
