package rt

import (
	"errors"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// A ticket that was merged answers with the one that it was merged into: deleting it
// must not delete that.
func TestMergedTicketIsNotDeleted(t *testing.T) {
	d := targetAt(t, rttest.New(), nil)
	old, into := create(t, d, ticketOf("old", "one")), create(t, d, ticketOf("into", "two"))
	r := ticketOf("old")
	r.MergedInto = desk.Ref{Kind: desk.KindTicket, Target: into}
	if _, err := d.Update(t.Context(), old, r, []string{"merged_into"}); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := d.Delete(t.Context(), desk.KindTicket, old); !errors.Is(err, connectors.ErrRefused) {
		t.Errorf("deleting the merged ticket said %v", err)
	}
	if _, err := d.Fetch(t.Context(), desk.KindTicket, into); err != nil {
		t.Errorf("the surviving one: %v", err)
	}
	if err := d.Delete(t.Context(), desk.KindTicket, into); err != nil {
		t.Error(err)
	}
}

// A ticket is merged into none that was deleted meanwhile: nobody would see what is in it.
func TestNothingIsMergedIntoWhatIsGone(t *testing.T) {
	d := targetAt(t, rttest.New(), nil)
	old, into := create(t, d, ticketOf("old", "one")), create(t, d, ticketOf("into", "two"))
	r := ticketOf("old")
	r.MergedInto = desk.Ref{Kind: desk.KindTicket, Target: into}
	if _, err := d.Update(t.Context(), old, r, []string{"merged_into"}); err != nil {
		t.Fatal(err)
	}
	if err := d.Delete(t.Context(), desk.KindTicket, into); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, old)
	if err != nil || len(back.(*desk.Ticket).Messages) != 1 || !back.(*desk.Ticket).MergedInto.IsZero() {
		t.Errorf("%+v, %v", back, err)
	}
}

// RT can only disable people and queues.
func TestPeopleAndQueuesAreNotDeleted(t *testing.T) {
	d := targetAt(t, rttest.New(), nil)
	who := create(t, d, &desk.Contact{Meta: desk.Meta{ID: "1", Mark: "c"}, Emails: []string{"olga@kunde.test"}})
	for kind, id := range map[desk.Kind]desk.ID{desk.KindContact: who, desk.KindCategory: "1"} {
		if err := d.Delete(t.Context(), kind, id); !errors.Is(err, connectors.ErrUnsupported) {
			t.Errorf("%s: %v", kind, err)
		}
		if _, err := d.Fetch(t.Context(), kind, id); err != nil {
			t.Errorf("%s is gone: %v", kind, err)
		}
	}
}

// RT finishes a call whose line was cut: what is not found at once may come yet.
func TestLostWritesMayComeYet(t *testing.T) {
	for said, want := range map[string]time.Duration{"": 2 * time.Minute, "5s": 5 * time.Second, "0s": 0} {
		d := targetAt(t, rttest.New(), func(c *Config) { c.Settling = said })
		if d.Lag() != want {
			t.Errorf("settling %q: %s", said, d.Lag())
		}
	}
	if err := (&Config{URL: "http://x", Token: "x", Settling: "soon"}).Check(); err == nil {
		t.Error("a settling of no length was taken")
	}
}
