package imap

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
)

// startTLS makes a plain connection a safe one (RFC 9051, section 6.2.1). The library
// can do it too, but then sees the connection before us. What it gives begins with a
// greeting, as the library expects of a server.
func (c *Config) startTLS(ctx context.Context, conn net.Conn, config *tls.Config, p pace) (*tls.Conn, error) {
	ask := sync.OnceValue(func() error {
		_, err := conn.Write([]byte("S STARTTLS\r\n"))
		return err
	})
	waking := time.AfterFunc(p.dial/10, func() { _ = ask() }) // a port for TLS says nothing until it is spoken to, and hangs up then
	defer waking.Stop()
	known, err := c.greetedPlainly(conn)
	if err != nil {
		return nil, c.noGreeting(err)
	}
	waking.Stop()
	if err := ask(); err != nil {
		return nil, c.noGreeting(err)
	}
	switch answer, err := answerTo("S", conn); {
	case err != nil:
		return nil, c.noGreeting(err)
	case answer.Type != imap.StatusResponseTypeOK:
		return nil, c.noGreeting(answer)
	case known:
		return nil, c.noSTARTTLS("it takes us for somebody who is logged in already")
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, c.untrusted(err)
	}
	return secure, nil
}

// greetedPlainly waits for a server's greeting, and tells whether the server takes us
// for somebody who is logged in.
func (c *Config) greetedPlainly(conn net.Conn) (known bool, err error) {
	line, err := plainLine(conn)
	if err != nil {
		return false, err
	}
	greeting, ok := statusOf(strings.TrimPrefix(line, "* "))
	switch {
	case strings.HasPrefix(line, "\x15\x03"): // TLS has an alert for those who do not speak it
		return false, io.ErrUnexpectedEOF
	case !ok || !strings.HasPrefix(line, "* "):
		return false, fmt.Errorf("got error before greeting: it says %q", line)
	case greeting.Type == imap.StatusResponseTypeOK, greeting.Type == imap.StatusResponseTypePreAuth:
		return greeting.Type == imap.StatusResponseTypePreAuth, nil
	}
	return false, greeting
}

// answerTo waits for the answer to a command.
func answerTo(tag string, conn net.Conn) (*imap.Error, error) {
	for {
		line, err := plainLine(conn)
		if err != nil {
			return nil, err
		}
		whose, rest, _ := strings.Cut(line, " ")
		answer, ok := statusOf(rest)
		switch {
		case ok && (whose == tag || whose == "*" && answer.Type == imap.StatusResponseTypeBye):
			return answer, nil
		case whose != "*":
			return nil, fmt.Errorf("it says %q", line)
		}
	}
}

// statusOf reads a status, without its tag (RFC 9051, section 7.1).
func statusOf(line string) (*imap.Error, bool) {
	word, text, _ := strings.Cut(line, " ")
	e := &imap.Error{Type: imap.StatusResponseType(strings.ToUpper(word)), Text: text}
	if rest, ok := strings.CutPrefix(text, "["); ok {
		if code, after, ok := strings.Cut(rest, "]"); ok {
			name, _, _ := strings.Cut(code, " ")
			e.Code, e.Text = imap.ResponseCode(strings.ToUpper(name)), strings.TrimSpace(after)
		}
	}
	switch e.Type {
	case imap.StatusResponseTypeOK, imap.StatusResponseTypeNo, imap.StatusResponseTypeBad, imap.StatusResponseTypePreAuth, imap.StatusResponseTypeBye:
		return e, true
	}
	return nil, false
}

// greeted stands for the greeting that a server does not say again.
const greeted = "* OK ready\r\n"

// plainLine reads a line and not one byte more: what follows it may be encrypted.
func plainLine(conn net.Conn) (string, error) {
	var line []byte
	for b := make([]byte, 1); len(line) < 8192; {
		if _, err := conn.Read(b); err != nil {
			return "", err
		}
		if b[0] == '\n' {
			return strings.TrimRight(string(line), "\r"), nil
		}
		line = append(line, b[0])
	}
	return "", errors.New("it answers with a line that does not end")
}
