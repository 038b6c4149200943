package imap

import "net"

// gmailLine is a connection on which Gmail's own items come as the library reads
// them. It lies above TLS.
type gmailLine struct {
	net.Conn
	answers  *answers
	commands *commands
	in       []byte // where the server's bytes are read into
	out      []byte // translated and not yet given out
	at       int    // up to where out has been given out
	err      error  // what comes after it, for good
}

func newGmailLine(conn net.Conn) *gmailLine {
	a := newAnswers()
	return &gmailLine{Conn: conn, answers: a, commands: &commands{goOns: &a.goOns}, in: make([]byte, 16<<10)}
}

// ask has Gmail's items asked for from now on. No command is under way.
func (g *gmailLine) ask() {
	g.answers.on.Store(true)
	g.commands.on.Store(true)
}

// asks tells whether they are asked for.
func (g *gmailLine) asks() bool { return g.commands.on.Load() }

// Read implements net.Conn.
func (g *gmailLine) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for g.at == len(g.out) {
		if g.err != nil {
			return 0, g.err
		}
		if n := g.answers.plain(len(p)); n > 0 {
			n, err := g.Conn.Read(p[:n])
			g.answers.skip -= int64(n)
			return n, err
		}
		n, err := g.Conn.Read(g.in)
		g.out, g.at = g.out[:0], 0
		g.err = err
		if g.out, err = g.answers.translate(g.out, g.in[:n]); err != nil {
			g.err = err
		}
	}
	n := copy(p, g.out[g.at:])
	g.at += n
	return n, nil
}

// plain is how many of the next bytes, up to most, pass as they are.
func (a *answers) plain(most int) int {
	if a.item.keep {
		return 0
	}
	return int(min(a.skip, int64(most)))
}

// Write implements net.Conn.
func (g *gmailLine) Write(p []byte) (int, error) {
	if !g.commands.on.Load() {
		return g.Conn.Write(p)
	}
	if _, err := g.Conn.Write(g.commands.translate(nil, p)); err != nil {
		return 0, err
	}
	return len(p), nil
}
