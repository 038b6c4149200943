package imap

import (
	"bufio"
	"crypto/tls"
	"net"
	"strings"
	"sync"
	"testing"
)

// script is a server that says what it is told to: a greeting, and an answer to each
// command that begins so. In an answer TAG is the command's; a line that begins with +
// waits for one of the client.
type script struct {
	greeting string      // "" says nothing
	tls      *tls.Config // from the first byte; nil: in the clear

	mu    sync.Mutex
	says  map[string]string
	heard []string
}

const greets = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER STARTTLS] ready\r\n"

// listen starts the server and tells its port.
func (s *script) listen(t *testing.T) int {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return ln.Addr().(*net.TCPAddr).Port
}

func (s *script) serve(conn net.Conn) {
	defer conn.Close() //nolint:errcheck // a test's
	if s.tls != nil {
		conn = tls.Server(conn, s.tls)
	}
	r := bufio.NewReader(conn)
	_, _ = conn.Write([]byte(s.greeting))
	for {
		line, err := s.line(r)
		if err != nil {
			return
		}
		tag, command, _ := strings.Cut(line, " ")
		for l := range strings.SplitAfterSeq(strings.ReplaceAll(s.answer(command), "TAG", tag), "\r\n") {
			if _, err := conn.Write([]byte(l)); err != nil || l == "* BYE bye\r\n" {
				return
			}
			if strings.HasPrefix(l, "+") {
				if _, err := s.line(r); err != nil {
					return
				}
			}
		}
	}
}

func (s *script) answer(command string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for begin, says := range s.says {
		if strings.HasPrefix(command, begin) {
			return says
		}
	}
	return "TAG OK done\r\n"
}

// say has it answer otherwise from now on.
func (s *script) say(says map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.says = says
}

func (s *script) line(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.heard = append(s.heard, strings.TrimRight(line, "\r\n"))
	}
	return strings.TrimRight(line, "\r\n"), err
}

func (s *script) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.heard, "\n")
}
