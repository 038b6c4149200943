package imap

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// A folder that was read and is not listed any more is told in one sentence, once, and
// nothing of it is deleted.
func TestFolderThatIsNoLongerListed(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Folder("Sales", "Support", "Empty", "Trash")
	r.letters("INBOX", "a")
	r.letters("Sales", "b", "c")
	r.letters("Support", "d")
	r.letters("Trash", "e")
	r.must()
	r.letters("Sales", "f")
	r.must()
	if out := r.warned.String(); strings.Contains(out, "no longer listed") {
		t.Fatalf("it warns: %s", out)
	}

	for _, name := range []string{"Sales", "Empty", "Trash"} {
		r.Delete(name)
	}
	r.must()
	out := r.warned.String()
	if n := strings.Count(out, "no longer listed"); n != 1 {
		t.Errorf("%d folders are told: %s", n, out)
	}
	if want := "The folder Sales of ann@example.test@" + r.c.Host + " is no longer listed (it was deleted or renamed, or may not be read any more): the 3 messages that were read from it stay at the target, and nothing new comes from it."; !strings.Contains(out, want) {
		t.Errorf("it says %s", out)
	}
	r.holds(0, "a", "b", "c", "d", "f")
	if r.must(); r.came != 0 || strings.Contains(r.warned.String(), "no longer listed") {
		t.Errorf("%d tickets came, and it warns again: %s", r.came, r.warned.String())
	}

	r.Folder("Sales") // another of that name
	r.letters("Sales", "g")
	r.must()
	r.holds(0, "a", "b", "c", "d", "f", "g")
	r.Delete("Sales")
	if r.must(); !strings.Contains(r.warned.String(), "the message that was read") {
		t.Errorf("the second time it says %s", r.warned.String())
	}
}

// A folder that is shut is told as such and not as gone; one that goes while it is read
// is told by the next run.
func TestFolderThatGoesWhileItIsRead(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Folder("Sales")
	r.letters("INBOX", "a")
	r.letters("Sales", "b")
	r.must()
	r.Do(imaptest.Fault{Command: `^EXAMINE "?Sales`, Times: 1, Act: imaptest.First(func() { r.Delete("Sales") })})
	r.must()
	first := r.warned.String()
	r.must()
	if both := first + r.warned.String(); strings.Count(both, "no longer listed") != 1 {
		t.Errorf("it says %s", both)
	}
	r.holds(0, "a", "b")
}
