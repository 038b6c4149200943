package mail

import (
	"context"
	"iter"
	"testing"
)

// talks is a pile whose store made conversations of the mails.
type talks struct {
	*pile
	of    []string // by mail
	whole bool
}

func (s *talks) WholeConversations() bool { return s.whole }

func (s *talks) Scan(ctx context.Context, notes Notes) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for e, err := range s.pile.Scan(ctx, notes) {
			if err == nil && e.Open != nil {
				e.Conversation = s.of[e.Place.Offset]
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// The store's conversation is a hint for mails that answer and do not say what; or,
// if so asked, each is one ticket.
func TestConversations(t *testing.T) {
	const (
		ask     = "Message-ID: <a@x.test>|From: j@x.test|To: help@desk.test|Date: Mon, 3 Jun 2019 10:00:00 +0000|Subject: Pump"
		lost    = "Message-ID: <b@x.test>|From: k@x.test|To: help@desk.test|Date: Tue, 9 Jul 2019 10:00:00 +0000|Subject: AW: Pump"
		refers  = "Message-ID: <b@x.test>|In-Reply-To: <nobody-has@x.test>|From: k@x.test|To: help@desk.test|Date: Tue, 9 Jul 2019 10:00:00 +0000|Subject: News"
		other   = "Message-ID: <c@x.test>|From: m@x.test|To: help@desk.test|Date: Tue, 4 Jun 2019 10:00:00 +0000|Subject: Pump"
		answer  = "Message-ID: <d@x.test>|From: m@x.test|To: help@desk.test|Date: Wed, 10 Jul 2019 10:00:00 +0000|Subject: Re: Pump"
		foreign = "Message-ID: <d@x.test>|From: n@x.test|To: help@desk.test|Date: Wed, 10 Jul 2019 10:00:00 +0000|Subject: Re: Pump"
		points  = "Message-ID: <d@x.test>|In-Reply-To: <a@x.test>|From: m@x.test|To: help@desk.test|Date: Wed, 10 Jul 2019 10:00:00 +0000|Subject: Re: Pump"
		number  = "Message-ID: <b@x.test>|From: k@x.test|To: help@desk.test|Date: Tue, 9 Jul 2019 10:00:00 +0000|Subject: Re: [#4711] Pump"
	)
	for _, c := range []struct {
		name         string
		mails, talks []string
		want, whole  string
	}{
		{"an answer without references", []string{ask, lost}, []string{"1", "1"}, "a b", "a b"},
		{"one in another conversation", []string{ask, lost}, []string{"1", "2"}, "a|b", "a|b"},
		{"one in none", []string{ask, lost}, []string{"1", ""}, "a|b", "a|b"},
		{"references that nobody has", []string{ask, refers}, []string{"1", "1"}, "a b", "a b"},
		{"forms of one page", []string{ask, other}, []string{"1", "1"}, "a|c", "a c"},
		{"who answers to one of several", []string{ask, other, answer}, []string{"1", "1", "1"}, "a|c d", "a c d"},
		{"who is known in none of several", []string{ask, other, foreign}, []string{"1", "1", "1"}, "a|c|d", "a c d"},
		{"references say more", []string{ask, other, points}, []string{"1", "1", "1"}, "a d|c", "a c d"},
		{"a number is still one", []string{ask, number}, []string{"1", "1"}, "a b", "a b"},
	} {
		for _, whole := range []bool{false, true} {
			p := &talks{pile: &pile{}, of: c.talks, whole: whole}
			for _, m := range c.mails {
				p.mails = append(p.mails, letterOf(m))
			}
			src := pileSource(t, p.pile, newPutLog(nil), Options{Agents: Agents{Domains: []string{"desk.test"}}})
			src.store = p
			tickets, _, _ := readAll(t, src, "")
			want := c.want
			if whole {
				want = c.whole
			}
			if got := shape(tickets); got != want {
				t.Errorf("%s, whole %v: got %s, want %s", c.name, whole, got, want)
			}
			for _, ticket := range tickets {
				if ticket.Number != "" && ticket.Number != "4711" {
					t.Errorf("%s: number %q", c.name, ticket.Number)
				}
			}
		}
	}
}

// A conversation is remembered from run to run.
func TestConversationGoesOn(t *testing.T) {
	p := &talks{pile: &pile{mails: []string{letterOf("Message-ID: <a@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 10:00:00 +0000|Subject: Pump")}}, of: []string{"1", "1"}}
	state := newPutLog(nil)
	src := pileSource(t, p.pile, state, Options{})
	src.store = p
	_, _, cursor := readAll(t, src, "")
	p.mails = append(p.mails, letterOf("Message-ID: <b@x.test>|From: j@x.test|Date: Tue, 9 Jul 2019 10:00:00 +0000|Subject: Re: Pump"))
	src = pileSource(t, p.pile, state, Options{})
	src.store = p
	if tickets, _, _ := readAll(t, src, cursor); shape(tickets) != "a b" {
		t.Errorf("got %s", shape(tickets))
	}
}
