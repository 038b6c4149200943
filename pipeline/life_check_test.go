package pipeline_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

var always = context.Background()

func cmpIDs(a, b desk.ID) int { return cmp.Compare(a, b) }

// agreed notes of which fields a run may have seen that both sides say the same.
func (l *life) agreed(t *testing.T) {
	there := l.there(t)
	for _, x := range standing(l.src) {
		mark := testMark(desk.KindTicket, "", x.ID)
		c := l.copies[mark]
		if c == nil || there[mark] == nil {
			continue
		}
		for name, v := range c.fields {
			if lifeFields[name].get(x) == v {
				c.loose[name] = true
			}
		}
	}
}

// there are the copies that stand at the target, by their marks. It tells what is there
// twice.
func (l *life) there(t *testing.T) map[string]*desk.Ticket {
	out, said := map[string]*desk.Ticket{}, map[string]desk.ID{}
	for _, x := range standing(l.dst) {
		if x.Mark != "" {
			if was := out[x.Mark]; was != nil {
				t.Errorf("ticket %s is there twice: %s and %s", l.nameOf(x.Mark), was.ID, x.ID)
			}
			out[x.Mark] = x
		}
		for _, m := range x.Messages {
			if m.Mark == "" {
				continue
			}
			if in, twice := said[m.Mark]; twice {
				t.Errorf("message %q is there twice: in %s and %s", m.Text, in, x.ID)
			}
			said[m.Mark] = x.ID
		}
	}
	return out
}

// check holds both desks to what the bystander knows. In the end nothing may be missing.
func (l *life) check(t *testing.T, end bool) {
	there := l.there(t)
	l.forgetUndone(there)
	l.checkAgents(t, there)
	if end {
		l.checkAll(t, there)
	}
}

// forgetUndone forgets what was done to copies that a rollback took away.
func (l *life) forgetUndone(there map[string]*desk.Ticket) {
	for mark, c := range l.copies {
		if there[mark] == nil && !c.deleted {
			if len(c.fields) == 0 && !c.merged { // else checkAgents tells
				delete(l.copies, mark)
			}
		}
		if there[mark] != nil && c.deleted { // a rollback found it gone, and a run made it anew
			delete(l.copies, mark)
		}
	}
}

// checkAgents looks whether all that agents did stands.
func (l *life) checkAgents(t *testing.T, there map[string]*desk.Ticket) {
	said := map[string]bool{}
	for _, x := range standing(l.dst) {
		for _, m := range x.Messages {
			said[m.Text] = true
		}
	}
	if !said["their own"] {
		t.Error("a ticket of the target's own is gone")
	}
	for text, in := range l.agents {
		if !said[text] {
			t.Errorf("the message %q of an agent in %s is gone", text, in)
		}
	}
	for mark, c := range l.copies {
		x := there[mark]
		for name, v := range c.fields {
			switch {
			case c.deleted || c.loose[name]:
			case x == nil:
				t.Errorf("ticket %s is gone, whose %s an agent had set to %q", l.nameOf(mark), name, v)
			case lifeFields[name].get(x) != v:
				t.Errorf("ticket %s (%s): an agent set %s to %q, and it says %q", l.nameOf(mark), x.ID, name, v, lifeFields[name].get(x))
			}
		}
	}
}

// checkAll looks whether all of the source stands at the target, but for what agents took
// away.
func (l *life) checkAll(t *testing.T, there map[string]*desk.Ticket) {
	texts := map[string]string{} // by mark
	var all []string
	for _, x := range standing(l.dst) {
		for _, m := range x.Messages {
			if all = append(all, m.Text); m.Mark != "" {
				texts[m.Mark] = m.Text
			}
		}
	}
	for _, x := range standing(l.src) {
		mark := testMark(desk.KindTicket, "", x.ID)
		c, got := l.of(mark), there[mark]
		if got == nil {
			if !c.deleted {
				t.Errorf("ticket %s is not there", x.ID)
			}
			continue
		}
		for _, name := range lifeNames {
			if _, set := c.fields[name]; set || c.merged {
				continue
			}
			if want := lifeFields[name].get(x); lifeFields[name].get(got) != want {
				t.Errorf("ticket %s (%s): %s is %q, want %q", x.ID, got.ID, name, lifeFields[name].get(got), want)
			}
		}
		for _, m := range x.Messages {
			mm := testMark(desk.KindMessage, x.ID, m.ID)
			text, stands := texts[mm]
			says := func(s string) bool { return strings.Contains(s, beforeLink(m.Text)) }
			switch {
			case c.taken[mm], l.buried[mm], slices.ContainsFunc(l.removed, says):
			case !stands && c.merged && l.aside(t, x.ID, m.ID): // into a ticket that is gone
			case !stands:
				t.Errorf("message %s of %s (%s) is not there", m.ID, x.ID, got.ID)
			case beforeLink(text) != beforeLink(m.Text) && !c.edited[mm] && !c.merged && !slices.ContainsFunc(all, says):
				t.Errorf("message %s of %s says %q, and nothing says %q", m.ID, x.ID, text, m.Text)
			}
		}
	}
}

// aside tells whether a message, or a note that tells of its edit, is in quarantine.
func (l *life) aside(t *testing.T, ticket, message desk.ID) bool {
	rows, err := l.h.Ledger.Messages(always, ticket)
	if err != nil {
		t.Error(err)
	}
	for id, row := range rows {
		about, _, _ := strings.Cut(string(id), "~")
		if desk.ID(about) == message && row.State == checkpoints.Failed {
			return true
		}
	}
	return false
}
