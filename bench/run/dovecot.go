package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// server is a Dovecot of our own on loopback. The first account holds the mail.
type server struct {
	script, dir string
	port        int
}

func user(n int) string     { return fmt.Sprintf("user%d@example.test", n) }
func password(n int) string { return fmt.Sprintf("pass%d", n) }

// startServer starts it with accounts for all rounds, and fills the first.
func startServer(ctx context.Context, b *bench) (*server, error) {
	if _, err := os.Stat(b.dovecot); err != nil {
		return nil, fmt.Errorf("the script that starts a Dovecot (-dovecot): %w", err)
	}
	s := &server{script: b.dovecot, dir: b.path("dovecot")}
	secure := 0
	var err error
	if s.port, err = freePort(ctx); err == nil {
		secure, err = freePort(ctx)
	}
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(b.work, 0o755); err != nil { //nolint:gosec // the server's own users read their mail there
		return nil, err
	}
	if out, err := exec.CommandContext(ctx, "bash", s.script, "start", s.dir, strconv.Itoa(s.port), strconv.Itoa(secure), strconv.Itoa(1+5*b.rounds)).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("dovecot: %w\n%s", err, out)
	}
	if err := s.fill(ctx, b); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// fill makes the mail that was written the first account's.
func (s *server) fill(ctx context.Context, b *bench) error {
	mail := filepath.Join(s.dir, "mail")
	home := filepath.Join(mail, user(1))
	if err := errors.Join(os.MkdirAll(home, 0o755), os.RemoveAll(filepath.Join(home, "Maildir"))); err != nil { //nolint:gosec // as above
		return err
	}
	if err := os.Rename(b.path("maildir"), filepath.Join(home, "Maildir")); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, "chown", "-R", "--reference="+mail, home).CombinedOutput(); err != nil {
		return fmt.Errorf("give the server its mail: %w\n%s", err, out)
	}
	n, err := s.holds(1)
	if err == nil && n != b.n {
		err = fmt.Errorf("the mailbox has %d mails, not %d", n, b.n)
	}
	return err
}

func freePort(ctx context.Context) (int, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

func (s *server) adm(ctx context.Context, args ...string) (string, error) {
	var said strings.Builder
	cmd := exec.CommandContext(ctx, "bash", append([]string{s.script, "adm", s.dir}, args...)...)
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("doveadm %s: %w\n%s", args[0], err, said.String())
	}
	return string(out), err
}

// holds is how many mails lie in an account's inbox.
func (s *server) holds(n int) (int, error) {
	out, err := s.adm(context.Background(), "-f", "tab", "mailbox", "status", "-u", user(n), "messages", "INBOX")
	if err != nil {
		return 0, err
	}
	words := strings.Fields(out)
	if len(words) == 0 {
		return 0, errors.New("doveadm says nothing")
	}
	return strconv.Atoi(words[len(words)-1])
}

func (s *server) stop() {
	_ = exec.Command("bash", s.script, "stop", s.dir).Run() //nolint:noctx // whatever became of the run
}

// theScript is where the script lies beside the project.
func theScript() string {
	return filepath.Join("..", "shared", "servers", "dovecot.sh")
}
