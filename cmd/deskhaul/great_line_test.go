//go:build integration && linux

package main

import (
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// greatLine is a line to a server: below HTTP and IMAP, where weather is not. It is slow
// and breaks off anywhere, and there may be nobody at its far end for a while.
type greatLine struct {
	address string
	to      func() string // the server's address

	mu    sync.Mutex
	in    net.Listener // nil while nobody is there
	live  map[net.Conn]bool
	rng   *rand.Rand
	odds  int // one of so many pieces is struck; 0 none
	asked int // pieces that went to the server
	hooks map[int]func()
	met   map[string]int
	all   sync.WaitGroup
}

func newGreatLine(t *testing.T, rng *rand.Rand) *greatLine {
	t.Helper()
	l := &greatLine{address: "127.0.0.1:0", rng: rng, live: map[net.Conn]bool{}, hooks: map[int]func(){}, met: map[string]int{}}
	if err := l.up(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.down()
		l.all.Wait()
	})
	return l
}

// up lets somebody be there, at the same address as before.
func (l *greatLine) up() (err error) {
	var in net.Listener
	for range 100 { // another process may be dialling from this port just now
		if in, err = net.Listen("tcp", l.address); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.in, l.address = in, in.Addr().String()
	l.mu.Unlock()
	l.all.Go(func() {
		for {
			conn, err := in.Accept()
			if err != nil {
				return
			}
			l.all.Go(func() { l.serve(conn) })
		}
	})
	return nil
}

// down lets nobody be there, and breaks what is under way.
func (l *greatLine) down() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.in != nil {
		_ = l.in.Close()
	}
	l.in = nil
	for c := range l.live {
		_ = c.Close()
	}
}

// foul lets one of so many pieces be struck; 0 none.
func (l *greatLine) foul(odds int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.odds = odds
}

// after calls do once so many pieces more went to the server. Only the last of such
// wishes at one piece counts.
func (l *greatLine) after(pieces int, do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hooks[l.asked+pieces] = do
}

// forget forgets what after was asked for.
func (l *greatLine) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hooks = map[int]func(){}
}

// taken is what befell the line since this was asked last.
func (l *greatLine) taken() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	met := l.met
	l.met = map[string]int{}
	return met
}

func (l *greatLine) serve(client net.Conn) {
	server, err := net.DialTimeout("tcp", l.to(), 5*time.Second)
	if err != nil {
		_ = client.Close()
		return
	}
	l.mu.Lock()
	l.live[client], l.live[server] = true, true
	l.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { l.carry(server, client, true) })
	both.Go(func() { l.carry(client, server, false) })
	both.Wait()
	l.mu.Lock()
	delete(l.live, client)
	delete(l.live, server)
	l.mu.Unlock()
}

func (l *greatLine) carry(to, from net.Conn, asks bool) {
	defer func() {
		_ = to.Close()
		_ = from.Close()
	}()
	piece := make([]byte, 8<<10)
	for {
		n, err := from.Read(piece)
		if n > 0 && !l.hand(to, piece[:n], asks) || err != nil {
			return
		}
	}
}

// hand hands a piece on; false breaks the line.
func (l *greatLine) hand(to net.Conn, piece []byte, asks bool) bool {
	fault, at := l.next(len(piece), asks)
	switch fault {
	case "torn":
		_, _ = to.Write(piece[:at])
		return false
	case "slow":
		for i, part := range [][]byte{piece[:at], piece[at:]} {
			time.Sleep(time.Duration(50+350*i) * time.Millisecond)
			if _, err := to.Write(part); err != nil {
				return false
			}
		}
		return true
	}
	_, err := to.Write(piece)
	return err == nil
}

// next is what befalls a piece, and where in it.
func (l *greatLine) next(size int, asks bool) (fault string, at int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if asks {
		l.asked++
		if do := l.hooks[l.asked]; do != nil {
			delete(l.hooks, l.asked)
			l.all.Go(do)
		}
	}
	if l.odds == 0 || l.rng.IntN(l.odds) > 0 {
		return "", 0
	}
	fault = []string{"torn", "slow"}[l.rng.IntN(2)]
	l.met[fault]++
	return fault, l.rng.IntN(size + 1)
}
