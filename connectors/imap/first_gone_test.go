package imap

import (
	"errors"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/desk"
)

// A ticket whose first mail somebody deleted still stands in its others: they are read,
// and taken away with it or alone.
func TestFirstMailIsGone(t *testing.T) {
	for name, gone := range map[string]func(*rig){
		"a mail":   func(r *rig) { r.Remove("INBOX", 1) },
		"a folder": func(r *rig) { r.Move("INBOX", 1, "bin"); r.Delete("bin") },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, imaptest.Options{})
			r.Folder("bin")
			state := new(conntest.State)
			k := pair("a")
			k.Messages = append(k.Messages, desk.Message{ID: "3", Mark: "mark-a-3", At: k.Created.Add(2 * time.Hour), Text: "third"})
			if _, err := r.target(state, time.Now).Create(t.Context(), k); err != nil {
				t.Fatal(err)
			}
			gone(r)
			dst := r.target(state, time.Now)
			back, err := dst.Fetch(t.Context(), desk.KindTicket, "a")
			if err != nil || len(back.(*desk.Ticket).Messages) != 2 || back.About().Mark != k.Mark {
				t.Fatalf("%+v, %v", back, err)
			}
			if err := dst.DeleteMessage(t.Context(), "a", "3"); err != nil {
				t.Error(err)
			}
			if err := dst.Delete(t.Context(), desk.KindTicket, "a"); err != nil {
				t.Error(err)
			}
			if left := r.subjects("INBOX"); len(left) > 0 {
				t.Errorf("left are %q", left)
			}
			if _, err := dst.Fetch(t.Context(), desk.KindTicket, "a"); !errors.Is(err, connectors.ErrNotFound) {
				t.Errorf("nothing of it is there: %v", err)
			}
		})
	}
}
