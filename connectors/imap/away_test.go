package imap

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// server is one that may be away: its dial fails after a while.
type server struct {
	mu    sync.Mutex
	takes time.Duration
	fails error
	asked int
}

func (s *server) dial(context.Context) (*session, error) {
	s.mu.Lock()
	takes, fails := s.takes, s.fails
	s.asked++
	s.mu.Unlock()
	if time.Sleep(takes); fails != nil {
		return nil, (&Config{Host: "mail.test"}).unreachable(fails)
	}
	return mute(ordinary.patience), nil
}

func (s *server) comesBack() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.takes, s.fails = 0, nil
}

// mute is a session with a server that never says anything.
func mute(patience time.Duration) *session {
	ours, theirs := net.Pipe()
	go func() { _, _ = io.Copy(io.Discard, theirs) }()
	l := &line{Conn: ours, patience: patience, names: &wrongNames{}}
	return &session{client: imapclient.New(l, nil), line: l, dead: false}
}

// heard is what was logged, also by others at the same time.
type heard struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.Write(p)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.String()
}

func nothing(*session) error { return nil }

// Where one has waited for a server in vain the others do not wait one after the other:
// all is told within about a minute, to the person after the first attempt.
func TestServerThatIsAway(t *testing.T) {
	for name, s := range map[string]*server{
		"refuses":      {fails: &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}},
		"a black hole": {fails: os.ErrDeadlineExceeded, takes: ordinary.dial},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var told bytes.Buffer
				p := newPool(4, slog.New(slog.NewTextHandler(&told, &slog.HandlerOptions{Level: slog.LevelWarn})), s.dial)
				began := time.Now()
				for n := range 50 {
					err := p.with(t.Context(), "", nothing)
					if !errors.Is(err, connectors.ErrBusy) || !strings.Contains(err.Error(), "mail.test:993 cannot be reached") || !strings.Contains(err.Error(), "see whether the server runs") {
						t.Fatalf("call %d: %v", n, err)
					}
				}
				if d := time.Since(began); d < 50*time.Second || d > 90*time.Second {
					t.Errorf("it took %s", d)
				}
				if out := told.String(); strings.Count(out, "level=WARN") != 1 || !strings.Contains(out, "mail.test:993 cannot be reached (") || !strings.Contains(out, "trying again until about ") {
					t.Errorf("it says %s", out)
				}
				s.comesBack()
				time.Sleep(ordinary.dial)
				if err := p.with(t.Context(), "", nothing); err != nil {
					t.Errorf("when it is back: %v", err)
				}
				p.close()
			})
		})
	}
}

// A server that comes back within the minute stops nobody.
func TestServerThatComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{fails: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}
		p := newPool(4, slog.New(slog.DiscardHandler), s.dial)
		go func() {
			time.Sleep(45 * time.Second)
			s.comesBack()
		}()
		var calls sync.WaitGroup
		for range 20 {
			calls.Go(func() {
				if err := p.with(t.Context(), "", nothing); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
		p.close()
	})
}

// That a server has fallen silent is told before the patience with it ends.
func TestServerThatFallsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told heard
		s := &server{}
		p := newPool(1, slog.New(slog.NewTextHandler(&told, nil)), s.dial)
		err := p.only(t.Context(), "", func(s *session) error {
			return s.do(t.Context(), func(*imapclient.Client) error {
				_, err := s.line.Conn.Read(make([]byte, 1))
				return err
			})
		})
		if !errors.Is(err, errLost) || !strings.Contains(told.String(), "has said nothing for 30s: waiting for it until about ") {
			t.Errorf("%v, it says %q", err, told.String())
		}
		p.close()
	})
}

// Where one session has fallen silent the idle ones are not waited for in their turn.
func TestIdleSessionsAreLeftWhenOneFallsSilent(t *testing.T) {
	t.Parallel()
	r := newRig(t, imaptest.Options{})
	r.pace.patience = little
	p := newPool(3, slog.New(slog.DiscardHandler), r.c.dialAt(connectors.Env{}, r.pace))
	defer p.close()
	noop := func(s *session) error {
		return s.do(t.Context(), func(c *imapclient.Client) error { return c.Noop().Wait() })
	}
	var three, all sync.WaitGroup
	three.Add(3)
	for range 3 {
		all.Go(func() {
			err := p.with(t.Context(), "", func(s *session) error {
				three.Done()
				three.Wait()
				return noop(s)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	hung := r.Do(imaptest.Fault{Command: `^NOOP`, Act: imaptest.Hang, Times: 3})
	opened := r.Opened()
	if err := p.with(t.Context(), "", noop); err != nil {
		t.Fatal(err)
	}
	if hung.Count() != 3 || r.Opened()-opened < 2 {
		t.Errorf("%d commands hung, %d connections were opened", hung.Count(), r.Opened()-opened)
	}
}
