package imap

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/desk"
)

// other is a mail with the header and the length of another.
func other(id, word string) string { return strings.Replace(letter(id), "The text", word+" text", 1) }

// texts are the texts of all messages, each as often as it is there.
func (r *rig) texts() map[string]int {
	n := map[string]int{}
	for _, t := range r.tickets {
		for _, m := range t.Messages {
			n[strings.TrimSpace(m.Text)]++
		}
	}
	return n
}

func (r *rig) wants(texts ...string) {
	r.t.Helper()
	got := r.texts()
	for _, text := range texts {
		if got[text] != 1 {
			r.t.Errorf("%q is there %d times", text, got[text])
		}
	}
	if len(got) != len(texts) || len(r.quarantine) != 0 {
		r.t.Errorf("there is %v, and in quarantine%s", got, r.reasons())
	}
}

// Mails of one Message-ID, one header and one length that say different things are all
// moved, once; copies that say the same are one.
func TestMailsThatLookAlike(t *testing.T) {
	for _, o := range []imaptest.Options{{}, {Condstore: true}} {
		for name, folders := range map[string][]string{
			"one folder": {"INBOX", "INBOX", "INBOX"}, "three folders": {"INBOX", "Team", "Done"}, "sent": {"Sent", "Sent", "Sent"},
		} {
			t.Run(fmt.Sprint(name, o), func(t *testing.T) {
				r := newRig(t, o)
				r.Folder("Team", "Done", "Sent")
				for i, word := range []string{"One", "Two", "Six"} {
					r.Put(folders[i], other("a", word))
				}
				r.Put(folders[1], other("a", "Two")) // a copy
				r.letters("INBOX", "b")
				r.must()
				want := []string{"One text of a.", "Two text of a.", "Six text of a.", "The text of b."}
				r.wants(want...)
				if r.must(); r.came != 0 {
					t.Errorf("%d tickets came again", r.came)
				}

				r.Put(folders[2], other("a", "Ten")) // later
				r.Put(folders[2], other("a", "Six"))
				r.must()
				want = append(want, "Ten text of a.")
				r.wants(want...)

				for _, f := range []string{"INBOX", "Team", "Done", "Sent"} {
					r.Renumber(f, 3)
				}
				r.Put(folders[2], other("a", "Ten"), "urgent")
				r.must()
				r.wants(want...)
			})
		}
	}
}

// Nothing is fetched for it but where mails look alike.
func TestOnlyMailsThatLookAlikeAreCompared(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Folder("Sent", "Team")
	for i := range 10 {
		r.letters("INBOX", fmt.Sprint("m", i))
	}
	r.letters("Sent", "m1", "m2")
	src, err := r.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range src.Read(t.Context(), desk.KindContact, "") { // the index is all that is wanted
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := src.Close(); err != nil {
		t.Fatal(err)
	}
	if n := r.Said(`BODY.PEEK\[\]`); n != 0 {
		t.Errorf("bodies were asked for %d times", n)
	}
}

// Of two that look alike one cannot be read: it is in quarantine, and comes when it can
// be read.
func TestOneOfTwoThatLookAlikeCannotBeRead(t *testing.T) {
	for uid, left := range map[string]string{"1": "Two text of a.", "2": "One text of a."} {
		r := newRig(t, imaptest.Options{})
		r.pace.patience, r.pace.dial = little, little
		r.Put("INBOX", other("a", "One"))
		r.Put("INBOX", other("a", "Two"))
		r.Do(imaptest.Fault{Answer: `FETCH .*UID ` + uid + ` .*BODY\[\]`, Act: imaptest.CutInside})
		r.must()
		if len(r.quarantine) != 1 || r.texts()[left] != 1 {
			t.Errorf("there is %v, and in quarantine%s", r.texts(), r.reasons())
		}
		r.Calm()
		r.must()
		r.wants("One text of a.", "Two text of a.")
	}
}
