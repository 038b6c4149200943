package rt

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// Our clock is hours ahead while all is read, and is set then. What people did in those
// hours is in the delta all the same.
func TestClockAheadLosesNoDelta(t *testing.T) {
	s := rttest.New()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s.Clock = func() time.Time { return now }
	d := targetAt(t, s, nil)
	ticket, who := ticketOf("lamp", "It is dark."), &desk.Contact{Meta: desk.Meta{ID: "1", Mark: "c"}, Name: "Ann", Emails: []string{"ann@x.test"}}
	id := create(t, d, ticket)
	person := create(t, d, who)
	ahead := 26 * time.Hour
	read := func(kind desk.Kind, after connectors.Cursor) (ids []desk.ID, next connectors.Cursor) {
		t.Helper()
		src, err := newSource(d.config, connectors.Env{HTTP: http.DefaultClient, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now.Add(ahead) }})
		if err != nil {
			t.Fatal(err)
		}
		next = after
		for item, err := range src.Read(t.Context(), kind, after) {
			if err != nil {
				t.Fatal(err)
			}
			if item.Record != nil {
				ids = append(ids, item.Record.About().ID)
			}
			if item.Cursor != "" {
				next = item.Cursor
			}
		}
		return ids, next
	}
	for _, kind := range []desk.Kind{desk.KindTicket, desk.KindContact} {
		_, after := read(kind, "")
		_, after = read(kind, after)
		now, ahead = now.Add(time.Hour), 0
		ticket.Subject, who.Name = "lamp in the hall", "Ann Lee"
		rec, of, field := desk.Record(ticket), id, "subject"
		if kind == desk.KindContact {
			rec, of, field = who, person, "name"
		}
		if _, err := d.Update(t.Context(), of, rec, []string{field}); err != nil {
			t.Fatal(err)
		}
		if got, _ := read(kind, after); len(got) != 1 {
			t.Errorf("in the delta are the %ss %q, not the one that was changed", kind, got)
		}
		ahead = 26 * time.Hour
	}
}
