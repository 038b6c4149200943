package pipeline_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// notes are the texts of the private notes at the target.
func notes(t *testing.T, d *mem.Desk) (out []string) {
	t.Helper()
	for it, err := range d.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range it.Record.(*desk.Ticket).Messages {
			if m.Note {
				out = append(out, m.Text)
			}
		}
	}
	return out
}

func bare(message ...string) connectors.Caps {
	writes := mem.Spec().Writes
	writes.Fields = maps.Clone(writes.Fields)
	if writes.Fields == nil {
		writes.Fields = map[desk.Kind][]string{}
	}
	writes.Fields[desk.KindTicket] = []string{"mark", "subject", "status", "requester"}
	writes.Fields[desk.KindMessage] = append([]string{"mark", "text", "html", "note", "files"}, message...)
	return writes
}

// What a target has no room for stands in a private note, once, however often it is
// run and whatever is lost on the way; a delta adds what is new, and that alone.
func TestLeftoversOnce(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	who := fill(t, src, &desk.Contact{Name: "Ann", Emails: []string{"ann@a.test"}})[0]
	one := simpleTicket("first", who)
	one.Number, one.Created = "T-17", time.Date(2015, 1, 2, 3, 4, 5, 0, time.UTC)
	one.Messages[0].At, one.Messages[0].From = one.Created, desk.Address{Name: "Ann", Email: "ann@a.test"}
	id := fill(t, src, one)[0]
	h := newHop(t, src, mem.Spec().Reads, dst, bare())
	h.Leftovers = true
	lost := 0
	dst.Fail = oneByOne(func(verb string, _ any) (error, error) {
		if lost++; lost%2 == 0 {
			return nil, fmt.Errorf("the answer to a %s is lost: %w", verb, connectors.ErrUnsure)
		}
		return nil, nil
	})
	for range 4 {
		h.run(t)
	}
	dst.Fail = nil
	h.run(t)
	got := notes(t, dst)
	if len(got) != 1 || !strings.Contains(got[0], "Number: T-17\nCreated: 2015-01-02 03:04:05 UTC\n") || !strings.Contains(got[0], "1. message, 2015-01-02 03:04:05 UTC, Ann <ann@a.test>") {
		t.Fatalf("%q", got)
	}
	late := &desk.Message{ID: "late", Text: "and", At: time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC), Author: by(who), Mark: "late"}
	if _, err := src.Append(t.Context(), id, late); err != nil {
		t.Fatal(err)
	}
	h.run(t)
	h.run(t)
	if got = notes(t, dst); len(got) != 2 || strings.Contains(got[1], "T-17") || !strings.Contains(got[1], "2. message, 2016-01-01 00:00:00 UTC, Ann ann@a.test") || strings.Contains(got[1], "1. ") {
		t.Fatalf("after a new message: %q", got)
	}
	changed := *one
	changed.Number = "T-18"
	if _, err := src.Update(t.Context(), id, &changed, []string{"number"}); err != nil {
		t.Fatal(err)
	}
	h.run(t)
	h.run(t)
	if got = notes(t, dst); len(got) != 3 || !strings.Contains(got[2], "Number: T-18") || strings.Contains(got[2], "1. ") {
		t.Fatalf("after a change of the cover: %q", got)
	}
	changed.Number = "T-17"
	if _, err := src.Update(t.Context(), id, &changed, []string{"number"}); err != nil {
		t.Fatal(err)
	}
	h.run(t)
	h.run(t)
	if got = notes(t, dst); len(got) != 4 || !strings.Contains(got[3], "Number: T-17") {
		t.Fatalf("after the cover is as it was: %q", got)
	}
}

// What a ticket refers to and the target has no room for is told by its name, each
// asked for once, and not told again when somebody is renamed; the losses say where it
// stands.
func TestLeftoversByName(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	ids := fill(t, src, &desk.Contact{Name: "Ann", Emails: []string{"ann@a.test"}}, &desk.Contact{Name: "Bob"}, &desk.Category{Name: "Refunds"}, &desk.Agent{Name: "Cid", Email: "cid@b.test"})
	one := simpleTicket("first", ids[0])
	to := func(kind desk.Kind, i int) desk.Ref { return desk.Ref{Kind: kind, Target: ids[i]} }
	one.Category, one.Assignee = to(desk.KindCategory, 2), to(desk.KindAgent, 3)
	one.Participants = []desk.Ref{to(desk.KindContact, 1), to(desk.KindContact, 0)}
	id := fill(t, src, one)[0]
	h := newHop(t, src, mem.Spec().Reads, dst, bare("at", "from"))
	h.Leftovers = true
	h.run(t)
	got := notes(t, dst)
	if len(got) != 1 || !strings.Contains(got[0], "Assignee: Cid cid@b.test\nCategory: Refunds\nParticipants: Bob, Ann ann@a.test") {
		t.Fatalf("%q", got)
	}
	told := slices.IndexFunc(h.losses, func(e pipeline.Event) bool { return e.Loss.Field == "category" })
	if told < 0 || !strings.HasSuffix(h.losses[told].Loss.Detail, "the target has no room for its category; a private note of the ticket holds it") {
		t.Errorf("%+v", h.losses)
	}
	if _, err := src.Update(t.Context(), ids[1], &desk.Contact{Name: "Bobby"}, []string{"name"}); err != nil {
		t.Fatal(err)
	}
	if _, err := src.Update(t.Context(), id, &desk.Ticket{Subject: "second"}, []string{"subject"}); err != nil {
		t.Fatal(err)
	}
	h.run(t)
	if got = notes(t, dst); len(got) != 1 {
		t.Errorf("after somebody was renamed: %q", got)
	}
}

// keeper writes such notes by itself.
type keeper struct{ *mem.Desk }

func (keeper) KeepsNotes() bool { return true }

// Nothing is noted where nothing is left over, where nobody asked, where a note would
// be seen by customers, and where the target does so by itself.
func TestNoLeftovers(t *testing.T) {
	everything, open := bare("at", "from"), bare("at", "from")
	everything.Fields = nil
	open.Fields = maps.Clone(open.Fields)
	open.Fields[desk.KindMessage] = []string{"mark", "text"}
	for name, c := range map[string]struct {
		writes   connectors.Caps
		asked    bool
		byItself bool
		want     int
	}{
		"kept by the target":     {writes: everything, asked: true},
		"not asked for":          {writes: bare(), asked: false},
		"no private notes":       {writes: open, asked: true},
		"the target does it":     {writes: bare(), asked: true, byItself: true},
		"messages are kept well": {writes: bare("at", "from", "author"), asked: true, want: 1},
	} {
		src, dst := new(mem.Desk), new(mem.Desk)
		who := fill(t, src, &desk.Contact{Name: "Ann", Emails: []string{"ann@a.test"}})[0]
		one := simpleTicket("first", who)
		one.Number = "17"
		fill(t, src, one)
		var target connectors.Target = dst
		if c.byItself {
			target = keeper{dst}
		}
		h := newHop(t, src, mem.Spec().Reads, target, c.writes)
		h.Leftovers = c.asked
		h.run(t)
		if got := notes(t, dst); len(got) != c.want || c.want > 0 && strings.Contains(got[0], "1. ") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Who wrote a message stands in the note alone: a note waits until the source can say
// so. Who wrote several is asked for once; who is gone is named by their id.
func TestLeftoversWaitForNames(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	who := fill(t, src, &desk.Contact{Name: "Ann", Emails: []string{"ann@a.test"}})[0]
	one := simpleTicket("first", who)
	more := one.Messages[0]
	more.ID, more.Mark = "more", "more"
	gone := more
	gone.ID, gone.Mark, gone.Author = "gone", "gone", desk.Ref{}
	one.Messages = append(one.Messages, more, gone)
	fill(t, src, one)
	h := newHop(t, src, mem.Spec().Reads, dst, bare())
	h.Leftovers = true
	asked, busy := 0, true
	src.Fail = oneByOne(func(verb string, _ any) (error, error) {
		if verb != "fetch" {
			return nil, nil
		}
		if asked++; busy {
			return fmt.Errorf("try later: %w", connectors.ErrBusy), nil
		}
		return nil, nil
	})
	h.run(t)
	if got := notes(t, dst); len(got) != 0 {
		t.Fatalf("without a name: %q", got)
	}
	asked, busy = 0, false
	h.run(t)
	if got := notes(t, dst); len(got) != 1 || strings.Count(got[0], "Ann ann@a.test") != 2 {
		t.Errorf("%q", got)
	}
	if asked > 3 { // the ticket itself, who asks, who writes
		t.Errorf("the source was asked %d times", asked)
	}
}
