package imap

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/desk"
)

// Many messages in a row at which the server breaks the line do not end the run.
func TestManyThatCannotBeHad(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.letters("INBOX", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l")
	r.Do(imaptest.Fault{Answer: `UID ([2-9]|10|11) .*BODY\[HEADER\]`, Act: imaptest.CutInside})
	r.must()
	r.holds(10, "a", "l")
	r.Calm()
	r.must()
	r.holds(0, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l")
}

// A server that gives nothing at all is no reason to put every message into quarantine.
func TestServerThatGivesNothing(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	var ids []string
	for i := range 60 {
		ids = append(ids, fmt.Sprintf("m%02d", i))
	}
	r.letters("INBOX", ids...)
	r.Do(imaptest.Fault{Command: `^UID FETCH`, Act: imaptest.Cut})
	if err := r.run(); err == nil || !strings.Contains(err.Error(), "run again") {
		t.Errorf("got %v", err)
	}
	r.Calm()
	r.must()
	r.holds(0, ids...)
}

// What goes between the list and the fetch was never there.
func TestVanishesBeforeItsHeader(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.letters("INBOX", seven...)
	r.Do(imaptest.Fault{Command: `HEADER`, Times: 1, Act: imaptest.First(func() { r.Remove("INBOX", 3, 7) })})
	r.must()
	r.holds(0, "a", "b", "d", "e", "f")
}

// What goes between its header and its body is told.
func TestVanishesBeforeItsBody(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.letters("INBOX", seven...)
	r.Do(imaptest.Fault{Command: `BODY.PEEK\[\]`, Times: 1, Act: imaptest.First(func() { r.Remove("INBOX", 6, 7) })})
	r.must()
	r.holds(2, "a", "b", "c", "d", "e")
	for _, a := range r.quarantine {
		if a.Reason != connectors.ReasonVanished {
			t.Errorf("%s: %s: %s", a.ID, a.Reason, a.Detail)
		}
	}
}

// A message that was refused and is deleted then leaves quarantine.
func TestRefusedAndThenGone(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.letters("INBOX", "a", "b")
	r.Do(imaptest.Fault{Command: `HEADER`, Of: 2, Act: imaptest.Say("NO broken")})
	r.must()
	r.holds(1, "a")
	r.Calm()
	r.Remove("INBOX", 2)
	r.must()
	r.holds(0, "a")
}

// Sizes and shapes that are rare.
func TestOddMessages(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Put("INBOX", "")
	r.Put("INBOX", strings.Replace(letter("long"), "Subject:", "X-Spam: "+strings.Repeat("word ", 400_000)+"\r\nSubject:", 1))
	r.Put("INBOX", strings.Replace(letter("none"), "Message-ID: <none@x.test>\r\n", "", 1))
	r.Put("INBOX", strings.Replace(letter("none"), "Message-ID: <none@x.test>\r\n", "", 1)+"More.\r\n")
	r.Put("INBOX", letter("twice"))
	r.Put("INBOX", strings.Replace(letter("twice"), "The text", "Another text, not the same,", 1))
	r.Put("INBOX", letter("same"))
	r.Put("INBOX", letter("same"))
	r.Put("INBOX", "no field at all\r\n")
	r.must()
	var messages int
	for _, tk := range r.tickets {
		messages += len(tk.Messages)
	}
	if len(r.tickets) != 5 || messages != 6 {
		t.Errorf("%d tickets of %d messages: %q", len(r.tickets), messages, r.messages())
	}
	if len(r.ticket("twice").Messages) != 2 {
		t.Error("two messages with one id are not two")
	}
	if len(r.quarantine) != 2 { // nothing, and no field
		t.Errorf("in quarantine: %s", r.reasons())
	}
	if r.must(); r.came != 0 {
		t.Errorf("%d tickets came again", r.came)
	}
}

// The file of a message is the same when the labels in front of it have changed since
// it was parsed.
func TestLabelsChangeBeforeAFileIsOpened(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	head, _, _ := strings.Cut(letter("a"), "\r\n\r\n")
	r.Put("INBOX", head+"\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee.\r\n--b\r\nContent-Type: text/csv; name=t.csv\r\n\r\n1,2,3\r\n4,5,6\r\n--b--\r\n")
	src, err := r.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for item, err := range src.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		r.keep(item)
	}
	r.Flags("INBOX", 1, "urgent", "Sales")
	r.store.bodies.cache.close()
	f, err := r.ticket("a").Messages[0].Files[0].Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil || string(b) != "1,2,3\r\n4,5,6" {
		t.Errorf("got %q, %v", b, err)
	}
	if err := src.Close(); err != nil {
		t.Fatal(err)
	}
}

// What people do with flags changes tags, and no more, whether the server counts changes
// or not.
func TestFlagsBecomeTags(t *testing.T) {
	for _, o := range []imaptest.Options{{}, {Condstore: true}, {Caps: imap.CapSet{}}, {Caps: imap.CapSet{imap.CapIMAP4rev2: {}}}} {
		r := newRig(t, o)
		r.letters("INBOX", "a", "b")
		r.Put("INBOX", letter("c"), "urgent", imap.FlagSeen)
		r.must()
		tags := func(id string, want ...string) {
			t.Helper()
			if got := r.ticket(id).Tags; !slices.Equal(got, want) {
				t.Errorf("%v: %s has tags %q, want %q", o, id, got, want)
			}
		}
		tags("a")
		tags("c", "urgent")
		for _, step := range []struct {
			flags []imap.Flag
			came  int
			want  []string
		}{
			{[]imap.Flag{"sales", imap.FlagFlagged}, 1, []string{"flagged", "sales"}},
			{[]imap.Flag{"sales", imap.FlagFlagged, imap.FlagSeen, imap.FlagAnswered}, 0, []string{"flagged", "sales"}},
			{[]imap.Flag{"sales"}, 1, []string{"sales"}},
			{nil, 1, nil},
			{nil, 0, nil},
			{[]imap.Flag{"again"}, 1, []string{"again"}},
		} {
			r.Flags("INBOX", 1, step.flags...)
			r.must()
			tags("a", step.want...)
			if r.came != step.came {
				t.Errorf("%v: flags %v: %d tickets came, want %d", o, step.flags, r.came, step.came)
			}
		}
		r.Flags("INBOX", 3)
		r.must()
		tags("c")
		r.holds(0, "a", "b", "c")
		if asked := r.Said(`^UID FETCH \S+ \((UID FLAGS|FLAGS UID)\)$`); o.Condstore != (asked == 0) {
			t.Errorf("%v: all flags were asked for %d times", o, asked)
		}
	}
}

// An expunged message stays in its ticket, or at least the ticket stays.
func TestExpunged(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.letters("INBOX", "a", "b")
	r.must()
	r.Remove("INBOX", 1)
	if r.must(); r.came != 0 {
		t.Errorf("%d tickets came", r.came)
	}
	r.holds(0, "a", "b")
}

// Sent mail and its copy in a shared box are one message, whichever comes first.
func TestSentAndInbox(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Folder("Sent", "Archive")
	r.letters("INBOX", "a")
	r.letters("Sent", "a", "b")
	r.letters("Archive", "b")
	r.must()
	r.holds(0, "a", "b")
	if got := r.ticket("b").Category.ID; got != "Archive" {
		t.Errorf("category %q", got)
	}
	if r.must(); r.came != 0 {
		t.Errorf("%d tickets came again", r.came)
	}
}

// A message that was moved is the same in another category.
func TestMoved(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Folder("Done", "Aside")
	r.letters("INBOX", "a", "b")
	r.must()
	r.Move("INBOX", 1, "Done")
	r.Move("INBOX", 2, "Aside")
	r.must()
	r.holds(0, "a", "b")
	if a, b := r.ticket("a").Category.ID, r.ticket("b").Category.ID; a != "Done" || b != "Aside" {
		t.Errorf("categories %q and %q", a, b)
	}
	if r.must(); r.came != 0 {
		t.Errorf("%d tickets came again", r.came)
	}
}
