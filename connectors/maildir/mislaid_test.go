package maildir

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// looked has the folder looked through, and stops before a ticket came.
func (r *reader) looked() {
	r.t.Helper()
	src, err := r.open()
	if err != nil {
		r.t.Fatal(err)
	}
	for _, err := range src.Read(r.t.Context(), desk.KindTicket, r.cursor) {
		if err != nil {
			r.t.Fatal(err)
		}
		break
	}
}

// Mails that were elsewhere while their tickets were to come, such as a folder that was
// not mounted, come with the run that finds them.
func TestMailsThatAreAwayForARun(t *testing.T) {
	for _, moved := range []string{"/.Team", "/.Team/cur", "/.Team/cur/2.host:2,S"} {
		root, aside := t.TempDir(), t.TempDir()+"/aside"
		put(t, root+"/cur/1.host:2,", "a@x.test")
		put(t, root+"/.Team/cur/2.host:2,S", "b@x.test")
		put(t, root+"/.Team/new/3.host", "c@x.test")
		r := newReader(t, root)
		r.looked()
		rename := func(from, to string) {
			if err := os.Rename(from, to); err != nil {
				t.Fatal(err)
			}
			long := time.Now().Add(-time.Hour) // so that what was listed is believed
			for _, dir := range []string{root + "/.Team/cur", root + "/.Team/new"} {
				if err := os.Chtimes(dir, long, long.Add(time.Duration(len(to)))); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			}
		}
		rename(root+moved, aside)
		first, asides := r.run()
		if len(asides) == 0 || len(first)+len(asides) != 3 {
			t.Errorf("%s: %q came, %d are aside", moved, first, len(asides))
		}
		for _, a := range asides {
			if a.Reason != connectors.ReasonVanished {
				t.Errorf("%s: %+v", moved, a)
			}
		}
		if tickets, asides := r.run(); len(tickets)+len(asides) > 0 {
			t.Errorf("%s: while they were away %q came, and %d are aside", moved, tickets, len(asides))
		}
		rename(aside, root+moved)
		again, asides := r.run()
		var ids []string
		for _, ticket := range append(first, again...) {
			id, _, _ := strings.Cut(ticket, " ")
			ids = append(ids, id)
		}
		slices.Sort(ids)
		if !slices.Equal(ids, []string{"a@x.test", "b@x.test", "c@x.test"}) || len(asides) > 0 {
			t.Errorf("%s: first %q came, then %q, %d are aside", moved, first, again, len(asides))
		}
		if tickets, _ := r.run(); len(tickets) > 0 {
			t.Errorf("%s: at the end %q came again", moved, tickets)
		}
	}
}
