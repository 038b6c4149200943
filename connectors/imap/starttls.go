package imap

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
)

// startTLS makes a plain connection a safe one (RFC 9051, section 6.2.1). The library
// can do it too, but then sees the connection before us. What it gives begins with a
// greeting, as the library expects of a server.
func (c *Config) startTLS(ctx context.Context, conn net.Conn, config *tls.Config) (*tls.Conn, error) {
	greeting, err := plainLine(conn)
	if err != nil {
		return nil, c.unreachable(err)
	}
	if !strings.HasPrefix(strings.ToUpper(greeting), "* OK") {
		return nil, c.unreachable(fmt.Errorf("it says %q", greeting))
	}
	if _, err := conn.Write([]byte("S STARTTLS\r\n")); err != nil {
		return nil, c.unreachable(err)
	}
	for {
		answer, err := plainLine(conn)
		switch {
		case err != nil:
			return nil, c.unreachable(err)
		case strings.HasPrefix(answer, "* "):
			continue
		case !strings.HasPrefix(strings.ToUpper(answer), "S OK"):
			return nil, &connectors.Trouble{
				Reason: connectors.ReasonTransient, Hint: "try security: tls",
				Err: fmt.Errorf("%s does not start TLS: %s: %w", c.address(), answer, connectors.ErrDenied),
			}
		}
		break
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, c.untrusted(err)
	}
	return secure, nil
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
