package main

import (
	"io"
	"net"
	"strconv"
	"testing"
	"time"
)

// What goes far away comes there, all of it and in order, and not sooner than it may.
func TestFarAway(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		c, err := l.Accept()
		if err == nil {
			_, _ = io.Copy(c, c)
			_ = c.Close()
		}
		_ = l.Close()
	}()
	port, err := farAway(t.Context(), l.Addr().(*net.TCPAddr).Port, 40*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for i := range 100 {
		if _, err := c.Write([]byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(c)
	if err != nil || len(b) != 100 || b[0] != 0 || b[99] != 99 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if took := time.Since(began); took < 40*time.Millisecond {
		t.Errorf("a round trip took %s", took)
	}
}
