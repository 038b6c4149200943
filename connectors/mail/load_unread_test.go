package mail

import (
	"context"
	"io/fs"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// jammed is a pile whose mails can be looked at, of which some cannot be opened again.
type jammed struct {
	pile
	at map[int]bool
}

func (j *jammed) Open(ctx context.Context, notes Notes, p Place) (Opened, error) {
	if j.at[int(p.Offset)] {
		return nil, &fs.PathError{Op: "read", Path: p.Path, Err: fs.ErrPermission}
	}
	return j.pile.Open(ctx, notes, p)
}

// A message that cannot be read when its ticket is made is told, and comes with a later
// look; so does a ticket that has no other message.
func TestUnreadWhenItsTicketIsMade(t *testing.T) {
	j := &jammed{at: map[int]bool{1: true, 2: true}}
	j.mails = []string{
		letterOf("Message-ID: <a@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 10:00:00 +0000|Subject: a"),
		letterOf("Message-ID: <b@x.test>|In-Reply-To: <a@x.test>|From: k@x.test|Date: Mon, 3 Jun 2019 11:00:00 +0000|Subject: Re: a"),
		letterOf("Message-ID: <c@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 12:00:00 +0000|Subject: c"),
	}
	state := newPutLog(nil)
	var cursor connectors.Cursor
	look := func() (string, []*connectors.Aside) {
		s := pileSource(t, &j.pile, state, Options{})
		s.store = j
		got, asides, next := readAll(t, s, cursor)
		cursor = next
		return shape(got), asides
	}
	tickets, asides := look()
	if tickets != "a" || len(asides) != 2 {
		t.Fatalf("tickets %q, %d asides", tickets, len(asides))
	}
	if a := asides[0]; a.Kind != desk.KindMessage || a.ID != "b@x.test" || a.Parent != "a@x.test" || a.Reason != connectors.ReasonUnreadable || a.Detail == "" {
		t.Errorf("%+v", a)
	}
	if a := asides[1]; a.Kind != desk.KindTicket || a.ID != "c@x.test" || a.Reason != connectors.ReasonUnreadable {
		t.Errorf("%+v", a)
	}
	if tickets, asides := look(); tickets != "" || len(asides) != 0 {
		t.Errorf("nothing changed, and tickets %q and %d asides came", tickets, len(asides))
	}
	j.at = map[int]bool{2: true}
	if tickets, asides := look(); tickets != "a b" || len(asides) != 0 {
		t.Errorf("tickets %q, %d asides", tickets, len(asides))
	}
	j.at = nil
	if tickets, asides := look(); tickets != "c" || len(asides) != 0 {
		t.Errorf("tickets %q, %d asides", tickets, len(asides))
	}
	if tickets, asides := look(); tickets != "" || len(asides) != 0 {
		t.Errorf("at the end tickets %q and %d asides came", tickets, len(asides))
	}
}
