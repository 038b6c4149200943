package eml

import (
	"os"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Mails that were elsewhere while their tickets were to come, such as a folder that was
// not mounted, come with the run that finds them.
func TestMailsThatAreAwayForARun(t *testing.T) {
	for _, moved := range []string{"/Team", "/Team/b.eml"} {
		root, aside := t.TempDir(), t.TempDir()+"/aside"
		put(t, root+"/Inbox/a.eml", mailText("a@x.test"))
		put(t, root+"/Team/b.eml", mailText("b@x.test"))
		r := newReader(t, root)
		src, err := r.open()
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range src.Read(t.Context(), desk.KindTicket, "") {
			if err != nil {
				t.Fatal(err)
			}
			break // it is stopped before a ticket came
		}
		rename := func(from, to string) {
			if err := os.Rename(from, to); err != nil {
				t.Fatal(err)
			}
		}
		rename(root+moved, aside)
		if tickets, asides := r.run(); !slices.Equal(tickets, []string{"a@x.test"}) || len(asides) != 1 || asides[0].Reason != connectors.ReasonVanished {
			t.Errorf("%s: %q came, %d are aside", moved, tickets, len(asides))
		}
		if tickets, asides := r.run(); len(tickets)+len(asides) > 0 {
			t.Errorf("%s: while it was away %q came, and %d are aside", moved, tickets, len(asides))
		}
		rename(aside, root+moved)
		if tickets, asides := r.run(); !slices.Equal(tickets, []string{"b@x.test"}) || len(asides) > 0 {
			t.Errorf("%s: then %q came, %d are aside", moved, tickets, len(asides))
		}
		if tickets, _ := r.run(); len(tickets) > 0 {
			t.Errorf("%s: at the end %q came again", moved, tickets)
		}
	}
}
