package imap

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// line is a connection that does not wait for ever: while an answer is due, each
// piece of it has to come within a time. The library's own deadlines are left out:
// they end a slow answer that still flows, and none holds between answers.
type line struct {
	net.Conn
	patience time.Duration // guarded by changing
	changing sync.Mutex
	due      atomic.Int32 // commands whose answers have not ended
	login    atomic.Bool  // somebody logs in
}

func (l *line) wait() time.Duration {
	l.changing.Lock()
	defer l.changing.Unlock()
	return l.patience
}

// setPatience says how long each piece may take from now on.
func (l *line) setPatience(d time.Duration) {
	l.changing.Lock()
	defer l.changing.Unlock()
	l.patience = d
}

// expect notes that an answer is due; the function that it returns, that it has come.
func (l *line) expect() func() {
	if l.due.Add(1) == 1 {
		_ = l.Conn.SetReadDeadline(time.Now().Add(l.wait())) // a closed line fails when it is read
	}
	return func() {
		if l.due.Add(-1) == 0 {
			_ = l.Conn.SetReadDeadline(time.Time{}) // as above
		}
	}
}

// Read implements net.Conn.
func (l *line) Read(b []byte) (int, error) {
	if l.due.Load() > 0 {
		if err := l.Conn.SetReadDeadline(time.Now().Add(l.wait())); err != nil {
			return 0, err
		}
	}
	return l.Conn.Read(b)
}

// Write implements net.Conn.
func (l *line) Write(b []byte) (int, error) {
	if err := l.Conn.SetWriteDeadline(time.Now().Add(l.wait())); err != nil {
		return 0, err
	}
	if l.login.Load() && string(b) == "=\r\n" {
		// The library writes an empty answer as RFC 4959 has the first one. The one to the
		// error of XOAUTH2 is an empty line. Under STARTTLS it cannot be seen here.
		_, err := l.Conn.Write(b[1:])
		return len(b), err
	}
	return l.Conn.Write(b)
}

// SetReadDeadline and SetWriteDeadline are the library's, and do nothing.
func (l *line) SetReadDeadline(time.Time) error  { return nil }
func (l *line) SetWriteDeadline(time.Time) error { return nil }
