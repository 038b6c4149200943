package lives

import (
	"slices"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/desk"
)

func (l *life) of(mark string) *copied {
	c := l.copies[mark]
	if c == nil {
		c = &copied{fields: map[string]string{}, loose: map[string]bool{}}
		l.copies[mark] = c
	}
	return c
}

// agent is one thing that happens at the target.
func (l *life) agent() {
	all := slices.DeleteFunc(l.far.Look(), func(x *Copy) bool { return x.Mark == "" || l.of(x.Mark).merged || l.of(x.Mark).closed })
	if len(all) == 0 {
		return
	}
	x := all[l.rng.IntN(len(all))]
	c := l.of(x.Mark)
	switch what := l.rng.IntN(18); {
	case what < 6:
		text := l.next("agent-says")
		l.far.Say(x.ID, text, what%2 == 0)
		l.agents[text] = x.ID
		l.note("target: %s (%s): says %s", x.ID, l.nameOf(x.Mark), text)
	case what < 11:
		l.sets(x, c)
	case what == 11 && l.far.Reword != nil:
		l.rewords(x, c)
	case what == 12 && l.far.Unsay != nil:
		l.unsays(x, c)
	case what == 13:
		l.deletes(x, c)
	case what == 14 && l.far.Merge != nil:
		l.merges(x, c, all[l.rng.IntN(len(all))])
	case what == 17 && l.far.Rename != nil:
		l.renames()
	case what == 16 && l.far.Close != nil && l.rng.IntN(2) == 0:
		archive := l.rng.IntN(2) == 0 && !l.doubtful(x.Mark) // which comes only months later
		l.far.Close(x.ID, archive)
		c.closed, c.fields["status"], c.loose["status"] = true, "closed", false
		l.note("target: %s (%s): closed, archived %t", x.ID, l.nameOf(x.Mark), archive)
	case what == 15 && l.far.Hide != nil:
		l.far.Hide(x.ID, !x.Hidden)
		c.hidden = !x.Hidden
		l.note("target: %s (%s): spam %t", x.ID, l.nameOf(x.Mark), c.hidden)
	}
}

func (l *life) sets(x *Copy, c *copied) {
	f, v := l.drawn("agent")
	if _, there := l.far.People()[v]; x.Fields[f.name] == v || f.name == "requester" && !there {
		return
	}
	l.far.Set(x.ID, f.name, v)
	c.fields[f.name] = v
	c.loose[f.name] = l.ever[string(x.ID)+f.name+v] // it may be as it was written: nobody sees it any more
	l.note("target: %s (%s): %s = %s", x.ID, l.nameOf(x.Mark), f.name, v)
}

func (l *life) renames() {
	who := requesters[l.rng.IntN(len(requesters))]
	if _, there := l.far.People()[who]; there {
		l.names[who] = l.next("agent-name")
		l.far.Rename(who, l.names[who])
		l.note("target: %s is called %s", who, l.names[who])
	}
}

// ours is a message of ours that can be changed by itself; nil if there is none.
func (l *life) ours(x *Copy) *Said {
	var all []*Said
	for i := range x.Said {
		m := &x.Said[i]
		if !m.Own && slices.ContainsFunc(texts(m.Text), func(s string) bool { _, theirs := l.agents[s]; return !theirs }) {
			all = append(all, m)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all[l.rng.IntN(len(all))]
}

func (l *life) takeAway(text string) {
	for _, s := range texts(text) {
		l.removed[s] = true
	}
}

func (l *life) rewords(x *Copy, c *copied) {
	m := l.ours(x)
	if m == nil {
		return
	}
	l.takeAway(m.Text)
	c.edited = true
	text := l.next("agent-edits")
	whole := l.rng.IntN(2) == 0 && !l.doubtful(x.Mark)
	l.far.Reword(m.ID, text, whole)
	l.agents[text] = x.ID
	if old := texts(m.Text); !whole && len(old) > 0 {
		l.reworded[text] = old[0]
	}
	l.note("target: %s (%s): edits %s: %s, as a whole %t", x.ID, l.nameOf(x.Mark), m.ID, text, whole)
}

// doubtful tells whether a message of a ticket is in doubt: one from which somebody takes
// its mark as well is found by nobody.
func (l *life) doubtful(mark string) bool {
	row, _, err := l.hop.Ledger.Row(always, desk.KindTicket, "", l.nameOf(mark))
	rows, failed := l.hop.Ledger.Messages(always, l.nameOf(mark))
	for _, m := range rows {
		if m.Open() {
			return true
		}
	}
	return row.Open() || err != nil || failed != nil
}

func (l *life) unsays(x *Copy, c *copied) {
	m := l.ours(x)
	if m == nil {
		return
	}
	l.takeAway(m.Text)
	c.taken = true
	l.far.Unsay(m.ID)
	l.note("target: %s (%s): deletes message %s: %q", x.ID, l.nameOf(x.Mark), m.ID, m.Text)
}

func (l *life) deletes(x *Copy, c *copied) {
	forGood := l.rng.IntN(2) == 0
	l.far.Delete(x.ID, forGood)
	c.deleted = true
	for _, m := range x.Said {
		l.takeAway(m.Text)
	}
	for text, in := range l.agents {
		if in == x.ID {
			delete(l.agents, text)
		}
	}
	l.note("target: deletes %s (%s), for good %t", x.ID, l.nameOf(x.Mark), forGood)
}

func (l *life) merges(x *Copy, c *copied, into *Copy) {
	if into.ID == x.ID {
		return
	}
	l.far.Merge(x.ID, into.ID)
	c.merged = true
	l.of(into.Mark).edited = true // it says so
	l.note("target: merges %s (%s) into %s (%s)", x.ID, l.nameOf(x.Mark), into.ID, l.nameOf(into.Mark))
}

// nameOf is the source's name for a ticket with that mark.
func (l *life) nameOf(mark string) desk.ID {
	for it, err := range l.src.Read(always, desk.KindTicket, "") {
		if err != nil {
			panic(err) // it is in memory, and nothing breaks this
		}
		if id := it.Record.About().ID; weather.Marks(desk.KindTicket, "", id) == mark {
			return id
		}
	}
	return "?"
}
