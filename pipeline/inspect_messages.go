package pipeline

import (
	"context"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// messages compares the messages of a ticket, in order.
func (i *inspection) messages(ctx context.Context, want, got *desk.Ticket) error {
	there := newMatcher(got.Messages, i.Writes.Backdate)
	i.ownNotes(there)
	found := i.places(want, got, there)
	i.bothMessages(want, found)
	last, matched := furthest{}, map[desk.ID]bool{}
	for n := range want.Messages {
		m := &want.Messages[n]
		at, ok := found[n]
		if !ok {
			continue
		}
		i.looked.count(desk.KindMessage, Checked{There: 1})
		matched[m.ID] = true
		if edited, _ := i.edited(m.ID); !edited && !at.apart && last.passed(i.seen.Messages[m.ID].Run, at.place) {
			i.tell(m, Finding{Class: Differs, Field: "order", Detail: "it stands before a message that is older"})
		}
		if err := i.message(ctx, m, at.got); err != nil {
			return err
		}
	}
	i.rest(there, matched)
	return nil
}

// furthest is the last place that the messages of each run have in the target's ticket.
// What a later run brought stands behind what an earlier one did, also where it is older:
// it came late.
type furthest map[int64]int

// passed puts down the place of the next message of the source's ticket, and tells
// whether one that is to stand before it stands behind it. The line of one that was edited
// may name the run that told of that.
func (f furthest) passed(run int64, at int) bool {
	behind := false
	for before, place := range f {
		behind = behind || before <= run && place > at
	}
	if place, known := f[run]; !known || at > place {
		f[run] = at
	}
	return behind
}

// spot is where a message stands at the target.
type spot struct {
	got   *desk.Message
	place int  // in its ticket
	apart bool // in the one that its ticket was merged into
}

// places tells where each message of a ticket stands at the target, and of those that do
// not. One that lost what it is known by, as was told, is looked for last, by what it still
// says.
func (i *inspection) places(want, got *desk.Ticket, there *matcher) map[int]spot {
	place, found := placesIn(got), map[int]spot{}
	var without []int
	for _, n := range i.lookedFor(want, there, place) {
		m := &want.Messages[n]
		at, ok, clear := i.find(m, there, place)
		switch {
		case ok:
			found[n] = spot{got: &got.Messages[at], place: at}
		case !clear:
			i.due(m)
			i.tell(m, Finding{Class: Twice, Detail: "several messages of the ticket look like it"})
		default:
			without = append(without, n)
		}
	}
	for _, n := range without {
		m := &want.Messages[n]
		if id, ok := i.changed(m, there); ok {
			found[n] = spot{got: &got.Messages[place[id]], place: place[id]}
			continue
		}
		if other, ok := i.elsewhere(m); ok {
			found[n] = spot{got: other, apart: true}
			continue
		}
		i.due(m)
		i.absent(m, "the message is not in the ticket")
	}
	return found
}

// lookedFor are the places, in the source's ticket, of the messages that are to stand at the
// target. Those whose copy is known by its id have it before others are looked for, which
// may look the same.
func (i *inspection) lookedFor(want *desk.Ticket, there *matcher, place map[desk.ID]int) (ns []int) {
	var due []*desk.Message
	for n := range want.Messages {
		m := &want.Messages[n]
		if !i.expected(m) {
			continue
		}
		ns = append(ns, n)
		id := i.seen.Messages[m.ID].Target
		if _, stands := place[id]; stands && id != "" {
			there.take(id)
		} else {
			due = append(due, i.linked(m))
		}
	}
	there.expect(due)
	return ns
}

// placesIn is where the messages of a ticket stand in it.
func placesIn(t *desk.Ticket) map[desk.ID]int {
	place := make(map[desk.ID]int, len(t.Messages))
	for n := range t.Messages {
		place[t.Messages[n].ID] = n
	}
	return place
}

// changed finds a message whose time or text was lost, by its other half.
func (i *inspection) changed(want *desk.Message, there *matcher) (id desk.ID, ok bool) {
	at, text := i.planned(want.ID, "message.at"), i.planned(want.ID, "message.text")
	for _, got := range there.free {
		body := compare.SameBody(want, got)
		time := want.At.Truncate(time.Second).Equal(got.At.Truncate(time.Second))
		if got.Note == want.Note && (at && body || text && (body || time)) {
			there.take(got.ID)
			return got.ID, true
		}
	}
	return "", false
}

// expected counts a message by its line and tells whether it stands at the target.
func (i *inspection) expected(m *desk.Message) bool {
	row, known := i.seen.Messages[m.ID]
	switch {
	case !known && i.isNote(m.ID):
		i.newNote(m)
	case !known && i.seen.State == checkpoints.Done:
		i.tell(m, Finding{Class: Waiting, Detail: notWritten})
	case row.State == checkpoints.Done:
		i.looked.count(desk.KindMessage, Checked{Expected: 1})
		return true
	case row.State == checkpoints.Skipped:
		i.looked.count(desk.KindMessage, Checked{LeftOut: 1})
	default: // also one that no run has written because its ticket waits
		i.looked.count(desk.KindMessage, Checked{Expected: 1})
		i.due(m)
		i.tell(m, i.asideBy(Finding{}, row))
	}
	return false
}

// find tells where in the target's ticket the message stands: by the id that it was
// given, else as a write in doubt is looked for. What came with its ticket may have
// neither an id in the ledger nor a mark, and what came after it both. clear is false if
// it may be any of several.
func (i *inspection) find(m *desk.Message, there *matcher, place map[desk.ID]int) (at int, found, clear bool) {
	id := i.seen.Messages[m.ID].Target
	at, found = place[id]
	if id != "" && found {
		there.take(id)
		return at, true, true
	}
	known := id != ""
	id, found, clear = there.match(i.linked(m))
	if !found && clear && !known {
		id, found, clear = there.unmarked(i.linked(m))
		if edited, _ := i.edited(m.ID); edited && !found && clear {
			id, found, clear = there.reworded(i.linked(m))
		}
	}
	return place[id], found, clear
}

// linked is the message as it was written.
func (i *inspection) linked(m *desk.Message) *desk.Message {
	c := *m
	c.Author.Target = c.Author.ID
	return &c
}

// rest tells of the messages that are not among the source's: what others wrote, what
// is there twice, and what was written and the source has no more.
func (i *inspection) rest(there *matcher, matched map[desk.ID]bool) {
	byMark, byID := map[string]desk.ID{}, map[desk.ID]desk.ID{}
	for id, row := range i.seen.Messages {
		if row.State == checkpoints.Done {
			byMark[row.Mark], byID[row.Target] = id, id
		}
	}
	for _, m := range there.free {
		f := Finding{Class: Added, Kind: desk.KindMessage, ID: m.ID, Parent: i.rec.About().ID, Target: i.seen.Target, Got: compare.Short(m.Text)}
		id, ours := byID[m.ID]
		if !ours && m.Mark != "" {
			id, ours = byMark[m.Mark]
		}
		switch {
		case ours && matched[id]:
			f.Class, f.ID, f.Detail = Twice, id, "the message is there again"
		case ours && i.isNote(id):
			continue
		case ours:
			f.Class, f.ID, f.Detail = Past, id, "the source has it no more, and the target keeps it"
		case m.Mark != "":
			continue // ours, of a ticket that was merged into this one: it is looked for there
		}
		i.looked.tell(f)
	}
}

// message compares one message and its files.
func (i *inspection) message(ctx context.Context, want, got *desk.Message) error {
	if want.Note && !got.Note {
		i.tell(want, Finding{Class: Differs, Field: "note", Want: "private", Got: "public", Detail: "a private note is public"})
	}
	all := compare.Message(want, got, i.Writes)
	if slices.ContainsFunc(all, func(d compare.Difference) bool { return refers[d.Field] }) {
		if err := i.followRefs(ctx, []*desk.Ref{i.authorOf(want.ID)}, []*desk.Ref{&want.Author}); err != nil {
			return err
		}
		all = compare.Message(want, got, i.Writes)
	}
	all = slices.DeleteFunc(all, func(d compare.Difference) bool { return d.Field == "note" && want.Note })
	all, err := i.deadLinks(ctx, want, got, all)
	if err != nil {
		return err
	}
	if edited, told := i.edited(want.ID); edited {
		i.overtaken(want, got, all, told)
	} else {
		for _, d := range all {
			if !i.planned(want.ID, "message."+d.Field) {
				i.tell(want, Finding{Class: Differs, Field: d.Field, Want: d.Want, Got: d.Got})
			}
		}
	}
	for _, name := range i.lackingOf(want) {
		i.tell(want, Finding{Class: lostOrKept(i.inNote(desk.KindMessage, name)), Field: "message." + name, Detail: lacking})
	}
	return i.files(ctx, want, got)
}

func (i *inspection) tell(m *desk.Message, f Finding) {
	f.Parent, f.Target, f.Touched = i.rec.About().ID, i.seen.Target, i.got.About().Updated
	if f.Kind == "" {
		f.Kind, f.ID = desk.KindMessage, m.ID
	}
	i.looked.tell(f)
}

// authorOf is who wrote a message, linked.
func (i *inspection) authorOf(id desk.ID) *desk.Ref {
	ticket := i.rec.(*desk.Ticket)
	for n := range ticket.Messages {
		if ticket.Messages[n].ID == id {
			return &ticket.Messages[n].Author
		}
	}
	return new(desk.Ref)
}
