package browse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Serve answers on l until ctx ends, then lets what is under way finish, five
// seconds at most. It closes l. That ctx ended is no error.
func (s *Site) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      5 * time.Minute, // a large attachment to a slow reader
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          log.New(io.Discard, "", 0), // scanners' handshakes are nobody's concern
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	return err
}

// ErrPublic says that an address can be reached from other machines.
var ErrPublic = errors.New("it can be reached from other machines, and anyone who can reach it reads the whole archive: " +
	"there is no password")

// Listen listens on address, a host and a port. A host that is not loopback is
// refused with ErrPublic unless public is set. Where the port is taken and spare
// is set, any free one is taken.
func Listen(ctx context.Context, address string, public, spare bool) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("address %q: want a host and a port, like 127.0.0.1:8765: %w", address, err)
	}
	if !public && !loopback(host) {
		return nil, fmt.Errorf("address %q: %w", address, ErrPublic)
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil && spare && port != "0" {
		l, err = config.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return l, nil
}

// loopback tells whether only this machine reaches the host. Names but localhost
// are not looked up: what they mean may change.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
