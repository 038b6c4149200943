package imap

import (
	"bytes"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// several is the server's side of a line on which a server that takes one mail in a
// command is made one that takes several (RFC 3502). What it took before a mail that it
// refuses it keeps, as some servers do.
type several struct {
	net.Conn
	mute bool // it does not tell the numbers of mails
	lies bool // it takes no more than one after all

	in   []byte // from the client: the beginning of a command
	out  []byte // to the server
	skip int    // bytes of a literal that it has asked for

	mu      sync.Mutex
	tag     string // the command under way; "" none
	refused []byte // what it says to one of its mails that it does not take
	uids    []string
	said    []byte // the beginning of a line of the server
	most    int    // mails in a command
}

var (
	literalMark = regexp.MustCompile(`\{(\d+)(\+?)\}\r\n$`)
	firstMail   = regexp.MustCompile(`^(\S+) (APPEND ("[^"]*"|\S+) )`)
	mailAnswer  = regexp.MustCompile(`^(\S+?)((?:_\d+)?) (OK|NO|BAD) (?:\[APPENDUID (\d+) (\d+)\])?`)
)

func (c *several) Read(b []byte) (int, error) {
	for len(c.out) == 0 {
		buf := make([]byte, 64<<10)
		n, err := c.Conn.Read(buf)
		if c.in = append(c.in, buf[:n]...); err != nil {
			return 0, err
		}
		c.translate()
	}
	n := copy(b, c.out)
	c.out = c.out[n:]
	return n, nil
}

// translate hands on whole commands.
func (c *several) translate() {
	for len(c.in) > 0 {
		if c.skip > 0 {
			n := min(c.skip, len(c.in))
			c.out, c.in, c.skip = append(c.out, c.in[:n]...), c.in[n:], c.skip-n
			continue
		}
		end, mails := 0, [][2]int{} // where literals begin and end
		for {
			i := bytes.IndexByte(c.in[end:], '\n')
			if i < 0 {
				return
			}
			end += i + 1
			m := literalMark.FindSubmatch(c.in[:end])
			if m == nil {
				break
			}
			n, _ := strconv.Atoi(string(m[1]))
			if len(m[2]) == 0 {
				c.skip = n
				break
			}
			if mails = append(mails, [2]int{end, end + n}); end+n > len(c.in) {
				return
			}
			end += n
		}
		c.out = append(c.out, c.split(c.in[:end], mails)...)
		c.in = append([]byte{}, c.in[end:]...)
	}
}

// split makes a command for each mail.
func (c *several) split(command []byte, mails [][2]int) (out []byte) {
	m := firstMail.FindSubmatch(command)
	if m == nil || len(mails) == 0 {
		return command
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.most = max(c.most, len(mails))
	switch {
	case len(mails) == 1 && !c.mute:
		return command
	case len(mails) > 1 && c.lies:
		_, _ = c.Conn.Write([]byte(string(m[1]) + " BAD one only\r\n")) // the next Read tells
		return nil
	}
	c.tag, c.refused, c.uids = string(m[1]), nil, nil
	from := len(m[0])
	for i, at := range mails {
		tag := c.tag
		if i < len(mails)-1 {
			tag = fmt.Sprintf("%s_%d", tag, i)
		}
		out = fmt.Appendf(out, "%s %s%s\r\n", tag, m[2], bytes.TrimPrefix(command[from:at[1]], []byte(" ")))
		from = at[1]
	}
	return out
}

func (c *several) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b2 := bytes.ReplaceAll(b, []byte(" LITERAL+"), []byte(" LITERAL+ MULTIAPPEND"))
	if c.tag == "" {
		_, err := c.Conn.Write(b2)
		return len(b), err
	}
	c.said = append(c.said, b2...)
	for {
		i := bytes.IndexByte(c.said, '\n')
		if i < 0 {
			return len(b), nil
		}
		line := c.answer(c.said[:i+1])
		c.said = c.said[i+1:]
		if _, err := c.Conn.Write(line); err != nil {
			return 0, err
		}
	}
}

// answer makes one answer of those to each mail.
func (c *several) answer(line []byte) []byte {
	m := mailAnswer.FindSubmatch(line)
	if m == nil || string(m[1]) != c.tag {
		return line
	}
	if string(m[3]) != "OK" {
		c.refused = append([]byte{}, line[len(m[1])+len(m[2]):]...)
	}
	c.uids = append(c.uids, string(m[5]))
	if len(m[2]) > 0 {
		return nil
	}
	tag := c.tag
	c.tag = ""
	switch {
	case c.refused != nil:
		return append([]byte(tag), c.refused...)
	case c.mute:
		return []byte(tag + " OK done\r\n")
	}
	return fmt.Appendf(nil, "%s OK [APPENDUID %s %s] done\r\n", tag, m[4], strings.Join(c.uids, ","))
}
