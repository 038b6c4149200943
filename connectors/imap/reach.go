package imap

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors"
)

// reach tells a server that is away for a while from one that was never there: a name
// or a port that is wrong.
type reach struct {
	config *Config
	once   atomic.Bool  // it was reached once
	failed atomic.Int32 // attempts, before it was
}

// patienceOfDoor is how often a server is tried that was never reached and says that
// nothing is there.
const patienceOfDoor = 3

// looked looks at how an attempt ended.
func (r *reach) looked(err error) error {
	if err == nil {
		r.once.Store(true)
		return nil
	}
	if r.once.Load() || errors.Is(err, connectors.ErrDenied) {
		return err
	}
	c := r.config
	var name *net.DNSError
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return c.denied("look at host, and at the network of this machine", "nobody here knows a server of the name %s", c.host())
	case errors.Is(err, errSilent) && !c.safeFromStart() && r.failed.Add(1) >= patienceOfDoor:
		return c.denied("if it is its port for TLS (mostly 993), set security: tls", "%s says nothing", c.address())
	case hungUp(err) && c.Security == "starttls" && r.failed.Add(1) >= patienceOfDoor:
		return c.denied("if it is its port for TLS (mostly 993), set security: tls", "the mail server %s ends the connection before it greets", c.address())
	case errors.Is(err, syscall.ECONNREFUSED):
		left := patienceOfDoor - int(r.failed.Add(1))
		if left <= 0 {
			return c.denied(c.otherPort(), "nothing answers at %s", c.address())
		}
		return &knock{err, firstRest<<left - firstRest}
	}
	return err
}

// knock is an attempt at a server that was never reached: it is not tried for long.
type knock struct {
	error
	left time.Duration
}

func (k *knock) Unwrap() error { return k.error }

// errSilent says that a server was reached and did not greet in time.
var errSilent = errors.New("it says nothing")

// safeFromStart tells whether a connection begins with TLS.
func (c *Config) safeFromStart() bool { return c.Security != "starttls" && c.Security != "none" }

// otherPort says where else the server may be.
func (c *Config) otherPort() string {
	if !c.safeFromStart() {
		return "look at host and port: with STARTTLS it is mostly 143, and 993 with security: tls"
	}
	return "look at host and port: with TLS it is mostly 993, and 143 with security: starttls"
}

func (c *Config) unreachable(err error) error { return &unreachable{c.address(), err} }

// noGreeting says why a server that was reached did not greet as it should.
func (c *Config) noGreeting(err error) error {
	var answer *imap.Error
	var line *net.OpError
	var timeout net.Error
	text := err.Error()
	switch {
	case errors.As(err, &answer) && answer.Type == imap.StatusResponseTypeBye, strings.Contains(text, "BYE"):
		if answer != nil {
			return c.turnedAway(answer)
		}
		return c.unreachable(err)
	case errors.As(err, &answer) && notNow(answer):
		return c.turnedAway(answer)
	case errors.As(err, &answer):
		return c.noSTARTTLS(said(answer))
	case strings.Contains(text, "PREAUTH"):
		return c.noSTARTTLS("it takes us for somebody who is logged in already")
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout(), strings.Contains(text, "i/o timeout"):
		return c.unreachable(fmt.Errorf("%w: %w", errSilent, err))
	case hungUp(err):
		return fmt.Errorf("the mail server %s ended the connection before it greeted: %w", c.address(), err)
	case errors.As(err, &line):
		return c.untrusted(err)
	case strings.Contains(text, "before greeting"):
		return c.denied("look at port", "what answers at %s is no mail server that speaks IMAP: %v", c.address(), err)
	}
	return c.untrusted(err)
}

// hungUp tells that the line was ended before there was a greeting.
func hungUp(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || strings.Contains(err.Error(), "closed before greeting")
}
