package mbox

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Mails whose file was elsewhere while their tickets were to come, or was written anew
// without them, come with the run that finds them.
func TestMailsThatAreAwayForARun(t *testing.T) {
	for name, put := range map[string]func(team string){
		"the file was moved": func(team string) {
			if err := os.Rename(team, filepath.Join(t.TempDir(), "Team")); err != nil {
				t.Fatal(err)
			}
		},
		"it was written anew": func(team string) { write(t, team, boxText(20, 21)) },
	} {
		root := t.TempDir()
		team := filepath.Join(root, "Team")
		write(t, filepath.Join(root, "Inbox"), boxText(0, 4))
		write(t, team, boxText(10, 12))
		r := newRig(t, root)
		src, err := r.source()
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range src.Read(t.Context(), desk.KindTicket, "") {
			if err != nil {
				t.Fatal(err)
			}
			break // it is stopped before a ticket came
		}
		if err := src.(connectors.Closer).Close(); err != nil {
			t.Fatal(err)
		}
		put(team)
		if h := r.run(); h.of(connectors.ReasonVanished) != 2 || len(h.asides) != 2 {
			t.Errorf("%s: %d tickets came, %d are aside", name, len(h.tickets), len(h.asides))
		}
		if h := r.run(); len(h.tickets)+len(h.asides) > 0 {
			t.Errorf("%s: while they were away %d tickets came, and %d are aside", name, len(h.tickets), len(h.asides))
		}
		write(t, team, boxText(10, 12))
		if h := r.run(); len(h.tickets) != 2 || h.messages() != 2 || len(h.asides) > 0 {
			t.Errorf("%s: then %d tickets came, %d are aside", name, len(h.tickets), len(h.asides))
		}
		if h := r.run(); len(h.tickets) > 0 {
			t.Errorf("%s: at the end %d tickets came again", name, len(h.tickets))
		}
	}
}
