package pipeline_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A search that runs behind is not believed when it finds nothing, until its lag
// has passed since the write was begun: a write that arrived would be repeated.
func TestNegativeFindCountsAfterTheLag(t *testing.T) {
	for name, arrived := range map[string]bool{"it arrived": true, "it never arrived": false} {
		t.Run(name, func(t *testing.T) {
			src, dst := new(mem.Desk), new(mem.Desk)
			now := time.Unix(2e9, 0)
			dst.Clock, dst.SearchLag = func() time.Time { return now }, time.Minute
			who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
			fill(t, src, simpleTicket("one", who))
			h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
			h.Now = dst.Clock
			dst.Fail = loseOnce(desk.KindTicket, arrived)
			for _, wait := range []time.Duration{0, 30 * time.Second, 29 * time.Second} {
				now = now.Add(wait)
				h.run(t)
				if e := last(h.fails); e.Outcome != pipeline.Held || !strings.Contains(e.Detail, "cannot tell yet") {
					t.Fatalf("after %s: told %+v, want held until the lag has passed", wait, h.fails)
				}
			}
			now = now.Add(time.Second)
			h.run(t)
			if n := dst.CountOf(desk.KindTicket); n != 1 || len(h.fails) > 0 {
				t.Fatalf("after the lag: %d tickets, told %+v", n, h.fails)
			}
		})
	}
}

// The same for a message: a call whose line was cut may still be at work when the
// ticket is read back, and is not to be made again meanwhile.
func TestAppendUnderWayIsNotMadeAgain(t *testing.T) {
	for name, arrives := range map[string]bool{"it arrives late": true, "it never arrives": false} {
		t.Run(name, func(t *testing.T) {
			dst := new(mem.Desk)
			now := time.Unix(2e9, 0)
			dst.Clock, dst.SearchLag = func() time.Time { return now }, time.Minute
			src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "first", 1))}}}}
			h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
			h.Now = dst.Clock
			h.run(t)
			late := msg("b", "second", 2)
			src.items[desk.KindTicket][0].Record = tk("1", "one", msg("a", "first", 1), late)
			dst.Fail = func(verb string, _ any) (before, after error) {
				if verb == "append" {
					return fmt.Errorf("cut: %w", connectors.ErrUnsure), nil
				}
				return nil, nil
			}
			h.run(t)
			dst.Fail = nil
			for range 2 {
				now = now.Add(20 * time.Second)
				if h.run(t); !strings.Contains(last(h.fails).Detail, "cannot tell yet") {
					t.Fatalf("told %+v, want held until the lag has passed", h.fails)
				}
			}
			if arrives {
				late.Mark = testMark(desk.KindMessage, "1", "b")
				if _, err := dst.Append(t.Context(), only(t, dst).ID, &late); err != nil {
					t.Fatal(err)
				}
			}
			now = now.Add(20 * time.Second)
			h.run(t)
			if s := texts(only(t, dst)); s != "first|second" || len(h.fails) > 0 {
				t.Errorf("messages %q, told %+v", s, h.fails)
			}
		})
	}
}

// The same for each message of a ticket whose creation is in doubt: a target that makes
// it in several steps may still be at work on the later ones.
func TestMessagesOfACreationUnderWayAreNotMadeAgain(t *testing.T) {
	for name, arrives := range map[string]bool{"they arrive late": true, "they never arrive": false} {
		t.Run(name, func(t *testing.T) {
			dst := new(mem.Desk)
			now := time.Unix(2e9, 0)
			dst.Clock, dst.SearchLag = func() time.Time { return now }, time.Minute
			src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "first", 1), msg("b", "second", 2))}}}}
			h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
			h.Now = dst.Clock
			var second desk.Message
			dst.Fail = func(verb string, what any) (before, after error) {
				k, ok := what.(*desk.Ticket)
				if verb != "create" || !ok {
					return nil, nil
				}
				dst.Fail = nil
				begun := *k
				begun.Messages, second = k.Messages[:1], k.Messages[1]
				if _, err := dst.Create(t.Context(), &begun); err != nil {
					t.Error(err)
				}
				return fmt.Errorf("cut: %w", connectors.ErrUnsure), nil
			}
			h.run(t)
			dst.SearchLag = 0 // the ticket is found at once
			h.Target = lagging{dst}
			for range 2 {
				now = now.Add(20 * time.Second)
				if h.run(t); len(h.fails) == 0 || !strings.Contains(last(h.fails).Detail, "cannot tell yet") {
					t.Fatalf("told %+v, want held until the lag has passed", h.fails)
				}
			}
			if arrives {
				if _, err := dst.Append(t.Context(), only(t, dst).ID, &second); err != nil {
					t.Fatal(err)
				}
			}
			now = now.Add(21 * time.Second)
			h.run(t)
			if s := texts(only(t, dst)); s != "first|second" || len(h.fails) > 0 {
				t.Errorf("messages %q, told %+v", s, h.fails)
			}
		})
	}
}

// lagging is a desk that finds at once and may be at work for a minute.
type lagging struct{ *mem.Desk }

func (lagging) Lag() time.Duration { return time.Minute }

// Two records of one person: while it is not known whether the first arrived, the second
// is not made beside it.
func TestPersonInDoubtIsNotMadeTwice(t *testing.T) {
	for name, arrived := range map[string]bool{"it arrived": true, "it never arrived": false} {
		t.Run(name, func(t *testing.T) {
			src, dst := new(mem.Desk), new(mem.Desk)
			now := time.Unix(2e9, 0)
			dst.Clock, dst.SearchLag = func() time.Time { return now }, time.Minute
			for _, n := range []string{"Zoë", "Zoe"} {
				fill(t, src, &desk.Contact{Name: n, Emails: []string{"zoe@acme.test"}})
			}
			h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
			h.Now, h.Join, h.Workers = dst.Clock, true, 1
			dst.Fail = loseOnce(desk.KindContact, arrived)
			for range 3 {
				h.run(t)
				now = now.Add(15 * time.Second)
			}
			if n := dst.CountOf(desk.KindContact); n > 1 || len(h.fails) == 0 {
				t.Fatalf("before the lag has passed: %d contacts, told %+v", n, h.fails)
			}
			now = now.Add(time.Minute)
			h.run(t)
			if n := dst.CountOf(desk.KindContact); n != 1 || len(h.fails) > 0 {
				t.Errorf("after the lag: %d contacts, told %+v", n, h.fails)
			}
		})
	}
}

// A person of a list who waits for an organisation in doubt is still the one whom others
// of the same address join.
func TestListedPersonWhoWaitsComesFirst(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	now := time.Unix(2e9, 0)
	dst.Clock, dst.SearchLag = func() time.Time { return now }, time.Minute
	org := fill(t, src, &desk.Organization{Name: "Acme"})[0]
	listed := fill(t, src, &desk.Contact{Name: "listed", Emails: []string{"zoe@acme.test"}, Org: desk.Ref{Kind: desk.KindOrganization, Target: org}})[0]
	mailed := fill(t, src, &desk.Contact{Name: "mailed", Emails: []string{"zoe@acme.test"}})[0]
	fill(t, src, simpleTicket("one", mailed))
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Now, h.Join, h.PeopleWithTickets = dst.Clock, true, true
	h.Anyway = func(r desk.Record) bool { return r.About().ID == listed }
	dst.Fail = loseOnce(desk.KindOrganization, true)
	h.run(t)
	now = now.Add(2 * time.Minute)
	h.run(t)
	h.run(t)
	var names []string
	for it, err := range dst.Read(t.Context(), desk.KindContact, "") {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, it.Record.(*desk.Contact).Name)
	}
	if strings.Join(names, ",") != "listed" || dst.CountOf(desk.KindTicket) != 1 {
		t.Errorf("the target holds %q and %d tickets", names, dst.CountOf(desk.KindTicket))
	}
}

// last is the latest event; an empty one if there is none.
func last(es []pipeline.Event) (e pipeline.Event) {
	if len(es) > 0 {
		e = es[len(es)-1]
	}
	return e
}

// loseOnce loses the answer to the first creation of a record of the kind, which
// arrived or not.
func loseOnce(kind desk.Kind, arrived bool) func(string, any) (error, error) {
	lost := false
	return oneByOne(func(verb string, r any) (before, after error) {
		rec, ok := r.(desk.Record)
		if !ok || verb != "create" || rec.Kind() != kind || lost {
			return nil, nil
		}
		lost = true
		err := fmt.Errorf("cut: %w", connectors.ErrUnsure)
		if arrived {
			return nil, err
		}
		return err, nil
	})
}

// Where messages carry no mark and two at the target look like ours in doubt,
// none is taken for it: the ticket goes to quarantine, and nothing is written.
func TestAmbiguousMatchGoesToQuarantine(t *testing.T) {
	dst := new(mem.Desk)
	dst.NoMessageMarks = true
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "first", 1))}}}}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	twin := msg("twin", "thanks", 2)
	if _, err := dst.Append(t.Context(), only(t, dst).ID, &twin); err != nil {
		t.Fatal(err)
	}
	src.items[desk.KindTicket][0].Record = tk("1", "one", msg("a", "first", 1), msg("b", "thanks", 2))
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "append" {
			return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
		}
		return nil, nil
	}
	h.run(t)
	dst.Fail = nil
	for range 2 {
		h.run(t)
		if e := last(h.fails); e.Outcome != pipeline.Failed || e.Reason != connectors.ReasonAmbiguous {
			t.Fatalf("told %+v, want the ticket in quarantine as ambiguous", h.fails)
		}
		if s := texts(only(t, dst)); s != "first|thanks|thanks" {
			t.Fatalf("messages %q", s)
		}
	}
	row, _, err := h.Ledger.Row(t.Context(), desk.KindMessage, "1", "b")
	if err != nil || row.State != checkpoints.Intended || row.Target != "" {
		t.Errorf("the message's line is %+v, %v; want it in doubt still", row, err)
	}
}

// clocked is a desk with a clock of its own.
type clocked struct{ *mem.Desk }

func (d clocked) Clock() time.Time { return d.Desk.Clock() }

// Our clock was set an hour ahead between two runs. By the clock of the target no time
// has passed, and what it does not find yet may still come: nothing is made twice.
func TestLagGoesByTheClockOfTheTarget(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	now := time.Unix(2e9, 0)
	dst.Clock, dst.SearchLag = func() time.Time { return now }, time.Minute
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	fill(t, src, simpleTicket("one", who))
	h := newHop(t, src, mem.Spec().Reads, clocked{dst}, mem.Spec().Writes)
	ours := now.Add(-time.Hour)
	h.Now = func() time.Time { return ours }
	dst.Fail = loseOnce(desk.KindTicket, true)
	for range 3 {
		h.run(t)
		if e := last(h.fails); e.Outcome != pipeline.Held || !strings.Contains(e.Detail, "cannot tell yet") {
			t.Fatalf("told %+v, want held until the lag has passed at the target", h.fails)
		}
		ours = ours.Add(time.Hour)
	}
	now = now.Add(time.Minute)
	h.run(t)
	if n := dst.CountOf(desk.KindTicket); n != 1 || len(h.fails) > 0 {
		t.Fatalf("after the lag: %d tickets, told %+v", n, h.fails)
	}
}

// rough is a desk that tells the time to the second, as servers do.
type rough struct{ *mem.Desk }

func (d rough) Clock() time.Time { return d.Desk.Clock().Truncate(time.Second) }

// Between two times that a server told may lie a second less than it seems: what it does not
// find then may still come.
func TestLagKnowsThatTimesAreToldToTheSecond(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	now := time.Unix(2e9, 9e8)
	dst.Clock, dst.SearchLag = func() time.Time { return now }, time.Minute
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	fill(t, src, simpleTicket("one", who))
	h := newHop(t, src, mem.Spec().Reads, rough{dst}, mem.Spec().Writes)
	h.Now = dst.Clock
	dst.Fail = loseOnce(desk.KindTicket, true)
	h.run(t)
	now = now.Add(59*time.Second + 2e8) // a minute, by what the server tells
	h.run(t)
	if e := last(h.fails); e.Outcome != pipeline.Held {
		t.Errorf("told %+v, want held", h.fails)
	}
	now = now.Add(2 * time.Second)
	h.run(t)
	if n := dst.CountOf(desk.KindTicket); n != 1 || len(h.fails) > 0 {
		t.Errorf("%d tickets, told %+v", n, h.fails)
	}
}
