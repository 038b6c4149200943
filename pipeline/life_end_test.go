package pipeline_test

import (
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// verify holds a verification to what the bystander knows: it finds differences in what
// agents touched, and nowhere else.
func (l *life) verify(t *testing.T) {
	_, found := l.h.verified(t)
	there := l.there(t)
	differs, settled := map[desk.ID][]pipeline.Finding{}, map[desk.ID]bool{}
	for _, f := range found {
		id := f.ID
		if f.Kind == desk.KindMessage || f.Kind == desk.KindFile {
			id = f.Parent
		}
		if f.Class.Difference() || f.Class == pipeline.Aside || f.Class == pipeline.Waiting {
			differs[id] = append(differs[id], f)
		}
		settled[id] = settled[id] || f.Class == pipeline.Settled
	}
	for _, x := range standing(l.src) {
		mark := testMark(desk.KindTicket, "", x.ID)
		c := l.copies[mark]
		touched := c != nil && (c.deleted || c.merged || len(c.fields) > 0 || len(c.edited) > 0 || len(c.taken) > 0)
		if len(differs[x.ID]) > 0 && !touched {
			t.Errorf("nobody touched ticket %s, and verify says %+v", x.ID, differs[x.ID])
		}
		if c == nil || len(differs[x.ID]) > 0 || settled[x.ID] {
			continue
		}
		switch got := there[mark]; {
		case c.deleted:
			t.Errorf("ticket %s was deleted there, and verify says nothing", x.ID)
		case got == nil:
		case slices.ContainsFunc(lifeNames, func(n string) bool { // an own field that the source says nothing of is the agents' alone
			want := lifeFields[n].get(x)
			return want != lifeFields[n].get(got) && (want != "" || n != "fields.tier")
		}):
			t.Errorf("ticket %s says something else there, and verify says nothing", x.ID)
		}
	}
}

// undo takes all back in the end: what nobody touched goes, what somebody did stays.
func (l *life) undo(t *testing.T) {
	before := l.there(t)
	l.rollback(t, 0)
	after := l.there(t)
	l.checkAgents(t, after)
	for mark, x := range before {
		c := l.copies[mark]
		touched := c != nil && (c.merged || len(c.fields) > 0 || len(c.edited) > 0 || len(c.taken) > 0)
		for _, in := range l.agents {
			touched = touched || in == x.ID
		}
		for _, other := range before { // what was merged into it stays
			touched = touched || other.MergedInto.ID == x.ID
		}
		if !touched && after[mark] != nil {
			t.Errorf("nobody touched ticket %s (%s), and the rollback left it", l.nameOf(mark), x.ID)
		}
	}
}
