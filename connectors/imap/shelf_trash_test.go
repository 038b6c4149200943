package imap

import (
	"errors"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/desk"
)

// later writes a ticket of two mails in a process of its own, and gives a target that looks
// later, with what it knows.
func later(t *testing.T, into string, folders ...string) (*rig, *Target) {
	t.Helper()
	r := newRig(t, imaptest.Options{})
	r.Folder(folders...)
	r.c.Into = into
	state := new(conntest.State)
	clock := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	first := r.target(state, func() time.Time { return clock })
	if _, err := first.Create(t.Context(), pair("a")); err != nil {
		t.Fatal(err)
	}
	return r, r.target(state, func() time.Time { return clock.Add(time.Hour) })
}

// turns are how many messages the ticket has; -1 it is gone.
func turns(t *testing.T, tg *Target) int {
	t.Helper()
	got, err := tg.Fetch(t.Context(), desk.KindTicket, "a")
	if errors.Is(err, connectors.ErrNotFound) {
		return -1
	}
	if err != nil {
		t.Fatal(err)
	}
	return len(got.(*desk.Ticket).Messages)
}

// A mail that somebody deleted as people do is gone, and one that was moved is not.
func TestMailThatSomebodyDeleted(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*rig)
		want int
	}{
		"nothing":             {func(*rig) {}, 2},
		"flagged":             {func(r *rig) { r.Flags("INBOX", 2, imap.FlagSeen, imap.FlagDeleted) }, 1},
		"the first, flagged":  {func(r *rig) { r.Flags("INBOX", 1, imap.FlagDeleted) }, 1}, // the answer stands
		"into the trash":      {func(r *rig) { r.Move("INBOX", 2, "Trash") }, 1},
		"both into the trash": {func(r *rig) { r.Move("INBOX", 1, "Trash"); r.Move("INBOX", 2, "Trash") }, -1},
		"moved":               {func(r *rig) { r.Move("INBOX", 2, "Done") }, 2},
		"into it and back":    {func(r *rig) { r.Move("Trash", r.Move("INBOX", 2, "Trash"), "INBOX") }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			r, tg := later(t, "", "Trash", "Done")
			c.do(r)
			if got := turns(t, tg); got != c.want {
				t.Errorf("%d messages, want %d", got, c.want)
			}
		})
	}
}

// Where tickets are written into such a folder they are there.
func TestTicketsThatLiveInTheTrash(t *testing.T) {
	if _, tg := later(t, "Trash"); turns(t, tg) != 2 {
		t.Error("they are taken for deleted")
	}
}

// What is taken back is taken from where somebody has deleted it, too.
func TestDeletedMailIsTakenBack(t *testing.T) {
	r, tg := later(t, "")
	r.Flags("INBOX", 2, imap.FlagSeen, imap.FlagDeleted)
	if err := tg.Delete(t.Context(), desk.KindTicket, "a"); err != nil {
		t.Fatal(err)
	}
	if r.Said(`^UID EXPUNGE 2`) != 1 {
		t.Error("the mail that was flagged is left")
	}
}
