package imap

import (
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// A folder that the server numbers anew holds the same messages.
func TestRenumberedBetweenRuns(t *testing.T) {
	for _, o := range []imaptest.Options{{}, {Condstore: true}} {
		for _, by := range []int{0, 3, 100} {
			r := newRig(t, o)
			r.letters("INBOX", seven...)
			r.must()
			r.Renumber("INBOX", by)
			r.letters("INBOX", "h")
			r.must()
			r.holds(0, append(seven, "h")...)
			if r.came != 1 {
				t.Errorf("%d tickets came, want the new one", r.came)
			}
			if r.must(); r.came != 0 {
				t.Errorf("%d tickets came again", r.came)
			}
		}
	}
}

// And also if it does so while it is read, with connections that know nothing of it.
func TestRenumberedWhileRead(t *testing.T) {
	for _, at := range []string{`^EXAMINE`, `^UID SEARCH`, `HEADER`, `BODY.PEEK\[\]`} {
		for _, cut := range []bool{true, false} {
			for _, by := range []int{0, 2, 30} {
				r := newRig(t, imaptest.Options{})
				r.c.Connections = 2
				r.letters("INBOX", seven...)
				r.Do(imaptest.Fault{Command: at, Times: 1, Act: imaptest.First(func() {
					r.Renumber("INBOX", by)
					if cut {
						r.CutAll()
					}
				})})
				r.must()
				r.holds(0, seven...)
				r.Calm()
				if r.must(); r.came > 0 && at != `BODY.PEEK\[\]` {
					t.Errorf("%s, cut %v, by %d: %d tickets came again", at, cut, by, r.came)
				}
				r.holds(0, seven...)
			}
		}
	}
}

// A server that says no more than it must is read all the same.
func TestServersThatSayLittle(t *testing.T) {
	for name, change := range map[string][2]string{
		"no UIDNEXT":      {`^\* OK \[UIDNEXT .*\r\n`, "* OK nothing\r\n"},
		"no EXISTS":       {`^\* \d+ EXISTS\r\n`, "* OK nothing\r\n"},
		"no PERMANENT":    {`^\* OK \[PERMANENTFLAGS .*\r\n`, "* OK nothing\r\n"},
		"chatter":         {`^(\* \d+ FETCH .*)$`, "* 1 FETCH (FLAGS (\\Seen))\r\n* 9 EXISTS\r\n* OK still here\r\n$1"},
		"no capabilities": {`^\* CAPABILITY .*\r`, "* CAPABILITY IMAP4rev1\r"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, imaptest.Options{Caps: imap.CapSet{}})
			r.Change(change[0], change[1])
			r.must()
			r.letters("INBOX", "a", "b", "c")
			r.must()
			r.holds(0, "a", "b", "c")
			r.Remove("INBOX", 3)
			r.letters("INBOX", "d")
			r.must()
			r.holds(0, "a", "b", "c", "d")
			if r.came != 1 {
				t.Errorf("%d tickets came", r.came)
			}
			if r.must(); r.came != 0 {
				t.Errorf("%d tickets came again", r.came)
			}
		})
	}
}

// Fewer connections than wanted will do.
func TestFewConnections(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.c.Connections = 6
	r.Most(2)
	var ids []string
	for i := range 60 {
		ids = append(ids, string(rune('a'+i%26))+string(rune('a'+i/26)))
	}
	for i, id := range ids {
		if i%10 == 0 {
			r.Folder("f" + id)
		}
		r.letters("f"+ids[i/10*10], id)
	}
	r.must()
	r.holds(0, ids...)
	if len(r.rests) > 0 {
		t.Errorf("rested %v", r.rests)
	}
}
