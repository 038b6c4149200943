package pipeline_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// tangled are tickets that name each other by lot.
func tangled(rng *rand.Rand, n int) (all []*desk.Ticket) {
	for i := range n {
		others := make([]string, 1+rng.IntN(4))
		for j := range others {
			if rng.IntN(3) == 0 {
				others[j] = fmt.Sprint(1 + rng.IntN(n))
			}
		}
		all = append(all, naming(fmt.Sprint(i+1), others...))
	}
	return all
}

// Whatever befalls a move, each address that was pasted leads to the new ticket, or it is
// told that it does not; and nothing is there twice, or differs.
func TestStormOfCrosslinks(t *testing.T) {
	stormsInMemory(t, rounds.Of(12, 24, 200), 5, func(t *testing.T, n int, s *storm) {
		tickets := tangled(s.rng, 20)
		l := newLinking(t, mem.Knobs{AtOnce: n % 3, NoMessageMarks: n%4 == 3}, tickets...)
		l.dst.Fail, s.loses = s.fail, true
		s.rage(t, l.hop)
		l.dst.Fail = nil
		named := l.named(t)
		if len(named) != len(tickets) || l.dst.CountOf(desk.KindTicket) != len(tickets) {
			t.Fatalf("%d tickets came, %d different", l.dst.CountOf(desk.KindTicket), len(named))
		}
		for _, x := range tickets {
			l.asTold(t, x, strings.Fields(named[string(x.ID)]))
		}
		if _, found := l.verified(t); len(differences(found)) > 0 {
			t.Errorf("%+v", differences(found))
		}
	})
}

// asTold compares the tickets that each message of one names with those that it should.
func (l *linking) asTold(t *testing.T, x *desk.Ticket, named []string) {
	t.Helper()
	losses, err := l.Ledger.Losses(t.Context(), desk.KindTicket, x.ID)
	if err != nil || len(named) != len(x.Messages) {
		t.Fatalf("ticket %s has %d messages, want %d (%v)", x.ID, len(named), len(x.Messages), err)
	}
	lost := map[desk.ID]bool{}
	for _, one := range losses {
		lost[one.ID] = one.Field == "message.links"
	}
	for i, m := range x.Messages {
		want := nameIn(m.Text, "like ", ".", nil)
		if m.Text != "no other" {
			_, want, _ = strings.Cut(strings.TrimSuffix(m.Text, "."), "/tickets/")
		}
		kept := named[i] == "old"+want && (lost[m.ID] || want == string(x.ID))
		if named[i] != want && !kept {
			t.Errorf("message %s names %s, want %s; told: %v", m.ID, named[i], want, lost[m.ID])
		}
		if lost[m.ID] && named[i] == want {
			t.Errorf("message %s names %s, and it is told that it does not", m.ID, want)
		}
	}
}
