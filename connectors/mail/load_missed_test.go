package mail

import (
	"context"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// mislaid is a pile of which some mails cannot be found, although they were looked at.
type mislaid struct {
	pile
	gone []int
}

func (m *mislaid) Open(ctx context.Context, notes Notes, p Place) (Opened, error) {
	if slices.Contains(m.gone, int(p.Offset)) {
		return nil, ErrMoved
	}
	return m.pile.Open(ctx, notes, p)
}

// look reads what is new.
func (m *mislaid) look(t *testing.T, state connectors.State, cursor *connectors.Cursor) (tickets []*desk.Ticket, asides []*connectors.Aside) {
	t.Helper()
	s := pileSource(t, &m.pile, state, Options{})
	s.store = m
	tickets, asides, *cursor = readAll(t, s, *cursor)
	return tickets, asides
}

// conversation is one in which the answer has the earlier date, beside another.
func conversation() *mislaid {
	return &mislaid{pile: pile{mails: []string{
		letterOf("Message-ID: <a@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 12:00:00 +0000|Subject: a"),
		letterOf("Message-ID: <b@x.test>|In-Reply-To: <a@x.test>|From: k@x.test|Date: Mon, 3 Jun 2019 11:00:00 +0000|Subject: Re: a"),
		letterOf("Message-ID: <c@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 13:00:00 +0000|Subject: c"),
	}}}
}

// A message that is nowhere when its ticket is made comes when it is there again; so does
// a ticket of which nothing was there, under the id that it was put aside with.
func TestGoneWhenItsTicketIsMade(t *testing.T) {
	for _, c := range []struct {
		gone   []int
		asides []desk.ID
		then   string
	}{
		{[]int{2}, []desk.ID{"c@x.test"}, "c"},
		{[]int{1}, nil, "a b"},
		{[]int{0}, nil, "a b"},
		{[]int{0, 1}, []desk.ID{"b@x.test"}, "a b"},
		{[]int{0, 1, 2}, []desk.ID{"b@x.test", "c@x.test"}, "a b|c"},
	} {
		m, state, cursor := conversation(), newPutLog(nil), connectors.Cursor("")
		m.gone = c.gone
		first, asides := m.look(t, state, &cursor)
		var aside []desk.ID
		for _, a := range asides {
			aside = append(aside, a.ID)
			if a.Kind != desk.KindTicket || a.Reason != connectors.ReasonVanished || a.Detail == "" {
				t.Errorf("%v: %+v", c.gone, a)
			}
		}
		if !slices.Equal(aside, c.asides) {
			t.Errorf("%v: aside are %q", c.gone, aside)
		}
		if tickets, asides := m.look(t, state, &cursor); len(tickets)+len(asides) > 0 {
			t.Errorf("%v: nothing changed, and tickets %q and %d asides came", c.gone, shape(tickets), len(asides))
		}
		m.gone = nil
		for _, id := range aside { // as retry asks
			s := pileSource(t, &m.pile, newPutLog(state.puts), Options{})
			if got, err := s.Fetch(t.Context(), desk.KindTicket, id); err != nil || got.About().ID != id {
				t.Errorf("%v: asked for %s: %v", c.gone, id, err)
			}
		}
		again, asides := m.look(t, state, &cursor)
		if shape(again) != c.then || len(asides) > 0 {
			t.Errorf("%v: tickets %q and %d asides came, want %q", c.gone, shape(again), len(asides), c.then)
		}
		for _, id := range append(aside, idsOf(first)...) {
			if !slices.Contains(append(idsOf(again), idsOf(first)...), id) {
				t.Errorf("%v: what was told as %s came as one of %q", c.gone, id, idsOf(again))
			}
		}
		if tickets, asides := m.look(t, state, &cursor); len(tickets)+len(asides) > 0 {
			t.Errorf("%v: at the end tickets %q and %d asides came", c.gone, shape(tickets), len(asides))
		}
	}
}

func idsOf(tickets []*desk.Ticket) (ids []desk.ID) {
	for _, t := range tickets {
		ids = append(ids, t.ID)
	}
	return ids
}

// So it is wherever the process is killed: in the look that misses them, and in the one
// that finds them.
func TestGoneAndKilled(t *testing.T) {
	missing := func() (*mislaid, *putLog, connectors.Cursor) {
		m, state, cursor := conversation(), newPutLog(nil), connectors.Cursor("")
		m.gone = []int{0, 1, 2}
		m.look(t, state, &cursor)
		return m, state, cursor
	}
	m, state, told := missing()
	for n := range len(state.puts) + 1 {
		m, cut, cursor := conversation(), newPutLog(state.puts[:n]), connectors.Cursor("")
		m.gone = []int{0, 1, 2}
		m.look(t, cut, &cursor)
		m.gone = nil
		if tickets, _ := m.look(t, cut, &cursor); shape(tickets) != "a b|c" {
			t.Errorf("killed after %d puts of the first look: %q came", n, shape(tickets))
		}
	}
	before := len(state.puts)
	m.gone = nil
	cursor := told
	m.look(t, state, &cursor)
	for n := before; n <= len(state.puts); n++ {
		cut, cursor := newPutLog(state.puts[:n]), told
		if tickets, _ := m.look(t, cut, &cursor); shape(tickets) != "a b|c" {
			t.Errorf("killed after %d puts of the second look: %q came", n-before, shape(tickets))
		}
		if tickets, _ := m.look(t, cut, &cursor); len(tickets) > 0 {
			t.Errorf("killed after %d puts of the second look: %q came again", n-before, shape(tickets))
		}
	}
}
