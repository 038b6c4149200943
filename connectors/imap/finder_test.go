package imap

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/desk"
)

// target opens the mailbox for writing, with what is durable in a state.
func (r *rig) target(state connectors.State, now func() time.Time) *Target {
	r.t.Helper()
	got, err := openTarget(r.t.Context(), r.c, connectors.Env{Log: slog.New(slog.DiscardHandler), State: state, Temp: r.t.TempDir(), Now: now})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = got.(*Target).Close() })
	return got.(*Target)
}

func pair(id string) *desk.Ticket {
	at := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	who := desk.To(desk.KindContact, "ann@x.test")
	return &desk.Ticket{
		Meta: desk.Meta{ID: desk.ID(id), Mark: "mark-" + id, Created: at}, Subject: "on " + id, Status: desk.StatusOpen, Requester: who,
		Messages: []desk.Message{
			{ID: "1", Mark: "mark-" + id + "-1", At: at, Author: who, Text: "first"},
			{ID: "2", Mark: "mark-" + id + "-2", At: at.Add(time.Hour), Author: who, Text: "second"},
		},
	}
}

// What was written by a process that was killed is found, also where the server's search
// runs behind for a while: first it finds nothing, then the first mail, then both.
func TestSearchThatRunsBehind(t *testing.T) {
	for name, caps := range map[string]func(*imaptest.Server){
		"keywords":    func(*imaptest.Server) {},
		"no keywords": func(s *imaptest.Server) { s.Change(`^\* OK \[PERMANENTFLAGS .*\r\n`, "* OK nothing\r\n") },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, imaptest.Options{})
			caps(r.Server)
			now := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
			clock := func() time.Time { return now }
			killed := r.target(new(conntest.State), clock)
			k := pair("a")
			if _, err := killed.Create(t.Context(), k); err != nil {
				t.Fatal(err)
			}
			state := new(conntest.State)
			next := r.target(state, clock)
			r.Do(imaptest.Fault{Command: `^UID SEARCH`, Times: 2, Act: imaptest.Say("OK done")})
			if _, err := next.Find(t.Context(), k); !errors.Is(err, connectors.ErrNotFound) {
				t.Fatalf("it is found too early: %v", err)
			}
			r.Calm()
			now = now.Add(lookEach)
			if id, err := next.Find(t.Context(), k); err != nil || id != "a" {
				t.Fatalf("found %q, %v", id, err)
			}
			back, err := next.Fetch(t.Context(), desk.KindTicket, "a")
			if err != nil || len(back.(*desk.Ticket).Messages) != 2 {
				t.Fatalf("%+v, %v", back, err)
			}
			// Once all has settled nothing is looked through again.
			for range 3 {
				now = now.Add(settling + 2*lookEach)
				if _, err := next.Find(t.Context(), pair("b")); !errors.Is(err, connectors.ErrNotFound) {
					t.Fatal(err)
				}
			}
			said := r.Said(`^UID FETCH`)
			again := r.target(state, clock)
			if _, err := again.Find(t.Context(), pair("b")); !errors.Is(err, connectors.ErrNotFound) {
				t.Fatal(err)
			}
			if n := r.Said(`^UID FETCH`) - said; n != 0 {
				t.Errorf("mails that are in the book were fetched %d times", n)
			}
		})
	}
}
