package mail

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// drawTalk makes mails that only hang together by what stood in earlier ones:
// tokens, subjects, ids that several mails share. Some have the same date, some none.
func drawTalk(t *rapid.T) []string {
	var mails []string
	for i := range rapid.IntRange(2, 10).Draw(t, "mails") {
		id := i
		if rapid.IntRange(0, 4).Draw(t, "shared id") == 0 {
			id = rapid.IntRange(0, i).Draw(t, "id")
		}
		fields := fmt.Sprintf("Message-ID: <%d@x.test>|X-Number: %d", id, i)
		if rapid.IntRange(0, 9).Draw(t, "undated") > 0 {
			fields += fmt.Sprintf("|Date: Mon, 3 Jun 2019 10:%02d:00 +0000", rapid.IntRange(0, 9).Draw(t, "minute"))
		}
		from, to := fmt.Sprintf("p%d@x.test", rapid.IntRange(0, 1).Draw(t, "customer")), "help@example.com"
		if rapid.Bool().Draw(t, "ours") {
			from, to = to, from
		}
		fields += "|From: " + from + "|To: " + to
		if rapid.IntRange(0, 2).Draw(t, "answer") == 0 {
			fields += fmt.Sprintf("|In-Reply-To: <%d@x.test>", rapid.IntRange(0, 10).Draw(t, "ref"))
		}
		fields += rapid.SampledFrom([]string{
			"|Subject: Pump", "|Subject: Re: Pump", "|Subject: Roof", "|Subject: Re: Roof", "|Subject: [#4711] Pump", "|Subject: AW: [#4711] x", "|Subject: [#4712] y",
		}).Draw(t, "subject")
		mails = append(mails, letterOf(fields))
	}
	return mails
}

// groups shows which mails stand together, by the numbers that drawTalk gave.
func groups(tickets []*desk.Ticket) string {
	var out []string
	for _, t := range tickets {
		var in []string
		for _, m := range t.Messages {
			_, n, _ := strings.Cut(m.Text, "X-Number: ")
			n, _, _ = strings.Cut(n, "|")
			in = append(in, n)
		}
		out = append(out, sortedWords(in, " "))
	}
	return sortedWords(out, "|")
}

// In a first read the order of the files says nothing: which mails make a ticket
// follows from the mails and their dates.
func TestGroupsFollowFromTheMailsNotFromTheirOrder(t *testing.T) {
	options := []Options{{}, {Thread: "subject"}, {SplitOnNewSubject: true}}
	rapid.Check(t, func(rt *rapid.T) {
		mails := drawTalk(rt)
		o := rapid.SampledFrom(options).Draw(rt, "options")
		o.Agents = Agents{Domains: []string{"example.com"}}
		want, _, _ := readAll(t, pileSource(t, &pile{mails: mails}, newPutLog(nil), o), "")
		mails = rapid.Permutation(mails).Draw(rt, "order")
		got, _, _ := readAll(t, pileSource(t, &pile{mails: mails}, newPutLog(nil), o), "")
		if groups(got) != groups(want) {
			rt.Errorf("got %s, in the order of their making %s", groups(got), groups(want))
		}
	})
}

// Nor does a kill while the mails are being gathered or seated change them.
func TestGroupsAreTheSameAfterAKill(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		mails := drawTalk(rt)
		o := Options{Thread: "subject", Agents: Agents{Domains: []string{"example.com"}}}
		state := newPutLog(nil)
		want, _, _ := readAll(t, pileSource(t, &pile{mails: mails}, state, o), "")
		seen := state.putsBeforeTickets()
		state = newPutLog(state.puts[:rapid.IntRange(0, seen).Draw(rt, "durable")])
		got, asides, _ := readAll(t, pileSource(t, &pile{mails: mails}, state, o), "")
		if groups(got) != groups(want) {
			rt.Errorf("got %s, without a kill %s", groups(got), groups(want))
		}
		for _, a := range asides {
			if a.Reason == connectors.ReasonVanished {
				rt.Errorf("aside %v", *a)
			}
		}
	})
}

func TestTokenThatStandsInAFolderReadLater(t *testing.T) {
	const day = "Date: Mon, 3 Jun 2019 10:%02d:00 +0000|"
	p := &pile{mails: []string{ // Inbox, then Sent
		letterOf(fmt.Sprintf(day, 1) + "Message-ID: <a@x.test>|Subject: Pump|From: j@x.test|To: help@example.com"),
		letterOf(fmt.Sprintf(day, 3) + "Message-ID: <c@x.test>|Subject: AW: [#4711] Pump|From: j@x.test|To: help@example.com"),
		letterOf(fmt.Sprintf(day, 2) + "Message-ID: <b@x.test>|In-Reply-To: <a@x.test>|Subject: Re: [#4711] Pump|From: help@example.com|To: j@x.test"),
	}}
	tickets, _, _ := readAll(t, pileSource(t, p, newPutLog(nil), Options{Agents: Agents{Domains: []string{"example.com"}}}), "")
	if got := shape(tickets); got != "a b c" {
		t.Errorf("got %s, want one ticket", got)
	}
}

// What waited when the process was killed, and was changed before it ran again, is
// read as it is now.
func TestMailEditedWhileItWaited(t *testing.T) {
	const head = "Message-ID: <a@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 10:00:00 +0000|Subject: "
	for _, c := range [][2]string{{"old", "new"}, {"new", "old"}} {
		p := &pile{mails: []string{letterOf(head + c[0])}}
		state := newPutLog(nil)
		first := pileSource(t, p, state, Options{})
		first.room = 1 // keeps everybody who waits
		readAll(t, first, "")
		waiting := 0
		for i, put := range state.puts {
			if strings.HasPrefix(put.Key, keyRun) && put.Value != nil {
				waiting = i + 1
			}
		}
		if waiting == 0 {
			t.Fatal("nobody waited")
		}
		p.mails[0] = letterOf(head + c[1])
		tickets, asides, _ := readAll(t, pileSource(t, p, newPutLog(state.puts[:waiting]), Options{}), "")
		if len(tickets) != 1 || tickets[0].Subject != c[1] || len(asides) != 0 {
			t.Errorf("%s: %d tickets, %d asides", c[1], len(tickets), len(asides))
		}
	}
}

// A mailbox that is exported again with other labels changes tags and categories;
// the states that programs keep there change nothing.
func TestLabelsThatChange(t *testing.T) {
	p := &pile{mails: []string{""}}
	export := func(labels string) {
		p.mails[0] = "X-Gmail-Labels: " + labels + "\r\n" + letterOf("Message-ID: <a@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 10:00:00 +0000|Subject: x")
	}
	gen := uint32(0)
	p.from = func(int) Place { return Place{Path: "pile", Gen: gen, Length: int64(len(p.mails[0]))} }
	state, o := newPutLog(nil), Options{Category: "label"}
	var cursor connectors.Cursor
	for _, c := range []struct{ labels, category, tags string }{
		{"Inbox,Unread", "", "[]"}, {"Inbox,Pumps", "Pumps", "[Pumps]"}, {"Pumps,Opened", "unchanged", ""}, {"Roofs,Pumps", "Roofs", "[Roofs Pumps]"},
	} {
		export(c.labels)
		gen++
		_ = state.Put(t.Context(), markPrefix+"read", nil)
		var tickets []*desk.Ticket
		tickets, _, cursor = readAll(t, pileSource(t, p, state, o), cursor)
		if c.category == "unchanged" {
			if len(tickets) != 0 {
				t.Errorf("%s: %d tickets, want none", c.labels, len(tickets))
			}
			continue
		}
		if len(tickets) != 1 || string(tickets[0].Category.ID) != c.category || fmt.Sprint(tickets[0].Tags) != c.tags {
			t.Errorf("%s: %v", c.labels, tickets)
		}
	}
}
