package imap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
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
	back := imapmemserver.New()
	user := imapmemserver.NewUser("desk@acme.test", "secret")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	back.AddUser(user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return careful{back.NewSession().(imapserver.SessionIMAP4rev2), refuses}, nil, nil
		},
		Caps: caps, InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
	})
	p := &pipes{conns: make(chan net.Conn), done: make(chan struct{}), storm: s, speaks: speaks}
	go func() { _ = server.Serve(p) }()
	t.Cleanup(func() { _, _ = server.Close(), p.Close() })
	return &Config{
		Host: "mail.acme.test", Security: "none", User: "desk@acme.test", Password: "secret", Folders: "categories",
		Options: mail.DefaultOptions(), dial: p.dial,
	}
}

// Whatever breaks on the way into a mailbox, also when the server has the mail and its
// answer is lost, and wherever the run is stopped: in the end each mail stands there
// once, and so it is with what changes afterwards.
func TestStormInto(t *testing.T) {
	servers := []func(net.Conn) net.Conn{nil, func(c net.Conn) net.Conn { return &several{Conn: c} }, func(c net.Conn) net.Conn { return &several{Conn: c, mute: true} }}
	for i, seed := range weather.Seeds(t, rounds.Of(2, 3, 6)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { stormInto(t, seed, servers[i%len(servers)]) })
		})
	}
}

func stormInto(t *testing.T, seed uint64, server func(net.Conn) net.Conn) {
	s := &storm{rng: rand.New(rand.NewPCG(seed, 1))}
	c := inPipes(t, s, server, "")
	src := originDesk(20)
	ledger := filepath.Join(t.TempDir(), "ledger.db")
	haul(t, s, src, c, ledger)
	checkBox(t, c, src, "after the move")
	src.Seed(originTicket(20))
	grown := originTicket(3)
	grown.Status, grown.Category = desk.StatusClosed, desk.To(desk.KindCategory, "c1")
	grown.Messages = append(grown.Messages, desk.Message{ID: "late", At: time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC), Author: grown.Requester, From: desk.Address{Email: "ann@x.test"}, Text: "late\n"})
	src.Seed(grown)
	haul(t, s, src, c, ledger)
	checkBox(t, c, src, "after the delta")
	if s.met == 0 {
		t.Error("nothing befell the line")
	}
}

// haul runs, stopped now and then, until nothing is left to do.
func haul(t *testing.T, s *storm, src *mem.Desk, c *Config, ledger string) {
	t.Helper()
	for round := 0; round < 40; round++ {
		s.mu.Lock()
		s.calm = round >= 8
		s.mu.Unlock()
		open, err := oneRun(t, s, src, c, ledger, round)
		if s.calm && err == nil && open == 0 {
			return
		}
		time.Sleep(time.Minute)
		if round == 39 {
			t.Fatalf("never settles: %v; %d are open", err, open)
		}
	}
}

func oneRun(t *testing.T, s *storm, src *mem.Desk, c *Config, path string, round int) (open int, err error) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	defer stop()
	store, err := checkpoints.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	ledger, err := store.Ledger(ctx, checkpoints.Pair{Route: "r", Source: "s", Target: "t", Account: "a"})
	if err != nil {
		t.Fatal(err)
	}
	target, err := openTarget(ctx, c, connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: pipeline.State(store, "t", false), Temp: t.TempDir(), Now: time.Now, Name: "t",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = target.(connectors.Closer).Close() }()
	var mu sync.Mutex
	p := &pipeline.Pipeline{
		Source: src, Target: target, Writes: writes, Store: store, Ledger: ledger, Run: time.Now().Unix(),
		Marks: weather.Marks, Workers: 4, Watch: func(e pipeline.Event) {
			mu.Lock()
			defer mu.Unlock()
			if e.Outcome == pipeline.Failed || e.Outcome == pipeline.Held {
				open++
			}
		},
	}
	p.Reads, _ = mem.Spec().CapsOf(src)
	if s.strikes(2) {
		time.AfterFunc(time.Duration(s.below(2000))*time.Millisecond, stop)
	}
	p.RetryOnly = round%3 == 2
	_, err = p.Go(ctx)
	return open, err
}

func originDesk(tickets int) *mem.Desk {
	d := new(mem.Desk)
	d.Seed(
		&desk.Category{Meta: desk.Meta{ID: "c0"}, Name: "Sales"}, &desk.Category{Meta: desk.Meta{ID: "c1"}, Name: "Support"},
		&desk.Contact{Meta: desk.Meta{ID: "ann"}, Name: "Ann", Emails: []string{"ann@x.test"}},
		&desk.Agent{Meta: desk.Meta{ID: "bob"}, Name: "Bob", Email: "bob@acme.test"},
	)
	for i := range tickets {
		d.Seed(originTicket(i))
	}
	return d
}

func originTicket(i int) *desk.Ticket {
	begin := time.Date(2000, 1, 1+i, 8, 0, 0, 0, time.UTC)
	k := &desk.Ticket{
		Meta: desk.Meta{ID: desk.ID(fmt.Sprint("t", i)), Created: begin}, Subject: fmt.Sprint("Заказ ", i), Status: desk.StatusOpen,
		Requester: desk.To(desk.KindContact, "ann"), Category: desk.To(desk.KindCategory, desk.ID(fmt.Sprint("c", i%2))),
	}
	for n := range 1 + i%4 {
		m := desk.Message{ID: desk.ID(fmt.Sprint("t", i, "m", n)), At: begin.Add(time.Duration(n) * time.Hour), Text: fmt.Sprintf("text %d of %d\n", n, i), Note: n == 2}
		if n%2 == 0 {
			m.Author, m.From = k.Requester, desk.Address{Name: "Ann", Email: "ann@x.test"}
		} else {
			m.Author, m.From = desk.To(desk.KindAgent, "bob"), desk.Address{Name: "Bob", Email: "bob@acme.test"}
			m.Files = []desk.File{conntest.Bytes("a.bin", "application/octet-stream", []byte(strings.Repeat(fmt.Sprint(i, n), 5000)))}
		}
		k.Messages = append(k.Messages, m)
	}
	return k
}

// checkBox compares what a source reads in the mailbox with what the origin has, and
// counts the mails.
func checkBox(t *testing.T, c *Config, src *mem.Desk, when string) {
	t.Helper()
	calm := *c
	source, err := openSource(t.Context(), &calm, connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: new(conntest.State), Temp: t.TempDir(), Now: time.Now, Name: "check",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = source.(connectors.Closer).Close() }()
	want, got := view(t, src), view(t, source)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", when, diff)
	}
	if twice := doubled(t, c); len(twice) > 0 {
		t.Errorf("%s: these stand there twice: %q", when, twice)
	}
}

// view is what a person sees of the tickets.
func view(t *testing.T, s connectors.Source) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for it, err := range s.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		k, ok := it.Record.(*desk.Ticket)
		if !ok {
			t.Errorf("aside: %+v", it.Aside)
			continue
		}
		lines := []string{fmt.Sprint(k.Status, " ", k.Category.ID)}
		for i := range k.Messages {
			m := &k.Messages[i]
			lines = append(lines, fmt.Sprintf("%s %s note=%v files=%d from=%s", m.At.Format(time.RFC3339), strings.TrimSpace(m.Text), m.Note, len(m.Files), m.From.Email))
		}
		out[k.Subject] = lines
	}
	return out
}

// doubled are the Message-IDs that several mails have.
func doubled(t *testing.T, c *Config) (twice []string) {
	t.Helper()
	p := newPool(1, slog.New(slog.DiscardHandler), c.dialer(connectors.Env{}))
	defer p.close()
	seen := map[string]bool{}
	err := p.with(t.Context(), "", func(s *session) error {
		all, err := listFolders(t.Context(), s)
		if err != nil {
			return err
		}
		for _, f := range all {
			if _, err := s.choose(t.Context(), f.name, false, true); err != nil {
				return err
			}
			err := s.do(t.Context(), func(c *imapclient.Client) error {
				ms, err := c.Fetch(goimap.UIDSet{{Start: 1}}, &goimap.FetchOptions{Envelope: true}).Collect()
				for _, m := range ms {
					if seen[m.Envelope.MessageID] {
						twice = append(twice, m.Envelope.MessageID+" "+m.Envelope.Subject)
					}
					seen[m.Envelope.MessageID] = true
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return twice
}
