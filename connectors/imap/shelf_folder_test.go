package imap

import (
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// A name that stands only because a folder lies below it is made before a mail goes there.
func TestNameThatIsNoFolderYetIsMade(t *testing.T) {
	for _, attr := range []string{`\Noselect`, `\NonExistent`} {
		r := newRig(t, imaptest.Options{})
		r.c.Into = "odd"
		r.Do(imaptest.Fault{Command: `^LIST "" "?odd"?$`, Act: imaptest.Before(`* LIST (` + attr + ` \HasChildren) "/" "odd"`)})
		if _, err := r.target(new(conntest.State), time.Now).Create(t.Context(), pair("a")); err != nil {
			t.Fatalf("%s: %v", attr, err)
		}
		if n := r.Said(`^CREATE "?odd"?$`); n != 1 {
			t.Errorf("%s: it was made %d times", attr, n)
		}
	}
}

// Where the server lets no mails into such a name, it is said what to do.
func TestNameThatHoldsFoldersOnly(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.c.Into = "odd"
	r.Do(imaptest.Fault{Command: `^LIST "" "?odd"?$`, Act: imaptest.Before(`* LIST (\Noselect) "/" "odd"`)})
	r.Do(imaptest.Fault{Command: `^CREATE "?odd"?$`, Act: imaptest.Say("NO [ALREADYEXISTS] it exists")})
	_, err := r.target(new(conntest.State), time.Now).Create(t.Context(), pair("a"))
	if err == nil || !strings.Contains(err.Error(), "odd cannot be made: it holds folders and no mails") || !strings.Contains(err.Error(), "into") {
		t.Errorf("it says %v", err)
	}
}
