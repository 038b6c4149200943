package imap

import (
	"bytes"
	"errors"
	"net"
	"os"
	"regexp"
	"strconv"
	"sync/atomic"
	"time"
)

// line is a connection that does not wait for ever: while an answer is due, each
// piece of it has to come within a time. The library's own deadlines are left out:
// they end a slow answer that still flows, and none holds between answers. It also
// deals with names that the library cannot read.
type line struct {
	net.Conn
	patience time.Duration
	names    *wrongNames
	due      atomic.Int32 // commands whose answers have not ended
	listing  atomic.Bool  // the server is asked to list folders
	login    atomic.Bool  // somebody logs in
	parcel   atomic.Pointer[parcel]

	out  []byte // is still to be given to the library
	part []byte // and what lacks its end
	over error  // why nothing more will come

	heard  atomic.Int64 // when the last piece of an answer came, in nanoseconds
	silent atomic.Bool  // it ended because nothing more came, or went

	tail []byte // what came last
	bye  atomic.Pointer[string]
}

// mostBye is up to how many bytes a goodbye is understood.
const mostBye = 512

var byeLine = regexp.MustCompile(`(?i)(?:^|\n)\* BYE ([^\r\n]*)\r?\n$`)

// goodbye is what the server said as it hung up; "" if nothing.
func (l *line) goodbye() string {
	if bye := l.bye.Load(); bye != nil {
		return *bye
	}
	return ""
}

// noteEnd notes what came last, and how the line ended.
func (l *line) noteEnd(b []byte, err error) {
	l.tail = append(l.tail, b[max(0, len(b)-mostBye):]...)
	l.tail = l.tail[max(0, len(l.tail)-mostBye):]
	if err == nil {
		return
	}
	l.noteSilence(err)
	if m := byeLine.FindSubmatch(l.tail); m != nil {
		says := string(m[1])
		l.bye.Store(&says)
	}
}

// noteSilence notes that somebody waited in vain.
func (l *line) noteSilence(err error) {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		l.silent.Store(true)
	}
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
	for {
		if len(l.out) > 0 {
			n := copy(b, l.out)
			l.out = l.out[n:]
			return n, nil
		}
		n, err := l.read(b)
		p := l.parcel.Load()
		if !l.listing.Load() && p == nil && len(l.part) == 0 || n == 0 {
			return n, err
		}
		l.part = append(l.part, b[:n]...)
		for err == nil {
			whole := wholeLine(l.part)
			if whole == 0 {
				break
			}
			one := l.part[:whole]
			if p != nil {
				one = p.read(one)
			}
			l.out = append(l.out, l.names.listed(one)...)
			l.part = l.part[whole:]
		}
		if err != nil { // the end of it will never come
			l.out, l.part = append(l.out, l.part...), nil
		}
	}
}

// read reads until an error: the library asks again after one, and would wait each
// time.
func (l *line) read(b []byte) (n int, err error) {
	if l.over != nil {
		return 0, l.over
	}
	defer func() {
		l.over = err
		l.noteEnd(b[:n], err)
	}()
	if l.due.Load() > 0 {
		if err := l.Conn.SetReadDeadline(time.Now().Add(l.patience)); err != nil {
			return 0, err
		}
	}
	n, err = l.Conn.Read(b)
	if n > 0 {
		l.heard.Store(time.Now().UnixNano())
	}
	return n, err
}

var literalEnd = regexp.MustCompile(`\{(\d+)\}\r\n$`)

// wholeLine is the length of the first line, with the literals in it; 0 if its end has
// not come.
func wholeLine(b []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(b[at:], '\n')
		if i < 0 {
			return 0
		}
		at += i + 1
		m := literalEnd.FindSubmatch(b[:at])
		if m == nil {
			return at
		}
		n, err := strconv.Atoi(string(m[1]))
		if err != nil {
			return at
		}
		if at += n; at > len(b) {
			return 0
		}
	}
}

// Write implements net.Conn.
func (l *line) Write(b []byte) (int, error) {
	asked := l.names.asked(b)
	if l.login.Load() && string(b) == "=\r\n" {
		// The library writes an empty answer as RFC 4959 has the first one. The one to the
		// error of XOAUTH2 is an empty line.
		asked = b[1:]
	}
	if p := l.parcel.Load(); p != nil {
		return len(b), p.write(writerFunc(l.send), asked)
	}
	if !bytes.Equal(asked, b) {
		_, err := l.send(asked)
		return len(b), err
	}
	return l.send(b)
}

// send writes to the connection. While we speak no answer is overdue.
func (l *line) send(b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		if err := l.Conn.SetWriteDeadline(time.Now().Add(l.patience)); err != nil {
			return n, err
		}
		var more int
		more, err = l.Conn.Write(b[n:min(len(b), n+mostSent)])
		n += more
		if l.due.Load() > 0 {
			_ = l.Conn.SetReadDeadline(time.Now().Add(l.patience)) // a closed line fails when it is read
		}
	}
	l.noteSilence(err)
	_ = l.Conn.SetWriteDeadline(time.Time{}) // TLS may write while we read
	return n, err
}

// mostSent is how many bytes go out within the patience for one answer.
const mostSent = 256 << 10

type writerFunc func([]byte) (int, error)

// Write implements io.Writer.
func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// SetReadDeadline and SetWriteDeadline are the library's, and do nothing.
func (l *line) SetReadDeadline(time.Time) error  { return nil }
func (l *line) SetWriteDeadline(time.Time) error { return nil }
