package weather

import (
	"fmt"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// Origin is a desk that is hauled through a storm: people, an agent and a group that are called
// as at the far end, which may make none, and tickets of several messages, some of them private,
// some with files. Each changes a ticket to what the far end has room for.
func Origin(tickets int, agent desk.Agent, group string, each func(i int, tk *desk.Ticket)) *mem.Desk {
	d := new(mem.Desk)
	agent.ID = "a"
	d.Seed(
		&desk.Organization{Meta: desk.Meta{ID: "o"}, Name: "ООО «Ромашка» & Söhne"}, &desk.Group{Meta: desk.Meta{ID: "g"}, Name: group}, &agent,
		&desk.Contact{Meta: desk.Meta{ID: "mute"}, Name: "Безадресный Пётр", Phones: []string{"+7 495 1"}},
	)
	for i := range 3 {
		d.Seed(&desk.Contact{Meta: desk.Meta{ID: desk.ID(fmt.Sprint("c", i))}, Name: fmt.Sprint("Zoë ", i), Emails: []string{fmt.Sprintf("zoe%d@acme.test", i)}, Org: desk.To(desk.KindOrganization, "o")})
	}
	for i := range tickets {
		tk := ticket(i)
		each(i, tk)
		d.Seed(tk)
	}
	return d
}

// ticket is the ith, from before the clocks of tests begin.
func ticket(i int) *desk.Ticket {
	who := desk.To(desk.KindContact, desk.ID(fmt.Sprint("c", i%3)))
	if i == 4 {
		who = desk.To(desk.KindContact, "mute")
	}
	tk := &desk.Ticket{
		Meta: desk.Meta{ID: desk.ID(fmt.Sprint("t", i))}, Subject: fmt.Sprintf("№ %d", i), Status: desk.Statuses[1+i%4], Priority: desk.PriorityHigh,
		Requester: who, Assignee: desk.To(desk.KindAgent, "a"), Group: desk.To(desk.KindGroup, "g"),
	}
	tk.Created = time.Date(1995, 1, 1, 0, i, 0, 0, time.UTC)
	for j := range 1 + i%4 {
		m := desk.Message{ID: desk.ID(fmt.Sprint("m", j)), At: tk.Created.Add(time.Duration(j) * time.Hour), Author: who, Text: fmt.Sprintf("ход %d\n\n  of <%d> & ещё", j, i)}
		m.Note = j%3 == 2 || j == 0 && i%6 == 5
		if j%2 == 1 {
			m.Author = desk.To(desk.KindAgent, "a")
		}
		if j == 1 {
			m.HTML = fmt.Sprintf("<p>ход <b>%d</b></p>", j)
			m.Text = fmt.Sprintf("ход %d", j)
		}
		Attach(&m, (i+j)%3)
		tk.Messages = append(tk.Messages, m)
	}
	return tk
}

// Attach gives a message so many files.
func Attach(m *desk.Message, files int) {
	m.Files = nil
	for n := range files {
		m.Files = append(m.Files, conntest.Bytes(fmt.Sprintf("файл %d.bin", n), "application/octet-stream", []byte(fmt.Sprint(m.At.Unix(), n))))
	}
}
