package imap

import (
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

var seven = []string{"a", "b", "c", "d", "e", "f", "g"}

// Whatever the line does while a mailbox is read, all its messages come in the end,
// once.
func TestALineThatBreaks(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]imaptest.Fault{
		"inside a header":                {Answer: imaptest.Head(3), Act: imaptest.CutInside, Times: 2},
		"inside a message":               {Answer: imaptest.Body(3), Act: imaptest.CutInside, Times: 2},
		"before a message":               {Answer: imaptest.Body(5), Act: imaptest.Cut, Times: 2},
		"after some bytes, always":       {After: 1500},
		"goodbye instead of headers":     {Command: `^UID FETCH .*HEADER`, Act: imaptest.Bye("see you"), Times: 2},
		"goodbye instead of messages":    {Command: `^UID FETCH .*BODY.PEEK\[\]`, Act: imaptest.Bye("see you"), Times: 2},
		"goodbye between messages":       {Answer: imaptest.Body(4), Act: imaptest.Bye("see you"), Times: 2},
		"goodbye at select":              {Command: `^EXAMINE`, Act: imaptest.Bye("see you"), Times: 2},
		"goodbye at the list":            {Command: `^LIST`, Act: imaptest.Bye("see you"), Times: 2},
		"goodbye at the search":          {Command: `^UID SEARCH`, Act: imaptest.Bye("see you"), Times: 2},
		"goodbye as a greeting":          {Connect: true, Act: imaptest.Bye("too many connections"), Times: 2},
		"no greeting":                    {Connect: true, Act: imaptest.Hang, Times: 2},
		"hung up before the greeting":    {Connect: true, Act: imaptest.Cut, Times: 3},
		"silence inside a message":       {Answer: imaptest.Body(3), Act: imaptest.Hang, Times: 2},
		"a literal that never comes":     {Answer: imaptest.Body(3), Act: imaptest.Empty, Times: 2},
		"a header that never comes":      {Answer: imaptest.Head(3), Act: imaptest.Empty, Times: 2},
		"silence at login":               {Command: `^(LOGIN|AUTHENTICATE)`, Act: imaptest.Hang, Times: 2},
		"silence at a command":           {Command: `^UID FETCH`, Act: imaptest.Hang, Times: 2},
		"throttled at login":             {Command: `^(LOGIN|AUTHENTICATE)`, Act: imaptest.Say("NO [UNAVAILABLE] Temporary authentication failure"), Times: 5},
		"throttled at headers":           {Command: `^UID FETCH .*HEADER`, Act: imaptest.Say("NO [THROTTLED] Slow down"), Times: 5},
		"throttled at messages":          {Command: `^UID FETCH .*BODY.PEEK\[\]`, Act: imaptest.Say("NO [THROTTLED] Slow down"), Times: 5},
		"unavailable at select":          {Command: `^EXAMINE`, Act: imaptest.Say("NO [UNAVAILABLE] Later"), Times: 5},
		"Exchange at its limits":         {Command: `^UID FETCH`, Act: imaptest.Say("BAD Request is throttled. Suggested Backoff Time: 1000 milliseconds"), Times: 5},
		"refused once":                   {Command: `^UID FETCH .*BODY.PEEK\[\]`, Act: imaptest.Say("NO something is wrong"), Times: 1},
		"byte by byte, within patience":  {Answer: imaptest.Body(3), Act: imaptest.Slow(time.Millisecond)},
		"byte by byte, beyond patience":  {Answer: imaptest.Body(3), Act: imaptest.Slow(3 * little), Times: 2},
		"nonsense":                       {Command: `^UID FETCH`, Act: imaptest.Say("WHAT {is} this"), Times: 2},
		"answer of another command":      {Command: `^UID FETCH`, Act: imaptest.Say("OK done\r\nT999 OK done"), Times: 1},
		"one answer is left out at last": {Command: `^UID FETCH .*BODY.PEEK\[\]`, Act: imaptest.Say("OK done"), Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, imaptest.Options{})
			r.pace.patience, r.pace.dial = little, little
			r.letters("INBOX", seven...)
			fault := r.Do(f)
			r.must()
			r.holds(0, seven...)
			if fault.Count() == 0 || f.Times > 0 && fault.Count() != f.Times {
				t.Errorf("the fault happened %d times, want %d", fault.Count(), f.Times)
			}
			r.Calm()
			if r.must(); r.came != 0 {
				t.Errorf("%d tickets came again", r.came)
			}
			r.holds(0, seven...)
		})
	}
}

// A message that cannot be had is in quarantine, all others come, and it comes when it
// can be had.
func TestOneMessageThatCannotBeHad(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]imaptest.Fault{
		"its header breaks the line":     {Answer: imaptest.Head(3), Act: imaptest.CutInside},
		"it breaks the line":             {Answer: imaptest.Body(3), Act: imaptest.CutInside},
		"it never comes":                 {Answer: imaptest.Body(3), Act: imaptest.Empty},
		"its header never comes":         {Answer: imaptest.Head(3), Act: imaptest.Empty},
		"its header is refused":          {Command: `HEADER`, Of: 3, Act: imaptest.Say("NO it is broken")},
		"it is refused":                  {Command: `BODY.PEEK\[\]`, Of: 3, Act: imaptest.Say("NO it is broken")},
		"it is refused as a bad command": {Command: `BODY.PEEK\[\]`, Of: 3, Act: imaptest.Say("BAD it is broken")},
		"it says goodbye":                {Answer: imaptest.Body(3), Act: imaptest.Bye("internal error")},
		"its header is passed over":      {Answer: imaptest.Head(3), Act: imaptest.Omit},
		"it is passed over":              {Answer: imaptest.Body(3), Act: imaptest.Omit},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, imaptest.Options{})
			r.pace.patience, r.pace.dial = little, little
			r.letters("INBOX", seven...)
			fault := r.Do(f)
			r.must()
			r.holds(1, "a", "b", "d", "e", "f", "g")
			asked := fault.Count()
			if r.must(); r.came != 0 {
				t.Errorf("%d tickets came again", r.came)
			}
			r.holds(1, "a", "b", "d", "e", "f", "g")
			if again := fault.Count() - asked; again != 1 {
				t.Errorf("the second run asked for it %d times", again)
			}
			r.Calm()
			r.must()
			r.holds(0, seven...)
			if r.must(); r.came != 0 {
				t.Errorf("%d tickets came again at last", r.came)
			}
		})
	}
}

// A message that could not be had is asked for once in each later run, also where its
// ticket has got another message since.
func TestSilentMessageOfATicketThatGrows(t *testing.T) {
	t.Parallel()
	r := newRig(t, imaptest.Options{})
	r.pace.patience, r.pace.dial = little, little
	answer := func(id string) string {
		return strings.Replace(letter(id), "\r\nSubject:", "\r\nIn-Reply-To: <a@x.test>\r\nSubject:", 1)
	}
	r.letters("INBOX", "a")
	r.Put("INBOX", answer("b"))
	fault := r.Do(imaptest.Fault{Answer: imaptest.Body(2), Act: imaptest.Empty})
	r.must()
	r.holds(1, "a")
	if n := fault.Count(); n != strikes {
		t.Errorf("it was asked for %d times", n)
	}
	r.Put("INBOX", answer("c"))
	r.must()
	r.holds(1, "a", "c")
	if n := fault.Count(); n != strikes+1 {
		t.Errorf("it was asked for %d times, once was right", n-strikes)
	}
	r.Calm()
	r.must()
	r.holds(0, "a", "b", "c")
}
