package lives

import (
	"fmt"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// found is what a verification finds of each ticket.
func (l *life) found(t *testing.T) map[desk.ID][]pipeline.Finding {
	if err := l.store.Flush(always); err != nil {
		t.Fatal(err)
	}
	l.n++
	v := &pipeline.Verification{Pipeline: l.hop, Journal: pipeline.NewJournal(l.store, fmt.Sprint("verify ", l.n))}
	if err := v.Go(always); err != nil {
		t.Fatal(err)
	}
	out := map[desk.ID][]pipeline.Finding{}
	for f, err := range v.Journal.Findings(always) {
		if err != nil {
			t.Fatal(err)
		}
		id := f.ID
		if f.Kind == desk.KindMessage || f.Kind == desk.KindFile {
			id = f.Parent
		}
		out[id] = append(out[id], f)
	}
	return out
}

// verify holds a verification to what the bystander knows: it finds differences in what
// agents touched, and nowhere else.
func (l *life) verify(t *testing.T) {
	s, found := l.see(t), l.found(t)
	for _, x := range l.standing() {
		mark := weather.Marks(desk.KindTicket, "", x.ID)
		c := l.copies[mark]
		differs, settled := false, false
		for _, f := range found[x.ID] {
			d := f.Class.Difference() || f.Class == pipeline.Aside || f.Class == pipeline.Waiting || f.Class == pipeline.Unseen
			differs, settled = differs || d, settled || f.Class == pipeline.Settled
			if d && !c.touched() {
				t.Errorf("nobody touched ticket %s, and verify says %+v", x.ID, f)
			}
		}
		got := s.copies[mark]
		if c == nil || differs || settled {
			continue
		}
		if c.deleted {
			t.Errorf("ticket %s was deleted there, and verify says nothing", x.ID)
		}
		for _, f := range l.fields() {
			want := f.get(l, x)
			if got != nil && !c.merged && got.Fields[f.name] != want && (want != "" || f.name != "tier") {
				t.Errorf("ticket %s (%s): %s is %q there, not %q, and verify says nothing", x.ID, got.ID, f.name, got.Fields[f.name], want)
			}
		}
	}
}

// touched tells whether agents did something to a copy that can be seen.
func (c *copied) touched() bool {
	return c != nil && (c.deleted || c.merged || c.hidden || c.closed || c.edited || c.taken || len(c.fields) > 0)
}

// undo takes all back in the end: what nobody touched goes, what somebody did stays.
func (l *life) undo(t *testing.T) {
	before := l.see(t)
	l.rollback(t, 0)
	after := l.see(t)
	l.checkAgents(t, after)
	needed := map[string]bool{Ann: true}
	for mark, x := range before.copies {
		touched := l.copies[mark].touched() || l.vanished(t, l.nameOf(mark))
		for _, in := range l.agents {
			touched = touched || in == x.ID
		}
		if !touched && after.copies[mark] != nil {
			t.Errorf("nobody touched ticket %s (%s), and the rollback left it", l.nameOf(mark), x.ID)
		}
	}
	for _, x := range after.copies {
		for _, who := range x.Who {
			needed[who] = true
		}
	}
	for who := range l.far.People() {
		if _, named := l.names[who]; !needed[who] && !named && slices.Contains(requesters, who) {
			t.Errorf("nothing refers to %s, and the rollback left them", who)
		}
		delete(needed, who)
	}
	for who := range needed {
		if slices.Contains(requesters, who) {
			t.Errorf("%s is gone, to whom something refers that stayed", who)
		}
	}
}

// vanished tells whether the source deleted messages of a ticket while it was in doubt
// whether they arrived: which of those there are ours, nobody knows.
func (l *life) vanished(t *testing.T, ticket desk.ID) bool {
	rows, err := l.hop.Ledger.Messages(always, ticket)
	if err != nil {
		t.Error(err)
	}
	for _, row := range rows {
		if row.Reason == string(connectors.ReasonVanished) {
			return true
		}
	}
	return false
}
