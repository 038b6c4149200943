package main

import (
	"context"
	"net"
	"strconv"
	"time"
)

// away is a line to a server on loopback that takes as long as one to a server far away:
// what is sent on it comes after half the time of a round trip, in order, and nothing is
// waited for meanwhile.
type away struct {
	l      net.Listener
	server string
	half   time.Duration
}

// farAway starts such a line and tells its port. It ends with the context.
func farAway(ctx context.Context, port int, roundTrip time.Duration) (int, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	context.AfterFunc(ctx, func() { _ = l.Close() })
	a := &away{l: l, server: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), half: roundTrip / 2}
	go a.serve(ctx)
	return l.Addr().(*net.TCPAddr).Port, nil
}

func (a *away) serve(ctx context.Context) {
	for {
		from, err := a.l.Accept()
		if err != nil {
			return
		}
		to, err := new(net.Dialer).DialContext(ctx, "tcp", a.server)
		if err != nil {
			_ = from.Close()
			continue
		}
		go a.carry(to.(*net.TCPConn), from)
		go a.carry(from.(*net.TCPConn), to)
	}
}

// piece is what was read at once, and when it is to arrive.
type piece struct {
	b  []byte
	at time.Time
}

// manyPieces is how much may be on its way: the window of a good line, and more.
const manyPieces = 1024

// carry carries what one end sends to the other.
func (a *away) carry(to *net.TCPConn, from net.Conn) {
	under := make(chan piece, manyPieces)
	go func() {
		for p := range under {
			time.Sleep(time.Until(p.at))
			if _, err := to.Write(p.b); err != nil {
				_ = from.Close() // the other side reads no more
				break
			}
		}
		_ = to.CloseWrite()
		for range under {
		}
	}()
	for {
		b := make([]byte, 32<<10)
		n, err := from.Read(b)
		if n > 0 {
			under <- piece{b[:n], time.Now().Add(a.half)}
		}
		if err != nil {
			close(under)
			return
		}
	}
}
