package imap

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/connectors/mail"
)

// pipes is a server's listener without a network: connections are made by dial.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
	storm *storm

	speaks func(net.Conn) net.Conn // how the server does
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipes) dial(ctx context.Context) (net.Conn, error) {
	if p.storm.strikes(8) {
		return nil, errors.New("connection refused")
	}
	here, there := net.Pipe()
	select {
	case p.conns <- p.speaks(&torn{Conn: there, storm: p.storm}):
		return newSlow(here, p.storm), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// storm says what befalls the line.
type storm struct {
	mu   sync.Mutex
	rng  *rand.Rand
	calm bool
	met  int
}

// strikes tells, one time in n, that something happens.
func (s *storm) strikes(n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calm || s.rng.IntN(n) > 0 {
		return false
	}
	s.met++
	return true
}

func (s *storm) below(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rng.IntN(n)
}

// torn is the server's side of a line that breaks: while it is read from, so that the
// server does not act, or while it answers, when it has. What it writes afterwards goes
// nowhere and it is not told: it would keep a lock for ever.
type torn struct {
	net.Conn
	storm *storm
	cut   atomic.Bool
}

func (c *torn) tear() {
	c.cut.Store(true)
	_ = c.Close() // the other side sees it
}

func (c *torn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err == nil && c.storm.strikes(150) {
		c.tear()
		return c.storm.below(n + 1), io.EOF
	}
	return n, err
}

func (c *torn) Write(b []byte) (int, error) {
	if !c.cut.Load() && c.storm.strikes(60) {
		_, _ = c.Conn.Write(b[:c.storm.below(len(b)+1)]) // part of it
		c.tear()
	}
	if !c.cut.Load() {
		_, _ = c.Conn.Write(b) // the next Read tells
	}
	return len(b), nil
}

// careful is a session of the server that keeps no half a mail: the library takes the
// end of the line for the end of the mail.
type careful struct {
	imapserver.SessionIMAP4rev2
	refuses string // mails with this in them; "" none
}

func (s careful) Append(mailbox string, r goimap.LiteralReader, o *goimap.AppendOptions) (*goimap.AppendData, error) {
	b, err := io.ReadAll(r)
	if err == nil && int64(len(b)) < r.Size() {
		err = io.ErrUnexpectedEOF
	}
	if err == nil && s.refuses != "" && bytes.Contains(b, []byte(s.refuses)) {
		err = &goimap.Error{Type: goimap.StatusResponseTypeNo, Text: "that not"}
	}
	if err != nil {
		return nil, err
	}
	return s.SessionIMAP4rev2.Append(mailbox, &whole{bytes.NewReader(b)}, o)
}

type whole struct{ *bytes.Reader }

// slow is the client's side of a line on which answers take their time now and then.
// What the server writes is taken from it at once: it holds locks while it writes that
// no clock of a test gets past.
type slow struct {
	net.Conn
	storm *storm
	came  chan []byte
	rest  []byte

	mu       sync.Mutex
	deadline time.Time
}

func newSlow(c net.Conn, s *storm) *slow {
	l := &slow{Conn: c, storm: s, came: make(chan []byte, 10_000)}
	go func() {
		defer close(l.came)
		for {
			b := make([]byte, 4096)
			n, err := c.Read(b)
			if n > 0 {
				l.came <- b[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	return l
}

func (c *slow) Read(b []byte) (int, error) {
	for len(c.rest) == 0 {
		wait := time.NewTimer(time.Second)
		select {
		case more, ok := <-c.came:
			if !ok {
				return 0, io.EOF
			}
			if c.rest = more; c.storm.strikes(300) {
				c.waits(5 * time.Minute)
			}
		case <-wait.C:
		}
		if wait.Stop(); c.late() {
			return 0, os.ErrDeadlineExceeded
		}
	}
	n := copy(b, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// waits waits, no longer than until the deadline.
func (c *slow) waits(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end) && !c.late(); {
		time.Sleep(time.Second)
	}
}

func (c *slow) late() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.deadline.IsZero() && time.Now().After(c.deadline)
}

func (c *slow) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	return nil
}

// SetDeadline is for what the server writes too, which is taken from it at once.
func (c *slow) SetDeadline(t time.Time) error {
	_ = c.SetWriteDeadline(t) // a closed line fails when it is used
	return c.SetReadDeadline(t)
}

// inPipes is an account of a server in memory, that speaks as is told.
func inPipes(t *testing.T, s *storm, speaks func(net.Conn) net.Conn, refuses string) *Config {
	t.Helper()
	caps := goimap.CapSet{goimap.CapIMAP4rev1: {}, goimap.CapIMAP4rev2: {}}
	if speaks == nil {
		speaks = func(c net.Conn) net.Conn { return c }
	} else {
		caps[goimap.CapLiteralPlus] = struct{}{}
	}
	user := imapmemserver.NewUser("desk@acme.test", "secret")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	server := imaptest.InMemory(caps, func(in imapserver.SessionIMAP4rev2) imapserver.Session { return careful{in, refuses} }, user)
	p := &pipes{conns: make(chan net.Conn), done: make(chan struct{}), storm: s, speaks: speaks}
	go func() { _ = server.Serve(p) }()
	t.Cleanup(func() { _, _ = server.Close(), p.Close() })
	return &Config{
		Host: "mail.acme.test", Security: "none", User: "desk@acme.test", Password: "secret", Folders: "categories",
		Options: mail.DefaultOptions(), dial: p.dial,
	}
}
