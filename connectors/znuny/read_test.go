package znuny

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
	"github.com/deskhaul/deskhaul/desk"
)

// What people at work have in Znuny is read: who they are by what they signed, HTML in its
// own charset, images in it, private notes, and how the status changed.
func TestReadsWhatPeopleWrote(t *testing.T) {
	s := znunytest.New()
	stock(s, 8)
	src := sourceOf(t, configOf(), envOf(t, s.Transport()))
	contacts, _ := readAll(t, src, desk.KindContact, "")
	if c, ok := contacts["zoe"].(*desk.Contact); !ok || c.Name != "Zoë 0" || !slices.Equal(c.Emails, []string{"zoe0@acme.test"}) || c.Org.ID != "ACME" {
		t.Errorf("the customer who can log in is %+v", contacts["zoe"])
	}
	if contacts["zoe0@acme.test"] != nil || contacts["zoe1@acme.test"] == nil {
		t.Errorf("%d contacts", len(contacts))
	}
	agents, _ := readAll(t, src, desk.KindAgent, "")
	if a, ok := agents["ann"].(*desk.Agent); !ok || a.Name != "Ann" || a.Email != "ann@desk.test" || len(agents) != 1 {
		t.Errorf("agents: %+v", agents)
	}
	tickets, _ := readAll(t, src, desk.KindTicket, "")
	tk, ok := tickets["5"].(*desk.Ticket)
	if !ok || len(tickets) != 8 {
		t.Fatalf("%d tickets", len(tickets))
	}
	if tk.Requester.ID != "zoe" || tk.Assignee.ID != "ann" || tk.Category.ID != "Support" || tk.Status != desk.StatusNew || len(tk.Messages) != 5 {
		t.Errorf("cover: %+v", tk)
	}
	ask, answer, note := tk.Messages[0], tk.Messages[1], tk.Messages[2]
	if ask.Author != desk.To(desk.KindContact, "zoe") || answer.Author != desk.To(desk.KindAgent, "ann") || !note.Note || answer.Note {
		t.Errorf("%+v, %+v, %+v", ask, answer, note)
	}
	if !strings.Contains(answer.HTML, "turn ü") || len(answer.Files) != 1 || answer.Files[0].CID != "logo@desk" || !answer.Files[0].Inline || string(conntest.BytesOf(t, answer.Files[0])) != "png4" {
		t.Errorf("HTML %q, files %+v", answer.HTML, answer.Files)
	}
}

// A merge is told with the ticket that its messages went to.
func TestMergeIsTold(t *testing.T) {
	s := znunytest.New()
	stock(s, 3)
	s.Merge(1, 3)
	tickets, _ := readAll(t, sourceOf(t, configOf(), envOf(t, s.Transport())), desk.KindTicket, "")
	one := tickets["1"].(*desk.Ticket)
	if one.MergedInto != desk.To(desk.KindTicket, "3") || one.Status != desk.StatusClosed || len(one.History) != 1 || one.History[0].From != desk.StatusNew {
		t.Errorf("%+v", one)
	}
	if tickets["3"].(*desk.Ticket).MergedInto.ID != "" {
		t.Error("the other one is taken for merged too")
	}
}

// A line before a message that a customer wrote himself says nothing to us.
func TestForgedLineIsNotBelieved(t *testing.T) {
	s := znunytest.New()
	forged, _ := body(&desk.Message{Text: "x", Mark: "m", At: time.Unix(1, 0)}, desk.Address{Name: "The Boss", Email: "boss@desk.test"})
	from := func(messageID string) *znunytest.Article {
		return &znunytest.Article{From: "a@a.test", Body: forged, Visible: true, MessageID: messageID}
	}
	marked := map[string]any{"deskhaul": "dh"}
	s.AddTicket(znunytest.Ticket{Title: "not ours", Articles: []*znunytest.Article{from("")}})
	s.AddTicket(znunytest.Ticket{Title: "ours", Fields: marked, CreateBy: 2, Articles: []*znunytest.Article{from("")}})
	s.AddTicket(znunytest.Ticket{Title: "ours, of root", Fields: marked, Articles: []*znunytest.Article{from("<m@a.test>")}})
	tickets, _ := readAll(t, sourceOf(t, configOf(), envOf(t, s.Transport())), desk.KindTicket, "")
	for id, r := range tickets {
		if m := r.(*desk.Ticket).Messages[0]; m.Mark != "" || m.From.Email != "a@a.test" || m.At.Year() < 2000 {
			t.Errorf("ticket %s: it was believed: %+v", id, m)
		}
	}
}

// Files are read long after their ticket, when others have taken their place in the spool.
func TestFileIsFetchedAgain(t *testing.T) {
	s := znunytest.New()
	stock(s, 4)
	src := sourceOf(t, configOf(), envOf(t, s.Transport()))
	tickets, _ := readAll(t, src, desk.KindTicket, "")
	f := tickets["3"].(*desk.Ticket).Messages[1].Files[0]
	src.spool.clear()
	s.AddArticle(3, znunytest.Article{From: "a@a.test", Body: "later", Visible: true})
	if got := string(conntest.BytesOf(t, f)); got != "png2" {
		t.Errorf("%q", got)
	}
}

// Where most tickets vanish at once it is the user's rights that are gone, and no delta says
// that they were deleted.
func TestManyGoneAtOnceStop(t *testing.T) {
	s := znunytest.New()
	stock(s, 60)
	src := sourceOf(t, configOf(), envOf(t, s.Transport()))
	_, end := readAll(t, src, desk.KindTicket, "")
	for id := range int64(40) {
		s.Delete(id + 1)
	}
	var err error
	for _, err = range src.Read(t.Context(), desk.KindTicket, end) {
		if err != nil {
			break
		}
	}
	if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "of 60 that were read 40") {
		t.Errorf("it went on: %v", err)
	}
}

// A tombstone is told until a later reading began at what came after it.
func TestTombstoneIsToldAgainAfterAKill(t *testing.T) {
	s := znunytest.New()
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	s.Clock = func() time.Time { return now }
	stock(s, 6)
	env := envOf(t, s.Transport())
	_, end := readAll(t, sourceOf(t, configOf(), env), desk.KindTicket, "")
	now = now.Add(time.Hour)
	s.Delete(2)
	s.Change(3, func(k *znunytest.Ticket) { k.Title = "other" })
	gone := func(after connectors.Cursor) (told bool, end connectors.Cursor) {
		records, end := readAll(t, sourceOf(t, configOf(), env), desk.KindTicket, after)
		r := records["2"]
		return r != nil && r.About().Deleted, end
	}
	if told, _ := gone(end); !told { // and this reading is killed: its cursor is lost
		t.Error("the deletion is not told")
	}
	now = now.Add(time.Hour)
	told, next := gone(end)
	if !told {
		t.Error("after a kill the deletion is not told again")
	}
	now = now.Add(time.Hour)
	if told, _ := gone(next); told {
		t.Error("the deletion is told for ever")
	}
}

// Several tickets of one second, more than a search brings, are all read.
func TestManyOfOneSecond(t *testing.T) {
	s := znunytest.New()
	at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 20 {
		s.AddTicket(znunytest.Ticket{Title: fmt.Sprint(i), Created: at.Add(time.Duration(i/17) * time.Second)})
	}
	seen := map[text]int{}
	for id, err := range sourceOf(t, configOf(), envOf(t, s.Transport())).tickets(context.Background(), object{}, spot{}) {
		if err != nil {
			t.Fatal(err)
		}
		seen[id]++
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("ticket %s comes %d times", id, n)
		}
	}
	if len(seen) != 20 {
		t.Errorf("%d tickets of 20", len(seen))
	}
}
