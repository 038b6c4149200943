package mail

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// drawPile makes mails of a few conversations, with members that are missing,
// copies and ids that two mails share, in any order.
func drawPile(t *rapid.T) []string {
	n := rapid.IntRange(1, 14).Draw(t, "mails")
	var mails []string
	for i := range n {
		fields := fmt.Sprintf("Message-ID: <%d@x.test>|Date: Mon, 3 Jun 2019 10:%02d:00 +0000|From: p%d@x.test|To: help@example.com", i, i, i%3)
		var refs []string
		for range rapid.IntRange(0, 2).Draw(t, "refs") {
			refs = append(refs, fmt.Sprintf("<%d@x.test>", rapid.IntRange(0, n+1).Draw(t, "ref")))
		}
		if len(refs) > 0 {
			fields += "|References: " + strings.Join(refs, " ") + "|Subject: Re: s"
		} else {
			fields += fmt.Sprintf("|Subject: s%d", i)
		}
		mails = append(mails, letterOf(fields))
		if rapid.IntRange(0, 6).Draw(t, "copy") == 0 {
			mails = append(mails, letterOf(fields))
		}
		if rapid.IntRange(0, 8).Draw(t, "shared id") == 0 {
			mails = append(mails, letterOf(fields+"|X: other")+"other")
		}
	}
	return rapid.Permutation(mails).Draw(t, "order")
}

// An archive as a reader of the source would keep it.
type kept struct {
	tickets  map[desk.ID]*desk.Ticket
	messages map[desk.ID]desk.ID // to their ticket
	copies   map[desk.ID]int
}

func (k *kept) take(t *rapid.T, item connectors.Item) {
	if item.Aside != nil {
		k.copies[item.Aside.ID]++
		return
	}
	ticket := item.Record.(*desk.Ticket)
	k.tickets[ticket.ID] = ticket
	for _, m := range ticket.Messages {
		if was, ok := k.messages[m.ID]; ok && was != ticket.ID {
			t.Fatalf("message %s was in ticket %s, is in %s", m.ID, was, ticket.ID)
		}
		k.messages[m.ID] = ticket.ID
	}
}

// Whatever the order, however often the mailbox grows and the process is killed:
// every message is in one ticket, no id that was seen changes, no copy is told
// twice.
func TestKillsChangeNothingThatWasSeen(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		mails := drawPile(rt)
		k := &kept{map[desk.ID]*desk.Ticket{}, map[desk.ID]desk.ID{}, map[desk.ID]int{}}
		p := &pile{}
		state := newPutLog(nil)
		var cursor connectors.Cursor
		durable := 0
		for len(p.mails) < len(mails) || rapid.IntRange(0, 2).Draw(rt, "more") > 0 {
			p.mails = mails[:min(len(mails), len(p.mails)+rapid.IntRange(0, 6).Draw(rt, "grows"))]
			stop := rapid.IntRange(0, 20).Draw(rt, "stop after")
			source := pileSource(t, p, state, Options{})
			source.room = rapid.SampledFrom([]int{1, 600, 2000, roomBytes}).Draw(rt, "room")
			for item, err := range source.Read(t.Context(), desk.KindTicket, cursor) {
				if err != nil {
					rt.Fatal(err)
				}
				if stop--; stop < 0 {
					break
				}
				k.take(rt, item)
				cursor, durable = item.Cursor, len(state.puts)
			}
			// What was put after the last cursor may be lost, from any put on.
			state = newPutLog(state.puts[:rapid.IntRange(durable, len(state.puts)).Draw(rt, "durable")])
		}
		for item, err := range pileSource(t, p, state, Options{}).Read(t.Context(), desk.KindTicket, cursor) {
			if err != nil {
				rt.Fatal(err)
			}
			k.take(rt, item)
		}
		k.check(rt, mails)
	})
}

func (k *kept) check(t *rapid.T, mails []string) {
	different := map[string]bool{}
	for _, m := range mails {
		different[m] = true
	}
	if len(k.messages) != len(different) {
		t.Errorf("%d messages kept of %d", len(k.messages), len(different))
	}
	if len(k.copies) != len(mails)-len(different) {
		t.Errorf("%d copies told of %d", len(k.copies), len(mails)-len(different))
	}
	sum := 0
	for _, ticket := range k.tickets {
		sum += len(ticket.Messages)
	}
	if sum != len(k.messages) {
		t.Errorf("the tickets hold %d messages, of %d", sum, len(k.messages))
	}
}

// In one pass the order of the mailbox does not matter to which mails stand
// together, nor to what the ticket is called.
func TestOrderOfTheMailboxDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var mails []string
		for i := range 8 {
			fields := fmt.Sprintf("Message-ID: <%d@x.test>|Date: Mon, 3 Jun 2019 10:%02d:00 +0000|From: p@x.test|Subject: Re: s%d", i, i, i%2)
			if i > 1 {
				fields += fmt.Sprintf("|In-Reply-To: <%d@x.test>", i-2)
			}
			if i != 3 { // a missing member
				mails = append(mails, letterOf(fields))
			}
		}
		mails = rapid.Permutation(mails).Draw(rt, "order")
		source := pileSource(t, &pile{mails: mails}, newPutLog(nil), Options{})
		source.room = rapid.SampledFrom([]int{1, 900, roomBytes}).Draw(rt, "room")
		tickets, _, _ := readAll(t, source, "")
		if got := shape(tickets); got != "0 2 4 6|1|5 7" {
			rt.Errorf("got %s", got)
		}
		for _, ticket := range tickets {
			if ticket.ID != ticket.Messages[0].ID {
				rt.Errorf("ticket %s begins with %s", ticket.ID, ticket.Messages[0].ID)
			}
		}
	})
}
