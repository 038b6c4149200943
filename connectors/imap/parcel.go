package imap

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// parcel is one command that puts several mails into a folder: all or none of them
// (MULTIAPPEND, RFC 3502), each sent without asking whether the server wants it
// (LITERAL+, RFC 7888). The library can do neither with a mail of more than 4096 bytes.
// It is given a word to send in their place, which the line replaces.
type parcel struct {
	mails []*mailing

	out  []byte      // what the library has written
	some atomic.Bool // a whole mail was sent: the server may have something
	uids []imap.UID  // the numbers that the server gave, if it tells
}

// standIn is the word; standsIn is how the library writes it.
const standIn = "mails of deskhaul"

var standsIn = fmt.Appendf(nil, "{%d+}\r\n%s\r\n", len(standIn), standIn)

// capMultiAppend is announced by servers that take several mails in a command.
const capMultiAppend imap.Cap = "MULTIAPPEND"

// takesAtOnce tells whether the server takes a mail without being asked first, and
// takesSeveral, whether it takes several in a command.
func takesAtOnce(caps imap.CapSet) bool { return caps.Has(imap.CapLiteralPlus) }

func takesSeveral(caps imap.CapSet) bool { return takesAtOnce(caps) && caps.Has(capMultiAppend) }

// begin makes it ready to be sent, perhaps once more.
func (p *parcel) begin() {
	p.out, p.uids = nil, nil
	p.some.Store(false)
}

// post sends mails that are held in memory to a folder in one command. It tells their
// numbers, none if the server does not tell them.
func (s *session) post(ctx context.Context, folder string, p *parcel) (uids []imap.UID, validity uint32, err error) {
	err = s.do(ctx, func(c *imapclient.Client) error {
		s.line.parcel.Store(p)
		defer s.line.parcel.Store(nil)
		cmd := c.Append(folder, int64(len(standIn)), &imap.AppendOptions{Flags: p.mails[0].flags, Time: p.mails[0].at})
		_, err := io.WriteString(cmd, standIn)
		if closing := cmd.Close(); err == nil {
			err = closing
		}
		if err != nil {
			return err
		}
		data, err := cmd.Wait()
		if err == nil {
			uids, validity = p.numbers(data.UID), data.UIDValidity
		}
		return err
	})
	return uids, validity, err
}

// numbers are those that the server gave the mails.
func (p *parcel) numbers(first imap.UID) []imap.UID {
	switch {
	case first == 0:
		return nil
	case len(p.mails) == 1:
		return []imap.UID{first}
	case len(p.uids) == len(p.mails):
		return p.uids
	}
	return nil
}

// write takes what the library writes, and sends it with the mails once all has come.
func (p *parcel) write(w io.Writer, b []byte) error {
	p.out = append(p.out, b...)
	before, found := bytes.CutSuffix(p.out, standsIn)
	if !found {
		return nil
	}
	out := bufio.NewWriterSize(w, 64<<10)
	for i, m := range p.mails {
		if i > 0 {
			p.some.Store(true)
			before = startOf(m)
		}
		if _, err := fmt.Fprintf(out, "%s{%d+}\r\n", before, m.x.size); err != nil {
			return err
		}
		if _, err := out.Write(m.x.b); err != nil {
			return err
		}
	}
	p.some.Store(true)
	_, _ = out.WriteString("\r\n") // Flush tells
	return out.Flush()
}

// startOf stands before each mail but the first, before which the library writes it.
func startOf(m *mailing) []byte {
	words := make([]string, len(m.flags))
	for i, f := range m.flags {
		words[i] = string(f)
	}
	b := fmt.Appendf(nil, " (%s) ", strings.Join(words, " "))
	if !m.at.IsZero() {
		b = fmt.Appendf(b, "%q ", m.at.Format("_2-Jan-2006 15:04:05 -0700"))
	}
	return b
}

// severalNumbers is an answer with the numbers of several mails (RFC 4315, section 3),
// of which the library reads one.
var severalNumbers = regexp.MustCompile(`(?is)^(\S+ OK \[APPENDUID \d+ )([\d,:]+)(\].*)$`)

// read notes the numbers in a line of the server, and leaves the library one.
func (p *parcel) read(line []byte) []byte {
	m := severalNumbers.FindSubmatch(line)
	if m == nil {
		return line
	}
	p.uids = numbersIn(string(m[2]), len(p.mails))
	first, _, _ := bytes.Cut(m[2], []byte(","))
	first, _, _ = bytes.Cut(first, []byte(":"))
	return bytes.Join([][]byte{m[1], first, m[3]}, nil)
}

// numbersIn are the numbers of a set in their order; none if there are not so many.
func numbersIn(set string, many int) (uids []imap.UID) {
	for part := range strings.SplitSeq(set, ",") {
		first, last, isRange := strings.Cut(part, ":")
		if !isRange {
			last = first
		}
		from, err := strconv.ParseUint(first, 10, 32)
		if err != nil {
			return nil
		}
		to, err := strconv.ParseUint(last, 10, 32)
		if err != nil || to < from || to-from >= uint64(many) {
			return nil
		}
		for ; from <= to; from++ {
			uids = append(uids, imap.UID(from))
		}
	}
	if len(uids) != many {
		return nil
	}
	return uids
}
