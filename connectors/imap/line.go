package imap

import (
	"net"
	"sync/atomic"
	"time"
)

// line is a connection that does not wait for ever: while an answer is due, each
// piece of it has to come within a time. The library's own deadlines are left out:
// they end a slow answer that still flows, and none holds between answers.
type line struct {
	net.Conn
	patience time.Duration
	due      atomic.Int32 // commands whose answers have not ended
}

// expect notes that an answer is due; the function that it returns, that it has come.
func (l *line) expect() func() {
	if l.due.Add(1) == 1 {
		_ = l.Conn.SetReadDeadline(time.Now().Add(l.patience)) // a closed line fails when it is read
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
		if err := l.Conn.SetReadDeadline(time.Now().Add(l.patience)); err != nil {
			return 0, err
		}
	}
	return l.Conn.Read(b)
}

// Write implements net.Conn.
func (l *line) Write(b []byte) (int, error) {
	if err := l.Conn.SetWriteDeadline(time.Now().Add(l.patience)); err != nil {
		return 0, err
	}
	return l.Conn.Write(b)
}

// SetReadDeadline and SetWriteDeadline are the library's, and do nothing.
func (l *line) SetReadDeadline(time.Time) error  { return nil }
func (l *line) SetWriteDeadline(time.Time) error { return nil }
