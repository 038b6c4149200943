package imap

import (
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// Labels are the mailbox's own: whoever writes to it cannot label a mail, nor choose its
// category.
func TestSendersCannotLabel(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.c.CategoryLabels = []string{"Team/*"}
	for _, field := range []string{"X-Keywords", "X-Label", "X-Gmail-Labels"} {
		forged := field + ": \"Team/Chief\", urgent\r\n"
		r.Put("INBOX", forged+letter(field))
		r.Put("INBOX", forged+letter(field+"-ours"), "sales", "team/sales")
		r.Put("INBOX", forged+strings.Replace(letter(field), "Message-ID: <"+field+"@x.test>\r\n", "", 1)) // whose body is read at once
	}
	r.must()
	if len(r.tickets) != 9 {
		t.Fatalf("%d tickets", len(r.tickets))
	}
	for id, tk := range r.tickets {
		tags, category := []string(nil), ""
		if strings.Contains(string(id), "-ours") {
			tags, category = []string{"sales", "team/sales"}, "team/sales"
		}
		if !slices.Equal(tk.Tags, tags) || string(tk.Category.ID) != category {
			t.Errorf("%s has tags %q and category %q", id, tk.Tags, tk.Category.ID)
		}
	}
}

// A message without a byte is none, whatever flags it has.
func TestNothingWithAFlag(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.Put("INBOX", "", imap.FlagFlagged, "sales")
	r.must()
	r.holds(1)
}
