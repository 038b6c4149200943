package weather

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// View is what a person looks at who compares two desks; name says who or what is referred to.
type View struct {
	Cover func(tk *desk.Ticket, name func(desk.Ref) string) string
	Said  func(m *desk.Message, name func(desk.Ref) string) string
}

// Seen is a desk that can be looked at.
type Seen interface {
	connectors.Source
	connectors.Fetcher
}

// Of is what a desk holds: each ticket under its subject, with its messages and the bytes of
// their files. None may be there twice.
func (v View) Of(t *testing.T, d Seen) map[string][]string {
	t.Helper()
	var tickets []*desk.Ticket
	for it, err := range d.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		if it.Record != nil && !it.Record.About().Deleted {
			tickets = append(tickets, it.Record.(*desk.Ticket))
		}
	}
	return v.OfTickets(t, tickets, d)
}

// OfTickets is the same of tickets that were read before, from a desk that knows their people.
func (v View) OfTickets(t *testing.T, tickets []*desk.Ticket, from connectors.Fetcher) map[string][]string {
	t.Helper()
	name := func(ref desk.Ref) string { return calledOf(t, from, ref) }
	out := map[string][]string{}
	for _, tk := range tickets {
		if _, twice := out[tk.Subject]; twice {
			t.Errorf("ticket %q is there twice", tk.Subject)
		}
		rows := []string{v.Cover(tk, name)}
		for i := range tk.Messages {
			row := v.Said(&tk.Messages[i], name)
			for _, f := range tk.Messages[i].Files {
				row += fmt.Sprintf(" %s %x", f.Name, sha256.Sum256(conntest.BytesOf(t, f)))
			}
			rows = append(rows, row)
		}
		out[tk.Subject] = rows
	}
	return out
}

// calledOf is what whoever or whatever is referred to is called.
func calledOf(t *testing.T, from connectors.Fetcher, ref desk.Ref) string {
	t.Helper()
	if ref.IsZero() {
		return "nobody"
	}
	r, err := from.Fetch(t.Context(), ref.Kind, ref.ID)
	if err != nil {
		t.Fatal(err)
	}
	switch r := r.(type) {
	case *desk.Agent:
		return r.Email
	case *desk.Contact:
		return r.Name
	case *desk.Group:
		return r.Name
	}
	return ""
}
