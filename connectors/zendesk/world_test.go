package zendesk

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// origin is a desk with people, shelves, and tickets of several messages, some of
// them private, some with files.
func origin(tickets int) *mem.Desk {
	d := new(mem.Desk)
	d.Seed(
		&desk.Organization{Meta: desk.Meta{ID: "o"}, Name: "Acme & Söhne"}, &desk.Group{Meta: desk.Meta{ID: "g"}, Name: "Первая линия"},
		&desk.Agent{Meta: desk.Meta{ID: "a"}, Name: "Ann", Email: "ann@desk.test", Groups: []desk.Ref{desk.To(desk.KindGroup, "g")}},
		&desk.Contact{Meta: desk.Meta{ID: "mute"}, Name: "No Address", Phones: []string{"+49 30 1"}},
	)
	for i := range 3 {
		d.Seed(&desk.Contact{
			Meta: desk.Meta{ID: desk.ID(fmt.Sprint("c", i))}, Name: fmt.Sprint("Zoë ", i), Org: desk.To(desk.KindOrganization, "o"),
			Emails: []string{fmt.Sprintf("zoe%d@acme.test", i), fmt.Sprintf("zoe%d@home.test", i)},
		})
	}
	for i := range tickets {
		d.Seed(originTicket(i))
	}
	return d
}

func originTicket(i int) *desk.Ticket {
	who := desk.To(desk.KindContact, desk.ID(fmt.Sprint("c", i%3)))
	if i == 4 {
		who = desk.To(desk.KindContact, "mute")
	}
	tk := &desk.Ticket{
		Meta: desk.Meta{ID: desk.ID(fmt.Sprint("t", i))}, Subject: fmt.Sprintf("№ %d", i), Status: desk.Statuses[1+i%4], Priority: desk.PriorityHigh,
		Requester: who, Assignee: desk.To(desk.KindAgent, "a"), Group: desk.To(desk.KindGroup, "g"), Tags: []string{"a", "b"},
	}
	tk.Created = time.Date(1995, 1, 1, 0, i, 0, 0, time.UTC) // the clock of these tests begins in 2000
	for j := range 1 + i%4 {
		m := desk.Message{ID: desk.ID(fmt.Sprint("m", j)), At: tk.Created.Add(time.Duration(j) * time.Hour), Author: who, Text: fmt.Sprintf("turn %d\n  of %d", j, i), Note: j%3 == 2}
		if j%2 == 1 {
			m.Author = desk.To(desk.KindAgent, "a")
			m.HTML = fmt.Sprintf(`<ul><li>turn <b>%d</b></li></ul><img src="cid:logo@x">`, j)
			m.Text = readable(m.HTML)
			m.Files = []desk.File{conntest.Bytes("logo.png", "image/png", []byte("PNG"))}
			m.Files[0].CID, m.Files[0].Inline = "logo@x", true
		}
		for n := range (i + j) % 3 {
			m.Files = append(m.Files, conntest.Bytes(fmt.Sprintf("файл %d.bin", n), "application/octet-stream", []byte(fmt.Sprint(i, j, n))))
		}
		tk.Messages = append(tk.Messages, m)
	}
	return tk
}

// viewOf is what a system holds as people see it: each ticket under its subject.
func viewOf(t *testing.T, tickets []*desk.Ticket, from connectors.Fetcher) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, tk := range tickets {
		if _, twice := out[tk.Subject]; twice {
			t.Errorf("ticket %q is there twice", tk.Subject)
		}
		lines := []string{fmt.Sprint(tk.Status, " ", tk.Priority, " ", slices.Sorted(slices.Values(tk.Tags)), " by ", called(t, from, tk.Requester), " for ", called(t, from, tk.Assignee))}
		for _, m := range tk.Messages {
			line := fmt.Sprintf("%q %q %v %v %s", m.Text, m.HTML, m.At.UTC(), m.Note, called(t, from, m.Author))
			for i := range m.Files {
				line += fmt.Sprintf(" %s %s %s", m.Files[i].Name, m.Files[i].CID, fileText(t, &m.Files[i]))
			}
			lines = append(lines, line)
		}
		out[tk.Subject] = lines
	}
	return out
}

func called(t *testing.T, from connectors.Fetcher, ref desk.Ref) string {
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
		return r.Name
	case *desk.Contact:
		return r.Name + fmt.Sprint(r.Emails)
	}
	return ""
}

// viewOfDesk is that of a desk; what is gone there is not in it.
func viewOfDesk(t *testing.T, d *mem.Desk) map[string][]string {
	t.Helper()
	var tickets []*desk.Ticket
	all, _ := read(t, d, desk.KindTicket, "")
	for _, r := range all {
		if tk := r.(*desk.Ticket); !tk.Deleted {
			tickets = append(tickets, tk)
		}
	}
	return viewOf(t, tickets, d)
}

// viewOfAccount is that of an account; tickets that say that their source has them no
// more are counted instead.
func viewOfAccount(t *testing.T, a *zendesktest.Account, d *Target) (view map[string][]string, buried int) {
	t.Helper()
	var tickets []*desk.Ticket
	for _, id := range a.Tickets() {
		r, err := d.Fetch(t.Context(), desk.KindTicket, number(id))
		if err != nil {
			t.Fatal(err)
		}
		tk := r.(*desk.Ticket)
		if slices.Contains(tk.Tags, pipeline.DeletedTag) {
			buried++
			continue
		}
		tickets = append(tickets, tk)
	}
	return viewOf(t, tickets, d), buried
}
