package eml

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// reader reads one folder run after run.
type reader struct {
	t      *testing.T
	root   string
	files  []string
	state  *conntest.State
	cursor connectors.Cursor
}

func newReader(t *testing.T, root string) *reader {
	return &reader{t: t, root: root, state: new(conntest.State)}
}

func (r *reader) open() (connectors.Source, error) {
	c := Spec().Config().(*Config)
	c.Path, c.Files = r.root, r.files
	return Spec().Source(r.t.Context(), c, connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: r.state, Temp: r.t.TempDir(), Now: time.Now,
	})
}

// run returns the ids of the tickets that changed, sorted, and the asides.
func (r *reader) run() (tickets []string, asides []*connectors.Aside) {
	r.t.Helper()
	src, err := r.open()
	if err != nil {
		r.t.Fatal(err)
	}
	for item, err := range src.Read(r.t.Context(), desk.KindTicket, r.cursor) {
		if err != nil {
			r.t.Fatal(err)
		}
		r.cursor = item.Cursor
		if item.Aside != nil {
			asides = append(asides, item.Aside)
			continue
		}
		t := item.Record.(*desk.Ticket)
		tickets = append(tickets, string(t.ID))
	}
	slices.Sort(tickets)
	return tickets, asides
}
