package freshdesk

import (
	"errors"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// A ticket of ours that is marked as spam stands, says where, and is found by its mark,
// however long ago it was made; one in the trash is not there. A source reads spam only if
// it is told to.
func TestSpamStands(t *testing.T) {
	now := time.Now()
	s := account()
	s.Clock = func() time.Time { return now }
	d, who := targetOf(t, s, func(c *Config) { c.MarkField = "cf_deskhaul" })
	d.env.Now = s.Clock
	ours := asked(who, "1", "hello")
	made, err := d.Create(t.Context(), ours)
	if err != nil {
		t.Fatal(err)
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, made.ID)
	if err != nil || d.Hidden(back.(*desk.Ticket)) != "" {
		t.Errorf("before: %+v (%v)", back, err)
	}
	now = now.Add(24 * time.Hour)
	s.ChangeTicket(1, func(k *freshdesktest.Ticket) { k.Spam = true })
	back, err = d.Fetch(t.Context(), desk.KindTicket, made.ID)
	if err != nil || back.About().Mark != ours.Mark || d.Hidden(back.(*desk.Ticket)) != "is marked as spam" {
		t.Errorf("as spam: %+v (%v)", back, err)
	}
	if id, err := d.Find(t.Context(), ours); err != nil || id != made.ID {
		t.Errorf("it is found as %q (%v)", id, err)
	}
	if _, err := d.source.Fetch(t.Context(), desk.KindTicket, made.ID); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("a source that leaves spam out: %v", err)
	}
	s.ChangeTicket(1, func(k *freshdesktest.Ticket) { k.Deleted = true })
	if _, err := d.Fetch(t.Context(), desk.KindTicket, made.ID); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("in the trash: %v", err)
	}
	if id, err := d.Find(t.Context(), ours); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("in the trash it is found as %q (%v)", id, err)
	}
}
