package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A record that was moved, becomes unreadable and is mended is not moved twice.
func TestUnreadableForAWhile(t *testing.T) {
	dst := new(mem.Desk)
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("m", "hi", 1))}}}}
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	good := src.items[desk.KindTicket]
	src.items[desk.KindTicket] = []connectors.Item{{Aside: &connectors.Aside{Kind: desk.KindTicket, ID: "1", Reason: connectors.ReasonUnreadable, Detail: "torn"}}}
	h.run(t)
	src.items[desk.KindTicket] = good
	h.run(t)
	if n := dst.CountOf(desk.KindTicket); n != 1 {
		t.Fatalf("%d copies", n)
	}
}

// A write in doubt stays so while the source cannot be asked for its record.
func TestIntentOutlivesAFailedFetch(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	fill(t, src, simpleTicket("one", who))
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	dst.Fail = func(verb string, r any) (error, error) {
		if _, ok := r.(*desk.Ticket); ok && verb == "create" {
			return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
		}
		return nil, nil
	}
	// first run: create unsure; heldAgain would settle at once, so break find too
	dstFail := dst.Fail
	dst.Fail = func(verb string, r any) (error, error) {
		if verb == "find" {
			return fmt.Errorf("x: %w", connectors.ErrBusy), nil
		}
		return dstFail(verb, r)
	}
	h.run(t)
	dst.Fail = nil
	src.Fail = func(verb string, r any) (error, error) {
		if verb == "fetch" {
			return errors.New("503"), nil
		}
		return nil, nil
	}
	h.run(t)
	src.Fail = nil
	h.run(t)
	h.RetryOnly = true
	h.run(t)
	if n := dst.CountOf(desk.KindTicket); n != 1 {
		t.Fatalf("%d copies", n)
	}
}

// After a busy answer the next try is as much in doubt as the first.
func TestBusyThenLostAnswer(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"create", "append"} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src, dst := new(mem.Desk), new(mem.Desk)
				who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
				one := simpleTicket("one", who)
				one.Messages = append(one.Messages, desk.Message{ID: "second", Mark: "second", Text: "second", At: time.Unix(2e9, 0).UTC(), Author: by(who)})
				fill(t, src, one)
				writes := mem.Spec().Writes
				writes.AtOnce = 1
				h := newHop(t, src, mem.Spec().Reads, dst, writes)
				n := 0
				dst.Fail = oneByOne(func(verb string, r any) (error, error) {
					if _, ok := r.(*desk.Contact); ok || verb != what {
						return nil, nil
					}
					n++
					switch n {
					case 1:
						return fmt.Errorf("429: %w", connectors.ErrBusy), nil
					case 2:
						return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
					}
					return nil, nil
				})
				h.run(t)
				h.run(t)
				if tn, mn := dst.Count(); dst.CountOf(desk.KindTicket) != 1 || mn != 2 {
					t.Fatalf("%d records, %d tickets, %d messages", tn, dst.CountOf(desk.KindTicket), mn)
				}
			})
		})
	}
}

// A write in doubt stays so while a rule leaves its record out.
func TestIntentOutlivesAFilter(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	fill(t, src, simpleTicket("one", who))
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	dst.Fail = ticketInDoubt
	h.run(t)
	dst.Fail = nil
	h.MapHash = "2"
	h.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		_, ok := r.(*desk.Ticket)
		return pipeline.Verdict{Keep: !ok, Rule: "x"}, nil
	}
	h.run(t)
	h.MapHash, h.Map = "3", nil
	h.run(t)
	if n := dst.CountOf(desk.KindTicket); n != 1 {
		t.Fatalf("%d copies", n)
	}
}

// A contact whose creation is in doubt is settled, though it comes only with tickets.
func TestIntentOfPeopleWithTickets(t *testing.T) {
	for name, c := range map[string]*desk.Contact{
		"no address": {Name: "Phone only", Phones: []string{"+1"}},
		"lag":        {Name: "A", Emails: []string{"a@a.test"}},
	} {
		t.Run(name, func(t *testing.T) {
			src, dst := new(mem.Desk), new(mem.Desk)
			var now atomic.Int64
			now.Store(1e9)
			clock := func() time.Time { return time.Unix(now.Load(), 0) }
			dst.Clock = clock
			if name == "lag" {
				dst.SearchLag = time.Minute
			}
			who := fill(t, src, c)[0]
			fill(t, src, simpleTicket("one", who))
			h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
			h.PeopleWithTickets, h.Join, h.Now = true, true, clock
			lose := true
			dst.Fail = oneByOne(func(verb string, r any) (error, error) {
				if _, ok := r.(*desk.Contact); ok && lose && verb == "create" {
					lose = false
					return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
				}
				return nil, nil
			})
			for range 4 {
				h.run(t)
				now.Add(10)
			}
			now.Add(600)
			h.run(t)
			if n := dst.CountOf(desk.KindContact); n != 1 {
				t.Fatalf("%d copies of one contact", n)
			}
		})
	}
}

// A write in doubt stays so while its record is gone from the source.
func TestIntentOutlivesAVanishedRecord(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	fill(t, src, simpleTicket("one", who))
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	dst.Fail = ticketInDoubt
	h.run(t)
	dst.Fail = nil
	src.Fail = func(verb string, r any) (error, error) {
		if verb == "fetch" {
			return connectors.ErrNotFound, nil
		}
		return nil, nil
	}
	h.run(t)
	src.Fail = nil
	for it, err := range src.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		src.Seed(it.Record) // it is back
	}
	h.run(t)
	if n := dst.CountOf(desk.KindTicket); n != 1 {
		t.Fatalf("%d copies", n)
	}
}

// Whenever a call may be under way, the ledger says intended.
func TestKilledAfterBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src, dst := new(mem.Desk), new(mem.Desk)
		who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
		fill(t, src, simpleTicket("one", who))
		h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
		n := 0
		ctx, stop := context.WithCancel(background(t))
		dst.Fail = oneByOne(func(verb string, r any) (error, error) {
			if _, ok := r.(*desk.Ticket); !ok || verb != "create" {
				return nil, nil
			}
			if n++; n == 1 {
				return fmt.Errorf("429: %w", connectors.ErrBusy), nil
			}
			if n == 2 {
				if err := h.Store.Flush(background(t)); err != nil { // another worker's
					t.Error(err)
				}
				h.life.dead.Store(true) // kill -9 while the call is under way
				stop()
			}
			return nil, nil
		})
		h.Run = 1
		_, _ = h.Go(ctx)
		h.open(t)
		h.run(t)
		if n := dst.CountOf(desk.KindTicket); n != 1 {
			t.Fatalf("%d copies", n)
		}
	})
}

// A clock that was set back does not hold a record for as long.
func TestClockSetBack(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	now := time.Unix(2e9, 0)
	dst.Clock = func() time.Time { return now }
	dst.SearchLag = time.Minute
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	fill(t, src, simpleTicket("one", who))
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.Now = dst.Clock
	lose := true
	dst.Fail = oneByOne(func(verb string, r any) (error, error) {
		if _, ok := r.(*desk.Ticket); ok && verb == "create" && lose {
			lose = false
			return fmt.Errorf("cut before: %w", connectors.ErrUnsure), nil
		}
		return nil, nil
	})
	h.run(t)
	now = now.AddDate(-1, 0, 0)
	h.run(t)
	for range 10 {
		now = now.Add(time.Hour)
		h.run(t)
	}
	if n := dst.CountOf(desk.KindTicket); n != 1 {
		t.Fatalf("%d tickets after ten hours; %s", n, h.fails[0].Detail)
	}
}

// A note about an edit whose answer was lost is written once.
func TestEditNoteInDoubt(t *testing.T) {
	dst := new(mem.Desk)
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: tk("1", "one", msg("a", "a", 1))}}}}
	reads := mem.Spec().Reads
	reads.Edits = true
	h := newHop(t, src, reads, dst, mem.Spec().Writes)
	h.run(t)
	src.items[desk.KindTicket][0].Record.(*desk.Ticket).Messages[0].Text = "edited"
	lose := true
	dst.Fail = oneByOne(func(verb string, r any) (error, error) {
		if verb == "append" && lose {
			lose = false
			return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
		}
		return nil, nil
	})
	h.run(t)
	h.run(t)
	if s := texts(only(t, dst)); strings.Count(s, "[Edited") != 1 {
		t.Fatalf("messages %q", s)
	}
}

// ticketInDoubt loses the answer to a ticket's creation, and cannot be asked for it.
func ticketInDoubt(verb string, r any) (before, after error) {
	if _, ok := r.(*desk.Ticket); !ok {
		return nil, nil
	}
	switch verb {
	case "create":
		return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
	case "find":
		return fmt.Errorf("x: %w", connectors.ErrBusy), nil
	}
	return nil, nil
}

// A person that is in doubt for good, and to whom many tickets refer, counts once.
func TestInDoubtForManyCountsOnce(t *testing.T) {
	src, dst := seed(t, 20), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, struct{ connectors.Target }{dst}, mem.Spec().Writes)
	dst.Fail = func(verb string, r any) (before, after error) {
		if c, ok := r.(*desk.Contact); ok && verb == "create" && c.Name == "Zoë 0" {
			return fmt.Errorf("cut: %w", connectors.ErrUnsure), nil
		}
		return nil, nil
	}
	for range 2 {
		h.Run++
		counts, err := h.Go(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n := counts[desk.KindContact]; n.Held+n.Failed != 1 || min(n.Held, n.Failed) < 0 {
			t.Errorf("one contact in doubt is counted as %+v", n)
		}
	}
}
