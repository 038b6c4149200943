package imap

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// mislaid are ways in which the messages of a folder cannot be found for the length of a
// run, after its headers were read, and how they come to be there again.
var mislaid = map[string]struct{ lose, back func(*rig) }{
	"the folder was deleted and is made again": {
		lose: func(r *rig) { r.Delete("Team") },
		back: func(r *rig) { r.Folder("Team"); r.letters("Team", seven...) },
	},
	"it was not to be read for a while": {
		lose: func(r *rig) { r.c.Skip = []string{"Team"} },
		back: func(r *rig) { r.c.Skip = nil },
	},
	"they were moved to a folder that is not read, and back": {
		lose: func(r *rig) { r.moveAll("Team", "Trash") },
		back: func(r *rig) { r.moveAll("Trash", "Team") },
	},
}

// moveAll moves the seven messages that were the first to come into a folder.
func (r *rig) moveAll(from, to string) {
	for i := range seven {
		r.Move(from, imap.UID(i+1), to)
	}
}

// Tickets whose messages could not be found in one run come with the next that finds
// them: nobody has to think of retry. So it is wherever the runs are stopped.
func TestMislaidForARun(t *testing.T) {
	for name, m := range mislaid {
		for _, stop := range []int{0, 3, len(seven)} {
			t.Run(fmt.Sprintf("%s, stopped after %d", name, stop), func(t *testing.T) {
				r := newRig(t, imaptest.Options{})
				r.Folder("Team", "Trash")
				r.letters("Team", seven...)
				r.stopAfter(0)
				m.lose(r)
				r.stopAfter(stop)
				r.must()
				r.holds(len(seven))
				for _, a := range r.quarantine {
					if a.Reason != connectors.ReasonVanished {
						t.Errorf("%s: %s", a.Reason, a.Detail)
					}
				}
				if r.must(); r.came != 0 {
					t.Errorf("%d tickets came while they were away", r.came)
				}
				m.back(r)
				r.stopAfter(stop)
				r.must()
				r.holds(0, seven...)
				if r.must(); r.came != 0 {
					t.Errorf("%d tickets came again", r.came)
				}
			})
		}
	}
}

// stopAfter reads as many items.
func (r *rig) stopAfter(n int) {
	r.t.Helper()
	if err := r.runWith(r.t.Context(), func(connectors.Item) bool { n--; return n >= 0 }); err != nil {
		r.t.Fatal(err)
	}
}

// A folder that is numbered anew again and again while a run asks for its messages ends
// that run well, and the first that is left in peace brings what was missed.
func TestRenumberedTwiceWhileRead(t *testing.T) {
	for runs := 1; runs <= 2; runs++ {
		r := newRig(t, imaptest.Options{})
		r.letters("INBOX", seven...)
		r.Put("INBOX", reply("a", "h", 1))
		for range runs {
			f := r.Do(imaptest.Fault{Command: `BODY.PEEK\[\]`, Times: 2, Act: imaptest.First(func() {
				r.Renumber("INBOX", 3)
				r.CutAll()
			})})
			r.must()
			if len(r.tickets) > 0 {
				t.Fatalf("it was numbered anew %d times, and yet %q came", f.Count(), r.messages())
			}
			r.Calm()
		}
		r.must()
		r.holds(0, append(seven, "h")...)
		if r.must(); r.came != 0 {
			t.Errorf("%d tickets came again", r.came)
		}
	}
}

// A message that was mislaid alone comes into its ticket, which came without it.
func TestMislaidAlone(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Folder("Team", "Trash")
	r.letters("INBOX", "a")
	r.Put("Team", reply("a", "b", 1))
	r.stopAfter(0)
	r.Move("Team", 1, "Trash")
	r.must()
	r.holds(0, "a")
	if r.must(); r.came != 0 {
		t.Errorf("%d tickets came while it was away", r.came)
	}
	r.Move("Trash", 1, "Team")
	r.must()
	r.holds(0, "a", "b")
	if r.must(); r.came != 0 {
		t.Errorf("%d tickets came again", r.came)
	}
}

// reply is a mail that answers another.
func reply(to, id string, hour int) string {
	return strings.Replace(letter(id), "Mon, 3 Jun 2019 10:00:00 +0000", fmt.Sprintf("Mon, 3 Jun 2019 %d:00:00 +0000\r\nIn-Reply-To: <%s@x.test>", 10+hour, to), 1)
}
