package imap

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/desk"
)

// Whatever a folder is called, its mail is read and its name is the category.
func TestFolderNames(t *testing.T) {
	names := map[string]string{
		"a": "INBOX", "b": "Отправленные письма", "c": "Entwürfe (alt)", "d": `quo"ted`, "e": `back\slash`, "f": "Tom & Co", "g": "100% *done*",
		"h": "[brackets]{7}", "i": "日本語/サポート", "j": "two  blanks", "k": "a~b`c", "l": "emoji 📬 box",
	}
	r := newRig(t, imaptest.Options{})
	for id, name := range names {
		if name != "INBOX" {
			r.Folder(name)
		}
		r.letters(name, id)
	}
	r.must()
	for id, name := range names {
		if got := r.ticket(id).Category.ID; string(got) != name {
			t.Errorf("the mail %s in folder %q has category %q", id, name, got)
		}
	}
	r.holds(0, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l")
	if r.must(); r.came != 0 {
		t.Errorf("%d tickets came again", r.came)
	}
}

// A "." between levels makes levels; a "/" in such a name does not.
func TestOtherDelimiter(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Change(`^(\* LIST \([^)]*\)) "/"`, `$1 "."`)
	r.Folder("Team.Sales", "A/B", "v1.2/x")
	r.letters("Team.Sales", "a")
	r.letters("A/B", "b")
	r.letters("v1.2/x", "c")
	r.must()
	for id, want := range map[string]string{"a": "Team/Sales", "b": "A∕B", "c": "v1/2∕x"} {
		if got := r.ticket(id).Category.ID; string(got) != want {
			t.Errorf("category %q, want %q", got, want)
		}
	}
}

// Without a delimiter there are no levels, and below a prefix the names are what stands
// behind it.
func TestNoDelimiterAndPrefix(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Change(`^(\* LIST \([^)]*\)) "/"`, `$1 NIL`)
	r.Folder("A/B")
	r.letters("A/B", "a")
	r.must()
	if got := r.ticket("a").Category.ID; got != "A∕B" {
		t.Errorf("category %q", got)
	}
	r = newRig(t, imaptest.Options{})
	r.Change(`^(\* LIST \([^)]*\)) "/"`, `$1 "."`)
	r.Change(`^\* NAMESPACE .*\r`, "* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r")
	r.Folder("INBOX.Sales.North")
	r.letters("INBOX.Sales.North", "a")
	r.must()
	if got := r.ticket("a").Category.ID; got != "Sales/North" {
		t.Errorf("category %q", got)
	}
}

// A folder that only holds folders is none; what lies in it is.
func TestNoSelect(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Folder("Parent", "Parent/Child")
	r.Change(`^\* LIST \([^)]*\) "/" "?Parent"?\r`, "* LIST (\\Noselect \\HasChildren) \"/\" \"Parent\"\r")
	refused := r.Do(imaptest.Fault{Command: `^EXAMINE "?Parent"?( |$)`, Act: imaptest.Say("NO it cannot be selected")})
	r.letters("Parent/Child", "a")
	r.must()
	r.holds(0, "a")
	if refused.Count() > 0 {
		t.Error("it was asked for")
	}
}

// A folder that we may not open is in quarantine and all others are read; it comes once
// it can be opened.
func TestFolderWithoutPermission(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Folder("Secret", "Team")
	r.letters("INBOX", "a")
	r.letters("Secret", "b")
	r.letters("Team", "c")
	r.Do(imaptest.Fault{Command: `^EXAMINE "?Secret`, Act: imaptest.Say("NO [NOPERM] Permission denied")})
	r.must()
	r.holds(1, "a", "c")
	for _, a := range r.quarantine {
		if !strings.Contains(a.Detail, "Secret") || !strings.Contains(a.Detail, "Permission denied") || a.Reason != connectors.ReasonUnreadable {
			t.Errorf("%s: %s", a.Reason, a.Detail)
		}
	}
	if r.must(); r.came != 0 {
		t.Errorf("%d tickets came again", r.came)
	}
	r.holds(1, "a", "c")
	r.Calm()
	r.must()
	r.holds(0, "a", "b", "c")
}

// The messages of a folder that is shut for a while are neither gone nor doubled.
func TestFolderShutForAWhile(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Folder("Team")
	r.letters("Team", "a")
	r.must()
	r.letters("Team", "b")
	r.letters("INBOX", "c")
	shut := imaptest.Fault{Command: `^EXAMINE "?Team`, Act: imaptest.Say("NO [NOPERM] Permission denied")}
	r.Do(shut)
	r.must()
	r.holds(1, "a", "c")
	r.Calm()
	r.must()
	r.holds(0, "a", "b", "c")

	r.letters("Team", "d") // it is shut after its headers were read
	shut.Skip = 1
	r.Do(imaptest.Fault{Command: `BODY.PEEK\[\]`, Act: imaptest.First(r.CutAll), Times: 1})
	r.Do(shut)
	r.must()
	if len(r.quarantine) != 1 {
		t.Errorf("in quarantine: %s", r.reasons())
	}
	r.must() // shut from the beginning, by a new process
	r.holds(1+1, "a", "b", "c")
	r.Calm()
	r.must()
	r.holds(0, "a", "b", "c", "d")
}

// A folder that goes between the list and its opening is no trouble, and neither is one
// that goes while it is read.
func TestFolderThatDisappears(t *testing.T) {
	for _, at := range []string{`^EXAMINE "?Team`, `^UID SEARCH`, `^UID FETCH .*HEADER`, `BODY.PEEK\[\]`} {
		r := newRig(t, imaptest.Options{})
		r.Folder("Team")
		r.letters("Team", "b", "c")
		gone := r.Do(imaptest.Fault{Command: at, Times: 1, Act: imaptest.First(func() { r.Delete("Team"); r.CutAll() })})
		r.Put("INBOX", letter("a"))
		r.must()
		if gone.Count() != 1 {
			t.Errorf("%s: it did not go", at)
		}
		if got := r.messages(); len(got) != 1 || got[0] != "a" {
			t.Errorf("%s: messages %q", at, got)
		}
		for _, a := range r.quarantine { // of those whose header was read
			if a.Reason != connectors.ReasonVanished || !strings.Contains(at, "BODY") {
				t.Errorf("%s: %s: %s", at, a.Reason, a.Detail)
			}
		}
		r.Calm()
		if r.must(); r.came != 0 {
			t.Errorf("%s: %d tickets came again", at, r.came)
		}
	}
}

// A folder that is called otherwise now holds the same messages, in another category.
func TestFolderRenamed(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Folder("Old")
	r.letters("Old", "a", "b")
	r.must()
	r.Folder("New")
	r.Move("Old", 1, "New")
	r.Move("Old", 2, "New")
	r.Delete("Old")
	r.must()
	r.holds(0, "a", "b")
	if got := r.ticket("a").Category; got != desk.To(desk.KindCategory, "New") {
		t.Errorf("category %v", got)
	}
}

// Names that are no UTF-7, and names that are no UTF-8 either, are read all the same.
func TestBrokenFolderNames(t *testing.T) {
	for wired, want := range map[string]string{
		"R&D":                  "R&D",
		"&!!-x":                "&!!-x",
		"&AOQ":                 "&AOQ",
		"&AOQ-&APY-":           "&AOQ-&APY-",
		"Gel\xf6scht von Hand": "Gelöscht von Hand",
	} {
		r := newRig(t, imaptest.Options{})
		r.Folder("plain", "Other")
		r.letters("plain", "a")
		r.letters("Other", "b")
		r.Rename("plain", wired)
		r.must()
		r.holds(0, "a", "b")
		if got := r.ticket("a").Category.ID; string(got) != want {
			t.Errorf("%q is category %q, want %q", wired, got, want)
		}
		r.letters("plain", "c")
		r.must()
		r.holds(0, "a", "b", "c")
	}
}
