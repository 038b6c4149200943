package pipeline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// lifeFields are what agents on both sides change, and how a ticket says them.
var lifeFields = map[string]struct {
	get func(*desk.Ticket) string
	set func(*desk.Ticket, string)
}{
	"subject": {func(x *desk.Ticket) string { return x.Subject }, func(x *desk.Ticket, v string) { x.Subject = v }},
	"type":    {func(x *desk.Ticket) string { return x.Type }, func(x *desk.Ticket, v string) { x.Type = v }},
	"fields.tier": {
		func(x *desk.Ticket) string { s, _ := x.Fields["tier"].(string); return s },
		func(x *desk.Ticket, v string) { x.SetField("tier", v) },
	},
}

var lifeNames = []string{"subject", "type", "fields.tier"}

func (l *life) next(what string) string {
	l.n++
	return fmt.Sprintf("%s %d", what, l.n)
}

func (l *life) pick(ts []*desk.Ticket) *desk.Ticket {
	if len(ts) == 0 {
		return nil
	}
	return ts[l.rng.IntN(len(ts))]
}

// standing are the tickets of a desk, in order of their ids. One that the source deleted
// stands at the target.
func standing(d *mem.Desk) (out []*desk.Ticket) {
	for it, err := range d.Read(always, desk.KindTicket, "") {
		if err != nil {
			panic(err) // it is in memory, and nothing breaks this
		}
		if x := it.Record.(*desk.Ticket); !x.Deleted || x.Mark != "" {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b *desk.Ticket) int { return cmpIDs(a.ID, b.ID) })
	return out
}

// seeAlso begins what a message says of another ticket.
const seeAlso = " – see https://old.example/tickets/"

// beforeLink is a text without what it says of another ticket, wherever that leads.
func beforeLink(text string) string {
	text, _, _ = strings.Cut(text, " – see ")
	return text
}

func (l *life) customerMessage(id desk.ID) desk.Message {
	l.n++
	text := l.next("source says")
	if l.links && l.rng.IntN(2) == 0 {
		text += seeAlso + fmt.Sprint("t", 1+l.rng.IntN(l.n))
	}
	return desk.Message{
		ID: id, Text: text, At: time.Unix(int64(1e9+l.n), 0).UTC(),
		Author: desk.To(desk.KindContact, desk.ID(fmt.Sprint("c", l.rng.IntN(3)))), Note: l.rng.IntN(5) == 0,
	}
}

func (l *life) newTicket() {
	l.n++
	id := desk.ID(fmt.Sprint("t", l.n))
	x := &desk.Ticket{
		Meta: desk.Meta{ID: id, Created: time.Unix(int64(1e9+l.n), 0).UTC()}, Subject: l.next("subject"), Status: desk.StatusOpen,
		Requester: desk.To(desk.KindContact, desk.ID(fmt.Sprint("c", l.rng.IntN(3)))),
	}
	for i := range 1 + l.rng.IntN(3) {
		x.Messages = append(x.Messages, l.customerMessage(desk.ID(fmt.Sprint(id, ".", i))))
	}
	l.src.Seed(x)
	l.note("source: new %s", id)
}

// customer is one thing that happens in the source.
func (l *life) customer() {
	x := l.pick(standing(l.src))
	what := l.rng.IntN(12)
	if x == nil || what == 0 {
		l.newTicket()
		return
	}
	switch {
	case what < 5:
		m := l.customerMessage(desk.ID(fmt.Sprint(x.ID, ".", 100+l.n)))
		x.Messages = append(x.Messages, m)
		l.note("source: %s: message %s", x.ID, m.ID)
	case what < 8:
		name := lifeNames[l.rng.IntN(3)]
		v := l.next("source " + name)
		lifeFields[name].set(x, v)
		l.note("source: %s: %s = %s", x.ID, name, v)
	case what == 8 && len(x.Messages) > 0:
		m := &x.Messages[l.rng.IntN(len(x.Messages))]
		m.Text = l.next("source edits")
		l.note("source: %s: edits %s: %s", x.ID, m.ID, m.Text)
	case what == 9 && len(x.Messages) > 1:
		i := 1 + l.rng.IntN(len(x.Messages)-1)
		l.note("source: %s: deletes %s", x.ID, x.Messages[i].ID)
		x.Messages = slices.Delete(x.Messages, i, i+1)
	case what == 10 && l.rng.IntN(3) == 0:
		_ = l.src.Delete(always, desk.KindTicket, x.ID)
		l.note("source: deletes %s", x.ID)
		return
	}
	l.src.Seed(x)
}

func (l *life) of(mark string) *copied {
	c := l.copies[mark]
	if c == nil {
		c = &copied{fields: map[string]string{}, loose: map[string]bool{}, edited: map[string]bool{}, taken: map[string]bool{}}
		l.copies[mark] = c
	}
	return c
}

// agent is one thing that happens at the target.
func (l *life) agent(t *testing.T) {
	x := l.pick(standing(l.dst))
	if x == nil || x.ID == "foreign" {
		return
	}
	c := l.of(x.Mark)
	if c.merged {
		return
	}
	ours := slices.DeleteFunc(slices.Clone(x.Messages), func(m desk.Message) bool { return m.Mark == "" })
	switch what := l.rng.IntN(14); {
	case what < 5:
		text := l.next("agent says")
		x.Messages = append(x.Messages, desk.Message{Text: text, At: time.Unix(int64(1e9+l.n), 0).UTC()})
		l.agents[text] = x.ID
		l.note("target: %s (%s): says %s", x.ID, l.nameOf(x.Mark), text)
	case what < 10:
		name := lifeNames[l.rng.IntN(3)]
		v := l.next("agent " + name)
		lifeFields[name].set(x, v)
		c.fields[name] = v
		delete(c.loose, name)
		l.note("target: %s (%s): %s = %s", x.ID, l.nameOf(x.Mark), name, v)
	case what == 10 && len(ours) > 0:
		m := ours[l.rng.IntN(len(ours))]
		i := slices.IndexFunc(x.Messages, func(o desk.Message) bool { return o.ID == m.ID })
		x.Messages[i].Text = l.next("agent edits")
		c.edited[m.Mark] = true
		l.removed = append(l.removed, m.Text)
		l.note("target: %s (%s): edits %s", x.ID, l.nameOf(x.Mark), m.ID)
	case what == 11 && len(ours) > 1:
		m := ours[1+l.rng.IntN(len(ours)-1)]
		x.Messages = slices.DeleteFunc(x.Messages, func(o desk.Message) bool { return o.ID == m.ID })
		c.taken[m.Mark], l.buried[m.Mark] = true, true // it may be that of a ticket which was merged into this one
		l.removed = append(l.removed, m.Text)
		l.note("target: %s (%s): deletes message %s", x.ID, l.nameOf(x.Mark), m.ID)
	case what == 12:
		calm := l.calm
		l.calm = true
		if err := l.dst.Delete(always, desk.KindTicket, x.ID); err != nil {
			t.Error(err)
		}
		l.calm = calm
		c.deleted = true
		for _, m := range x.Messages {
			l.removed, l.buried[m.Mark] = append(l.removed, m.Text), true
		}
		for text, in := range l.agents {
			if in == x.ID {
				delete(l.agents, text)
			}
		}
		l.note("target: deletes %s (%s)", x.ID, l.nameOf(x.Mark))
		return
	case what == 13:
		into := l.pick(standing(l.dst))
		if into.ID == x.ID || into.ID == "foreign" || l.of(into.Mark).merged {
			return
		}
		x.MergedInto, x.Status = desk.To(desk.KindTicket, into.ID), desk.StatusClosed
		c.merged = true
		text := l.next("agent merges")
		into.Messages = append(into.Messages, desk.Message{Text: text, Note: true}) // as helpdesks do
		l.agents[text] = into.ID
		l.dst.Seed(into)
		l.note("target: merges %s (%s) into %s (%s)", x.ID, l.nameOf(x.Mark), into.ID, l.nameOf(into.Mark))
	}
	l.dst.Seed(x)
}

// nameOf is the source's name for a ticket with that mark.
func (l *life) nameOf(mark string) desk.ID {
	for it, err := range l.src.Read(always, desk.KindTicket, "") {
		if err != nil {
			panic(err)
		}
		if id := it.Record.About().ID; testMark(desk.KindTicket, "", id) == mark {
			return id
		}
	}
	return "?"
}
