//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
)

// terminalOf is a program at a terminal of its own, and what that shows.
type terminalOf struct {
	t    *testing.T
	pty  *os.File
	c    *exec.Cmd
	mu   sync.Mutex
	seen bytes.Buffer
	done chan struct{}
	read int // of seen, what was waited for
}

// atTerminal starts init at a terminal.
func atTerminal(t *testing.T, term, dir string, args ...string) *terminalOf {
	t.Helper()
	c := deskhaul(t, append([]string{"init", dir}, args...)...)
	c.Env = append(os.Environ(), "TERM="+term)
	c.Dir = filepath.Dir(dir)
	f, err := pty.StartWithSize(c, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	p := &terminalOf{t: t, pty: f, c: c, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		_, _ = io.Copy(lockedWriter{p}, f) // it ends with the program
	}()
	t.Cleanup(func() { _ = f.Close() })
	return p
}

type lockedWriter struct{ p *terminalOf }

func (w lockedWriter) Write(b []byte) (int, error) {
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	return w.p.seen.Write(b)
}

// after waits until something is shown, then types.
func (p *terminalOf) after(text, keys string) {
	p.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		p.mu.Lock()
		at := strings.Index(p.seen.String()[p.read:], text)
		if at >= 0 {
			p.read += at + len(text)
		}
		p.mu.Unlock()
		if at < 0 {
			continue
		}
		time.Sleep(150 * time.Millisecond) // the question is shown before it is listened for
		if _, err := io.WriteString(p.pty, keys); err != nil {
			p.t.Fatal(err)
		}
		return
	}
	p.t.Fatalf("%q never came:\n%s", text, p.screen())
}

func (p *terminalOf) screen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen.String()
}

// ends waits for the program and returns its exit code.
func (p *terminalOf) ends() int {
	p.t.Helper()
	_ = p.c.Wait()
	select {
	case <-p.done:
	case <-time.After(5 * time.Second):
	}
	return p.c.ProcessState.ExitCode()
}

const ctrlC = "\x03"

// At a terminal, drawn and line by line: a secret does not show, is in no argument of the
// process and goes into its file.
func TestTalkAtATerminal(t *testing.T) {
	t.Parallel()
	next, _ := newFreshdesk(t)
	for term, list := range map[string]string{"xterm-256color": "/freshdesk\r\r", "dumb": "freshdesk\r"} {
		t.Run(term, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "move")
			p := atTerminal(t, term, dir)
			p.after("come from?", list)
			p.after("Where is it?", next.url+"\r")
			p.after("token", freshdesktest.New().Key+"\r")
			p.after("Where shall it be kept?", "\r")
			p.after("another source?", "n\r")
			p.after("Where do they go?", "\r")
			p.after("Write deskhaul.yaml", "y\r")
			if code := p.ends(); code != exitDone {
				t.Fatalf("exit code %d\n%s", code, p.screen())
			}
			if strings.Contains(p.screen(), freshdesktest.New().Key) {
				t.Errorf("the secret shows:\n%q", p.screen())
			}
			b, err := os.ReadFile(filepath.Join(dir, "deskhaul.yaml"))
			if err != nil || !bytes.Contains(b, []byte("token: {file: .deskhaul/secrets/freshdesk.token}")) {
				t.Errorf("%v\n%s", err, b)
			}
		})
	}
}

// Ctrl-C, whatever is asked, ends it with 130 and leaves nothing behind.
func TestTalkCtrlC(t *testing.T) {
	t.Parallel()
	next, _ := newFreshdesk(t)
	for term, list := range map[string]string{"xterm-256color": "/freshdesk\r\r", "dumb": "freshdesk\r"} {
		for _, stop := range []string{"at once", "at the secret"} {
			t.Run(term+" "+stop, func(t *testing.T) {
				t.Parallel()
				dir := filepath.Join(t.TempDir(), "move")
				p := atTerminal(t, term, dir)
				if stop == "at once" {
					p.after("come from?", ctrlC)
				} else {
					p.after("come from?", list)
					p.after("Where is it?", next.url+"\r")
					p.after("token", "half"+ctrlC)
				}
				if code := p.ends(); code != exitInterrupted {
					t.Errorf("exit code %d\n%s", code, p.screen())
				}
				nothingLeft(t, dir)
			})
		}
	}
}
