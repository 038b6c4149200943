package gmailtest

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
)

func (s *Server) accept(l net.Listener, behind string) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		server, err := new(net.Dialer).DialContext(context.Background(), "tcp", behind)
		if err != nil {
			_ = client.Close() // there is no server any more
			return
		}
		c := &conn{s: s, client: client, server: server}
		go c.commands()
		go c.answers()
	}
}

// conn is one connection through the line.
type conn struct {
	s              *Server
	client, server net.Conn

	mu     sync.Mutex
	tag    string // of the command under way
	opens  bool   // it opens a folder
	since  uint64 // only what changed since is asked for
	asks   bool   // Gmail's items are
	folder string // that is open
}

var (
	changedSince = regexp.MustCompile(` \(CHANGEDSINCE (\d+)\)\r\n$`)
	opening      = regexp.MustCompile(`(?i)^(SELECT|EXAMINE) (.+?)( \(CONDSTORE\))?\r\n$`)
	fetchLine    = regexp.MustCompile(`^\* (\d+) FETCH \(`)
	listLine     = regexp.MustCompile(`^\* LIST \(([^)]*)\) "/" (.+)\r\n$`)
	lengthAtEnd  = regexp.MustCompile(`\{(\d+)\+?\}\r\n$`)
)

const threadItem = "X-GM-THRID"

const asked = "X-GM-LABELS " + threadItem + " X-GM-MSGID "

// commands passes on what the client says, without what only Gmail understands.
func (c *conn) commands() {
	defer func() { _ = c.server.Close() }() // the client has gone
	in := bufio.NewReader(c.client)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if _, err := io.WriteString(c.server, c.command(line)); err != nil {
			return
		}
		if m := lengthAtEnd.FindStringSubmatch(line); m != nil {
			n, _ := strconv.ParseInt(m[1], 10, 64) // digits
			if _, err := io.CopyN(c.server, in, n); err != nil {
				return
			}
		}
	}
}

func (c *conn) command(line string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	tag, rest, _ := strings.Cut(line, " ")
	c.tag, c.opens, c.since, c.asks = tag, false, 0, false
	if m := opening.FindStringSubmatch(rest); m != nil {
		c.opens, c.folder = true, strings.Trim(m[2], `"`)
		return tag + " " + m[1] + " " + m[2] + "\r\n"
	}
	if strings.HasPrefix(rest, "UID FETCH") {
		c.s.mu.Lock()
		c.s.asked = append(c.s.asked, strings.TrimSpace(rest))
		c.s.mu.Unlock()
	}
	if m := changedSince.FindStringSubmatch(line); m != nil {
		c.since, _ = strconv.ParseUint(m[1], 10, 64) // digits
		line = strings.TrimSuffix(line, m[0]) + "\r\n"
	}
	c.asks = strings.Contains(line, asked)
	return strings.Replace(line, asked, "", 1)
}

// answers passes on what the server says, with what Gmail would say besides.
func (c *conn) answers() {
	defer func() { _ = c.client.Close() }() // the server has gone
	in, whole := bufio.NewReader(c.server), true
	var drop bool
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		text := line
		if whole {
			text, drop = c.answer(line)
		}
		var out io.Writer = c.client
		if drop {
			out = io.Discard
		}
		if _, err := io.WriteString(out, text); err != nil {
			return
		}
		m := lengthAtEnd.FindStringSubmatch(line)
		if whole = m == nil; whole {
			continue
		}
		n, _ := strconv.ParseInt(m[1], 10, 64) // digits
		if _, err := io.CopyN(out, in, n); err != nil {
			return
		}
	}
}

// answer is what becomes of a line; drop says that nothing does.
func (c *conn) answer(line string) (text string, drop bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case strings.Contains(line, "CAPABILITY IMAP4rev1"):
		return strings.Replace(line, "IMAP4rev1", "IMAP4rev1 X-GM-EXT-1 CONDSTORE SPECIAL-USE", 1), false
	case c.opens && strings.HasPrefix(line, c.tag+" OK"):
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		return fmt.Sprintf("* OK [HIGHESTMODSEQ %d]\r\n%s", c.s.count, line), false
	}
	if m := listLine.FindStringSubmatch(line); m != nil {
		for name, use := range uses {
			if strings.Trim(m[2], `"`) == utf7(name) {
				return fmt.Sprintf("* LIST (\\HasNoChildren %s) \"/\" %s\r\n", use, m[2]), false
			}
		}
	}
	m := fetchLine.FindStringSubmatch(line)
	if m == nil || !c.asks {
		return line, false
	}
	n, _ := strconv.Atoi(m[1]) // digits
	items, ok := c.s.items(c.folder, n, c.since)
	return m[0] + items + strings.TrimPrefix(line, m[0]), !ok
}

// written writes a label in one of the forms that Gmail may choose.
func written(label string, n int) string {
	label = utf7(label)
	switch {
	case strings.ContainsAny(label, `"`) && n%2 == 1:
		return fmt.Sprintf("{%d}\r\n%s", len(label), label)
	case !strings.ContainsAny(label, ` ()"\{%*`):
		return label
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(label) + `"`
}

// utf7 writes a name in modified UTF-7 (RFC 3501, section 5.1.3).
func utf7(s string) string {
	var b strings.Builder
	var wide []rune
	end := func() {
		if len(wide) == 0 {
			return
		}
		var raw []byte
		for _, u := range utf16.Encode(wide) {
			raw = append(raw, byte(u>>8), byte(u))
		}
		b.WriteString("&" + strings.ReplaceAll(base64.RawStdEncoding.EncodeToString(raw), "/", ",") + "-")
		wide = wide[:0]
	}
	for _, r := range s {
		if r >= ' ' && r <= '~' {
			end()
			b.WriteRune(r)
			if r == '&' {
				b.WriteByte('-')
			}
			continue
		}
		wide = append(wide, r)
	}
	end()
	return b.String()
}
