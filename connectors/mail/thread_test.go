package mail

import (
	"fmt"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

func TestThreading(t *testing.T) {
	const day = "Date: Mon, 3 Jun 2019 10:%02d:00 +0000|"
	at := func(minute int) string { return fmt.Sprintf(day, minute) }
	for _, c := range []struct {
		name    string
		mails   []string
		options Options
		want    string
	}{
		{"references", []string{
			at(1) + "Message-ID: <a@example.com>|Subject: Pump|From: j@example.test",
			at(2) + "Message-ID: <b@example.com>|References: <a@example.com>|Subject: Re: Pump|From: s@example.com",
			at(3) + "Message-ID: <c@example.com>|In-Reply-To: <b@example.com>|Subject: Re: Pump|From: j@example.test",
			at(4) + "Message-ID: <d@example.com>|Subject: Pump|From: k@example.test",
		}, Options{}, "a b c|d"},
		{"an answer that came first stands after its question", []string{
			at(1) + "Message-ID: <b@example.com>|References: <a@example.com>|Subject: Re: Pump|From: s@example.com",
			at(2) + "Message-ID: <a@example.com>|Subject: Pump|From: j@example.test",
		}, Options{}, "a b"},
		{"two answers to one that nobody has", []string{
			at(1) + "Message-ID: <b@example.com>|References: <a@example.com>|Subject: Re: Pump|From: s@example.com",
			at(2) + "Message-ID: <c@example.com>|References: <a@example.com>|Subject: Re: Pump|From: s@example.com",
		}, Options{}, "b c"},
		{"a late parent links two that began apart", []string{
			at(1) + "Message-ID: <a@example.com>|Subject: Pump|From: j@example.test",
			at(3) + "Message-ID: <c@example.com>|In-Reply-To: <b@example.com>|Subject: Re: Pump|From: j@example.test",
			at(2) + "Message-ID: <b@example.com>|In-Reply-To: <a@example.com>|Subject: Re: Pump|From: s@example.com",
		}, Options{}, "a b c"},
		{"a constant id of a program glues nothing together", []string{
			at(1) + "Message-ID: <a@example.com>|In-Reply-To: <const@robot.test>|Subject: Disk full|From: r@robot.test",
			at(2) + "Message-ID: <b@example.com>|In-Reply-To: <const@robot.test>|Subject: Backup done|From: r@robot.test",
			at(3) + "Message-ID: <c@example.com>|In-Reply-To: <noreply@robot.test>|Subject: x|From: r@robot.test",
			at(4) + "Message-ID: <d@example.com>|In-Reply-To: <noreply@robot.test>|Subject: x|From: r@robot.test",
		}, Options{}, "a|b|c|d"},
		{"In-Reply-To in prose names people", []string{
			at(1) + "Message-ID: <a@example.com>|In-Reply-To: Message from Jo <jo@example.test> of Monday|Subject: x|From: a@example.com",
			at(2) + "Message-ID: <b@example.com>|In-Reply-To: Message from Jo <jo@example.test> of Monday|Subject: y|From: b@example.com",
		}, Options{}, "a|b"},
		{"one id on different mails", []string{
			at(1) + "Message-ID: <0@robot.test>|Subject: One|From: r@robot.test",
			at(2) + "Message-ID: <0@robot.test>|Subject: Two|From: r@robot.test",
			at(3) + "Message-ID: <c@example.com>|In-Reply-To: <0@robot.test>|Subject: Re: Two|From: j@example.test",
			at(4) + "Message-ID: <d@example.com>|In-Reply-To: <0@robot.test>|Subject: Re: Three|From: j@example.test",
		}, Options{}, "0|0# c|d"},
		{"a token in the subject", []string{
			at(1) + "Message-ID: <a@example.com>|Subject: [#4711] Pump|From: s@example.com|To: j@example.test",
			at(2) + "Message-ID: <b@example.com>|Subject: AW: [#4711] Pumpe|From: j@example.test|To: s@example.com",
			at(3) + "Message-ID: <c@example.com>|Subject: [#4712] Pumpe|From: j@example.test|To: s@example.com",
		}, Options{Agents: Agents{Domains: []string{"example.com"}}}, "a b|c"},
		{"two customers' own systems count alike", []string{
			at(1) + "Message-ID: <a@x.test>|Subject: [#4711] Pump|From: j@x.test|To: help@example.com",
			at(2) + "Message-ID: <b@y.test>|Subject: [#4711] Roof|From: k@y.test|To: help@example.com",
		}, Options{Agents: Agents{Domains: []string{"example.com"}}}, "a|b"},
		{"replies without references are left alone unless asked", []string{
			at(1) + "Message-ID: <a@x.test>|Subject: Pump|From: j@x.test|To: help@example.com",
			at(2) + "Message-ID: <b@x.test>|Subject: Отв: Pump|From: help@example.com|To: j@x.test",
		}, Options{}, "a|b"},
		{"by subject and people", []string{
			at(1) + "Message-ID: <a@x.test>|Subject: Pump|From: j@x.test|To: help@example.com",
			at(2) + "Message-ID: <b@x.test>|Subject: Отв: Pump|From: help@example.com|To: j@x.test",
			at(3) + "Message-ID: <c@x.test>|Subject: Re: Pump|From: k@x.test|To: help@example.com",
			at(4) + "Message-ID: <d@x.test>|Subject: Pump|From: j@x.test|To: other@example.com",
			"Date: Mon, 3 Jul 2019 10:00:00 +0000|Message-ID: <e@x.test>|Subject: Re: Pump|From: j@x.test|To: help@example.com",
		}, Options{Thread: "subject"}, "a b|c|d|e"},
		{"by subject, from an alias and by whoever answers", []string{
			at(1) + "Message-ID: <a@x.test>|Subject: Invoice|From: j@x.test|To: support@example.com",
			at(2) + "Message-ID: <b@x.test>|Subject: Re: Invoice|From: ann@example.com|To: j@x.test",
			at(3) + "Message-ID: <c@x.test>|Subject: Re: Invoice|From: bob@example.com|To: k@x.test, l@x.test",
			at(4) + "Message-ID: <d@x.test>|Subject: Re: Invoice|From: k@x.test|To: support@example.com",
			at(5) + "Message-ID: <e@x.test>|Subject: Re: Invoice|From: ann@example.com|To: bob@example.com",
		}, Options{Thread: "subject", Agents: Agents{Domains: []string{"example.com"}}}, "a b|c d|e"},
		{"an old mail answered under a new subject stays", []string{
			at(1) + "Message-ID: <a@x.test>|Subject: Pump|From: j@x.test",
			at(2) + "Message-ID: <b@x.test>|In-Reply-To: <a@x.test>|Subject: Invoice|From: j@x.test",
		}, Options{}, "a b"},
		{"or opens a ticket if asked", []string{
			at(1) + "Message-ID: <a@x.test>|Subject: Pump|From: j@x.test",
			at(2) + "Message-ID: <b@x.test>|In-Reply-To: <a@x.test>|Subject: Invoice|From: j@x.test",
		}, Options{SplitOnNewSubject: true}, "a|b"},
		{"references in a circle", []string{
			at(1) + "Message-ID: <a@x.test>|In-Reply-To: <b@x.test>|Subject: x|From: j@x.test",
			at(2) + "Message-ID: <b@x.test>|In-Reply-To: <a@x.test>|Subject: x|From: j@x.test",
		}, Options{}, "a b"},
		{"years 102 and 1979", []string{
			at(1) + "Message-ID: <a@x.test>|Subject: x|From: j@x.test",
			"Date: Mon, 3 Jun 102 10:00:00 GMT|Message-ID: <b@x.test>|In-Reply-To: <a@x.test>|Subject: Re: x|From: k@x.test",
			"Date: Mon, 1 Jan 1979 10:00:00 GMT|Message-ID: <c@x.test>|In-Reply-To: <b@x.test>|Subject: Re: x|From: j@x.test",
			at(9) + "Message-ID: <d@x.test>|In-Reply-To: <c@x.test>|Subject: Re: x|From: k@x.test",
		}, Options{}, "a b c d"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &pile{}
			for _, m := range c.mails {
				p.mails = append(p.mails, letterOf(m))
			}
			tickets, asides, _ := readAll(t, pileSource(t, p, newPutLog(nil), c.options), "")
			if got := shape(tickets); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if len(asides) > 0 {
				t.Errorf("aside: %v", *asides[0])
			}
		})
	}
}

func TestMessageThatLinksTwoTicketsGivenOut(t *testing.T) {
	p := &pile{mails: []string{
		letterOf("Message-ID: <a@x.test>|Subject: One|From: j@x.test|Date: Mon, 3 Jun 2019 10:00:00 +0000"),
		letterOf("Message-ID: <c@x.test>|In-Reply-To: <b@x.test>|Subject: Re: Two|From: j@x.test|Date: Mon, 3 Jun 2019 10:02:00 +0000"),
	}}
	state := newPutLog(nil)
	_, _, cursor := readAll(t, pileSource(t, p, state, Options{}), "")
	p.mails = append(p.mails, letterOf("Message-ID: <b@x.test>|In-Reply-To: <a@x.test>|Subject: Re: One|From: k@x.test|Date: Mon, 3 Jun 2019 10:01:00 +0000"))
	tickets, _, _ := readAll(t, pileSource(t, p, state, Options{}), cursor)
	if got := shape(tickets); got != "a b" {
		t.Fatalf("got %s, want the older ticket with the new message", got)
	}
	links, _ := tickets[0].Fields["linked_tickets"].([]any)
	if tickets[0].ID != "a@x.test" || len(links) != 1 || links[0] != "c@x.test" {
		t.Errorf("id %s, links %v", tickets[0].ID, links)
	}
}

func TestLateParentJoinsUnderTheOldID(t *testing.T) {
	p := &pile{mails: []string{letterOf("Message-ID: <b@x.test>|In-Reply-To: <a@x.test>|Subject: Re: One|From: k@x.test|Date: Mon, 3 Jun 2019 10:01:00 +0000")}}
	state := newPutLog(nil)
	_, _, cursor := readAll(t, pileSource(t, p, state, Options{}), "")
	p.mails = append(p.mails, letterOf("Message-ID: <a@x.test>|Subject: One|From: j@x.test|Date: Mon, 3 Jun 2019 10:00:00 +0000"))
	tickets, _, _ := readAll(t, pileSource(t, p, state, Options{}), cursor)
	if shape(tickets) != "a b" || tickets[0].ID != "b@x.test" {
		t.Errorf("got %s as ticket %s, want a b as b@x.test", shape(tickets), tickets[0].ID)
	}
	if tickets[0].Requester != desk.To(desk.KindContact, "j@x.test") {
		t.Errorf("requester %v", tickets[0].Requester)
	}
}

func TestSecondCopyIsOneMessage(t *testing.T) {
	a := letterOf("Message-ID: <a@x.test>|Subject: One|From: j@x.test|Date: Mon, 3 Jun 2019 10:00:00 +0000")
	bare := letterOf("Subject: Bare|From: j@x.test|Date: Mon, 3 Jun 2019 10:00:00 +0000")
	p := &pile{mails: []string{a, "Received: by x; Mon, 3 Jun 2019 10:00:09 +0000\r\n" + a + "\r\n", bare, bare}}
	tickets, asides, _ := readAll(t, pileSource(t, p, newPutLog(nil), Options{}), "")
	if len(tickets) != 2 || len(asides) != 2 {
		t.Fatalf("%d tickets and %d asides, want 2 and 2", len(tickets), len(asides))
	}
	if asides[0].ID != "a@x.test~1" || asides[0].Reason != "duplicate" {
		t.Errorf("aside %v", *asides[0])
	}
}
