package imaptest

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Fault is something that goes wrong on a line: where one of the conditions holds.
type Fault struct {
	Connect bool     // when a connection is opened
	Command string   // at a command that matches the expression, its tag left out
	Of      imap.UID // and that asks for a message of this number; 0 is any
	Answer  string   // at a line of an answer that matches
	After   int64    // after so many bytes of answers on one connection, which breaks
	Skip    int      // so many times it does not happen yet
	Times   int      // so often at most; 0 is always
	Act     Act

	l    *Line
	met  int
	done int
}

// Act is what happens. It is told the tag of the command, or the line of the answer
// with what follows it as a literal; what happened is handed on if it is true.
type Act func(c *wire, word string, literal io.Reader) bool

// Do has a fault happen from now on.
func (l *Line) Do(f Fault) *Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	f.l = l
	l.faults = append(l.faults, &f)
	return &f
}

// Count is how often it has happened.
func (f *Fault) Count() int {
	f.l.mu.Lock()
	defer f.l.mu.Unlock()
	return f.done
}

// Calm ends all faults, and how answers are changed.
func (l *Line) Calm() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults, l.most = nil, 0
}

// fault is the one that is to happen now.
func (l *Line) fault(holds func(*Fault) bool) *Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.faults {
		if !holds(f) || f.Times > 0 && f.done >= f.Times {
			continue
		}
		if f.met++; f.met <= f.Skip {
			continue
		}
		f.done++
		return f
	}
	return nil
}

// Body matches the answer that holds the whole message of a number.
func Body(uid imap.UID) string { return fmt.Sprintf(`FETCH .*UID %d .*BODY\[\]`, uid) }

// Head matches the answer that holds the header of a number.
func Head(uid imap.UID) string { return fmt.Sprintf(`FETCH .*UID %d .*BODY\[HEADER\]`, uid) }

// Cut breaks the connection.
func Cut(c *wire, _ string, _ io.Reader) bool {
	c.cut()
	return false
}

// CutInside breaks it in the middle of the literal.
func CutInside(c *wire, line string, literal io.Reader) bool {
	half(c, line, literal)
	c.cut()
	return false
}

// Hang says nothing more on the connection, in the middle of the literal if there is
// one, until it is broken.
func Hang(c *wire, line string, literal io.Reader) bool {
	if literal == nil {
		_, _ = io.Copy(io.Discard, c.client) // until the client hangs up
		return false
	}
	half(c, line, literal)
	<-c.ctx.Done()
	return false
}

func half(c *wire, line string, literal io.Reader) {
	c.say([]byte(line))
	if l, ok := literal.(*io.LimitedReader); ok {
		_, _ = io.CopyN(to{c}, l, l.N/2) // the line may be broken
	}
}

// Empty announces a literal that never comes.
func Empty(c *wire, line string, _ io.Reader) bool {
	c.say([]byte(line))
	<-c.ctx.Done()
	return false
}

// Say answers a command with a status, or greets with it.
func Say(text string) Act {
	return func(c *wire, tag string, _ io.Reader) bool {
		if tag == "" {
			tag = "*"
		}
		c.say([]byte(tag + " " + text + "\r\n"))
		return false
	}
}

// Before says a line, and then does what was asked.
func Before(line string) Act {
	return func(c *wire, _ string, _ io.Reader) bool { return c.say([]byte(line + "\r\n")) }
}

// Bye says goodbye and hangs up.
func Bye(text string) Act {
	return func(c *wire, _ string, _ io.Reader) bool {
		c.say([]byte("* BYE " + text + "\r\n"))
		c.cut()
		return false
	}
}

// Slow hands the literal on byte by byte, with a pause after each.
func Slow(pause time.Duration) Act {
	return func(c *wire, line string, literal io.Reader) bool {
		if !c.say([]byte(line)) {
			return false
		}
		one := make([]byte, 1)
		for {
			if _, err := io.ReadFull(literal, one); err != nil {
				return true
			}
			if !c.say(one) {
				return false
			}
			time.Sleep(pause)
		}
	}
}

// First does something else first.
func First(do func()) Act {
	return func(c *wire, line string, literal io.Reader) bool {
		do()
		if literal != nil {
			return c.say([]byte(line))
		}
		return true
	}
}

// Omit leaves the answer out.
func Omit(c *wire, _ string, literal io.Reader) bool {
	c.omit = true
	_, err := io.Copy(io.Discard, literal)
	return err == nil
}

// Change changes the lines of answers that match, from now on. In the replacement $1 is
// what the first group matched.
func (l *Line) Change(from, by string) {
	re := regexp.MustCompile(from)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forms = append(l.forms, func(_ *wire, line string) string { return re.ReplaceAllString(line, by) })
}

// Rename calls a folder otherwise on the wire than the server does: by what stands
// there, quotes left out.
func (l *Line) Rename(server, wired string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forms = append(l.forms, func(_ *wire, line string) string {
		if strings.HasPrefix(line, "* LIST ") {
			return strings.ReplaceAll(line, `"`+server+`"`, `"`+wired+`"`)
		}
		return line
	})
	l.shape = append(l.shape, func(_ *wire, words string) string {
		return strings.ReplaceAll(words, `"`+wired+`"`, `"`+server+`"`)
	})
}

var asked = regexp.MustCompile(`^UID FETCH ([\d:,*]+)`)

// asksFor tells whether a command asks for a message of a number.
func asksFor(words string, uid imap.UID) bool {
	m := asked.FindStringSubmatch(words)
	if m == nil {
		return false
	}
	for part := range strings.SplitSeq(m[1], ",") {
		from, to, found := strings.Cut(part, ":")
		if !found {
			to = from
		}
		a, errA := strconv.ParseUint(from, 10, 32)
		b, errB := strconv.ParseUint(to, 10, 32)
		if errA == nil && errB == nil && uint64(uid) >= a && uint64(uid) <= b {
			return true
		}
	}
	return false
}
