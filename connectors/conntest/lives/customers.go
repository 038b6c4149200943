package lives

import (
	"fmt"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// Ann is the address of the agent who is at both helpdesks.
const Ann = "ann@desk.test"

func addressOf(contact int) string { return fmt.Sprintf("zoe%d@acme.test", contact) }

func contact(n int) desk.Ref { return desk.To(desk.KindContact, desk.ID(fmt.Sprint("c", n))) }

// next is a text that is nowhere else, nor part of one.
func (l *life) next(what string) string {
	l.n++
	return fmt.Sprintf("%s-%d.", what, l.n)
}

// standing are the tickets of the source.
func (l *life) standing() (out []*desk.Ticket) {
	for it, err := range l.src.Read(always, desk.KindTicket, "") {
		if err != nil {
			panic(err) // it is in memory, and nothing breaks this
		}
		if x := it.Record.(*desk.Ticket); !x.Deleted {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b *desk.Ticket) int { return a.Created.Compare(b.Created) })
	return out
}

func (l *life) customerMessage(id desk.ID) desk.Message {
	m := desk.Message{ID: id, At: time.Now().UTC(), Author: contact(l.rng.IntN(3)), Text: l.next("customer-says")}
	if l.rng.IntN(4) == 0 {
		m.Author = desk.To(desk.KindAgent, "a")
		m.Note = l.rng.IntN(2) == 0
	}
	file := func() desk.File {
		name := l.next("file")
		return conntest.Bytes(name+"txt", "text/plain", []byte("in "+name))
	}
	switch l.rng.IntN(6) {
	case 0:
		m.Files = append(m.Files, file())
	case 1:
		f := file()
		f.Name, f.Type, f.CID, f.Inline = f.Name[:len(f.Name)-3]+"png", "image/png", string(id)+"@x", true
		m.Files = append(m.Files, f)
		m.HTML = fmt.Sprintf(`<p>%s <b>fat</b></p><img src="cid:%s">`, m.Text, f.CID)
		m.Text += " fat"
	case 2:
		m.Text += "\n\n  second line & <more>"
	}
	return m
}

func (l *life) newTicket() {
	time.Sleep(time.Minute)
	l.n++
	id := desk.ID(fmt.Sprint("t", l.n))
	x := &desk.Ticket{
		Meta: desk.Meta{ID: id, Created: time.Now().UTC()}, Subject: l.next("subject"), Status: desk.StatusOpen, Priority: desk.PriorityLow,
		Channel: "email", Requester: contact(l.rng.IntN(3)), Tags: []string{"moved"},
	}
	if l.rng.IntN(2) == 0 {
		x.Assignee = desk.To(desk.KindAgent, "a")
	}
	for i := range 1 + l.rng.IntN(3) {
		time.Sleep(time.Minute)
		x.Messages = append(x.Messages, l.customerMessage(desk.ID(fmt.Sprint(id, ".", i))))
	}
	l.src.Seed(x)
	l.note("source: new %s", id)
}

// customer is one thing that happens in the source.
func (l *life) customer() {
	all := l.standing()
	what := l.rng.IntN(15)
	if len(all) == 0 || what == 0 {
		l.newTicket()
		return
	}
	x := all[l.rng.IntN(len(all))]
	switch {
	case what < 6:
		m := l.customerMessage(desk.ID(fmt.Sprint(x.ID, ".", 100+l.n)))
		x.Messages = append(x.Messages, m)
		l.note("source: %s: message %s: %s", x.ID, m.ID, m.Text)
	case what < 10:
		f, v := l.drawn("source")
		f.set(l, x, v)
		l.note("source: %s: %s = %s", x.ID, f.name, v)
	case what == 10:
		m := &x.Messages[l.rng.IntN(len(x.Messages))]
		text := l.next("source-edits")
		l.older[text] = texts(m.Text)[0]
		m.Text, m.HTML, m.Files = text, "", nil
		l.note("source: %s: edits %s: %s", x.ID, m.ID, m.Text)
	case what == 11 && len(x.Messages) > 1:
		i := 1 + l.rng.IntN(len(x.Messages)-1)
		l.note("source: %s: deletes %s", x.ID, x.Messages[i].ID)
		x.Messages = slices.Delete(x.Messages, i, i+1)
	case what == 13:
		n := l.rng.IntN(len(requesters))
		name := l.next("source-name")
		l.src.Seed(&desk.Contact{Meta: desk.Meta{ID: contact(n).ID}, Name: name, Emails: []string{addressOf(n)}})
		l.note("source: %s is called %s", addressOf(n), name)
		return
	case what == 12 && l.rng.IntN(3) == 0:
		_ = l.src.Delete(always, desk.KindTicket, x.ID)
		l.note("source: deletes %s", x.ID)
		return
	}
	l.src.Seed(x)
}

// drawn is a field, and what somebody sets it to.
func (l *life) drawn(who string) (field, string) {
	all := l.fields()
	f := all[l.rng.IntN(len(all))]
	if f.values != nil {
		return f, f.values[l.rng.IntN(len(f.values))]
	}
	return f, l.next(who + "-" + f.name)
}
