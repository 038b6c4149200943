package imaptest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Line is a line to a server. It hands on what either says, and does what the faults
// say.
type Line struct {
	Host string
	Port int

	to string

	mu     sync.Mutex
	faults []*Fault
	shape  []func(c *wire, command string) string // changes commands
	forms  []func(c *wire, answer string) string  // changes lines of answers
	most   int                                    // connections that may be logged in; 0 any
	live   map[*wire]bool
	opened int
	said   []string // commands, without tags
}

// wire is one connection over the line.
type wire struct {
	l              *Line
	client, server net.Conn
	out            sync.Mutex // one answer at a time goes to the client
	ctx            context.Context
	cancel         context.CancelFunc
	in             bool   // it is logged in
	folder         string // the one that was selected last
	sent           int64  // bytes to the client
	omit           bool   // the rest of this answer is left out
}

// NewLine makes a line to a server at an address, until the test is over.
func NewLine(t testing.TB, to string) *Line {
	t.Helper()
	in := Listen(t)
	addr := in.Addr().(*net.TCPAddr)
	l := &Line{Host: addr.IP.String(), Port: addr.Port, to: to, live: map[*wire]bool{}}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := in.Accept()
			if err != nil {
				return
			}
			all.Go(func() { l.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = in.Close()
		l.CutAll()
		all.Wait()
	})
	return l
}

// CutAll breaks all connections.
func (l *Line) CutAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.live {
		c.cut()
	}
}

// Most lets only so many connections be logged in at once.
func (l *Line) Most(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.most = n
}

// Opened is how many connections there have been.
func (l *Line) Opened() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.opened
}

// Said is how many commands matched an expression so far, their tags left out.
func (l *Line) Said(expression string) (n int) {
	re := regexp.MustCompile(expression)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.said {
		if re.MatchString(c) {
			n++
		}
	}
	return n
}

func (l *Line) serve(client net.Conn) {
	c := &wire{l: l, client: client}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	l.mu.Lock()
	l.live[c] = true
	l.opened++
	l.mu.Unlock()
	defer func() {
		c.cut()
		l.mu.Lock()
		delete(l.live, c)
		l.mu.Unlock()
	}()
	if f := l.fault(func(f *Fault) bool { return f.Connect }); f != nil && !f.Act(c, "", nil) {
		return
	}
	server, err := new(net.Dialer).DialContext(c.ctx, "tcp", l.to)
	if err != nil {
		return
	}
	c.l.mu.Lock()
	c.server = server
	c.l.mu.Unlock()
	defer func() { _ = server.Close() }()
	var both sync.WaitGroup
	both.Go(func() { c.commands(bufio.NewReader(client)); c.cut() })
	both.Go(func() { c.answers(bufio.NewReader(server)); c.cut() })
	both.Wait()
}

func (c *wire) cut() {
	c.cancel()
	_ = c.client.Close()
	if c.server != nil {
		_ = c.server.Close()
	}
}

// say sends to the client.
func (c *wire) say(b []byte) bool {
	c.out.Lock()
	defer c.out.Unlock()
	if f := c.l.fault(func(f *Fault) bool { return f.After > 0 && c.sent+int64(len(b)) >= f.After }); f != nil {
		_, _ = c.client.Write(b[:max(0, min(int64(len(b)), f.After-c.sent))])
		c.cut()
		return false
	}
	n, err := c.client.Write(b)
	c.sent += int64(n)
	return err == nil
}

var literalEnd = regexp.MustCompile(`\{(\d+)\+?\}\r\n$`)

// literalOf is how many bytes follow a line.
func literalOf(line string) (n int64, ok bool) {
	m := literalEnd.FindStringSubmatch(line)
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	return n, err == nil
}

// commands hands on what the client says.
func (c *wire) commands(r *bufio.Reader) {
	inside := false // a command goes on after a literal
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		pass := true
		if !inside {
			line, pass = c.command(line)
		}
		if pass {
			if _, err := io.WriteString(c.server, line); err != nil {
				return
			}
		}
		n, literal := literalOf(line)
		if inside = literal; literal {
			if _, err := io.CopyN(c.server, r, n); err != nil {
				return
			}
		}
	}
}

// command does what is to be done about a command; it is handed on if pass is set.
func (c *wire) command(line string) (_ string, pass bool) {
	tag, words, ok := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
	if !ok {
		return line, true // an answer to the server's question
	}
	c.l.mu.Lock()
	c.l.said = append(c.l.said, words)
	shape := c.l.shape
	c.l.mu.Unlock()
	if strings.HasPrefix(words, "LOGIN") || strings.HasPrefix(words, "AUTHENTICATE") {
		if !c.l.letIn(c) {
			c.say(fmt.Appendf(nil, "%s NO [LIMIT] Too many simultaneous connections\r\n", tag))
			return "", false
		}
	}
	if f := c.l.fault(func(f *Fault) bool {
		return f.Command != "" && regexp.MustCompile(f.Command).MatchString(words) && (f.Of == 0 || asksFor(words, f.Of))
	}); f != nil && !f.Act(c, tag, nil) {
		return "", false
	}
	for _, s := range shape {
		if words = s(c, words); words == "" { // there is nothing to ask for
			c.say(fmt.Appendf(nil, "%s OK done\r\n", tag))
			return "", false
		}
	}
	return tag + " " + words + "\r\n", true
}

func (l *Line) letIn(c *wire) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for other := range l.live {
		if other.in && other != c {
			n++
		}
	}
	c.in = l.most == 0 || n < l.most
	return c.in
}

// answers hands on what the server says.
func (c *wire) answers(r *bufio.Reader) {
	whole := "" // of the answer so far
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		c.l.mu.Lock()
		forms := c.l.forms
		c.l.mu.Unlock()
		begins := whole == ""
		for _, form := range forms {
			if begins {
				line = form(c, line)
			}
		}
		n, literal := literalOf(line)
		whole += line
		f := c.l.fault(func(f *Fault) bool {
			return f.Answer != "" && (begins || literal) && regexp.MustCompile(f.Answer).MatchString(whole)
		})
		body := &io.LimitedReader{R: r, N: n}
		if f != nil {
			if !f.Act(c, line, body) {
				return
			}
		} else if !c.omit && !c.say([]byte(line)) {
			return
		}
		if literal {
			if _, err := io.Copy(to{c}, body); err != nil {
				return
			}
			continue
		}
		whole, c.omit = "", false
	}
}

// to writes to the client.
type to struct{ c *wire }

func (w to) Write(b []byte) (int, error) {
	if !w.c.say(b) {
		return 0, net.ErrClosed
	}
	return len(b), nil
}
