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

// A message that was moved into RT late stands behind younger ones there. Who reads RT
// gets the oldest first, as everywhere; who looks at what was written, RT's own order.
func TestOldestFirst(t *testing.T) {
	d := targetAt(t, rttest.New(), nil)
	ticket := ticketOf("lamp", "It is dark.")
	noon := time.Date(2021, 3, 1, 12, 0, 0, 0, time.UTC)
	ticket.Messages[0].At = noon
	id := create(t, d, ticket)
	late := ticketOf("late", "It was light.").Messages[0]
	late.At = noon.Add(-time.Hour)
	if _, err := d.Append(t.Context(), id, &late); err != nil {
		t.Fatal(err)
	}
	src, err := newSource(d.config, connectors.Env{HTTP: http.DefaultClient, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for first, from := range map[string]connectors.Fetcher{"It was light.": src, "It is dark.": d} {
		got, err := from.Fetch(t.Context(), desk.KindTicket, id)
		if err != nil {
			t.Fatal(err)
		}
		if ms := got.(*desk.Ticket).Messages; len(ms) != 2 || ms[0].Text != first {
			t.Errorf("first is %q, want %q", ms[0].Text, first)
		}
	}
}
