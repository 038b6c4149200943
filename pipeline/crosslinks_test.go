package pipeline_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/crosslinks"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// pagesAt are the addresses of a helpdesk's tickets.
func pagesAt(host string) connectors.Pages {
	return connectors.Pages{Base: "https://" + host, Forms: []connectors.Page{{Kind: desk.KindTicket, Path: "/tickets/{id}"}}}
}

// naming is a ticket of which each message names another.
func naming(id string, others ...string) *desk.Ticket {
	x := tk(id, "ticket "+id)
	if len(others) == 0 {
		others = []string{""}
	}
	for i, other := range others {
		m := msg(fmt.Sprint(id, "-", i), "no other", int64(i+1)*60)
		if other != "" {
			m.Text = "like https://old.example/tickets/" + other + "."
			m.HTML = `<p>like <a href="https://old.example/tickets/` + other + `">it</a>.</p>`
		}
		x.Messages = append(x.Messages, m)
	}
	return x
}

type linking struct {
	*hop
	src, dst *mem.Desk
}

func newLinking(t *testing.T, knobs mem.Knobs, tickets ...*desk.Ticket) *linking {
	l := &linking{src: new(mem.Desk), dst: &mem.Desk{Knobs: knobs}}
	for _, x := range tickets {
		l.src.Seed(x)
	}
	reads, _ := l.src.Caps(mem.Spec().Reads, mem.Spec().Writes)
	_, writes := l.dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
	l.hop = newHop(t, l.src, reads, l.dst, writes)
	l.Crosslinks = oldToNew()
	return l
}

func oldToNew() *pipeline.Crosslinks {
	return &pipeline.Crosslinks{
		Book: crosslinks.NewBook(pagesAt("new.example"), crosslinks.Old{Pages: pagesAt("old.example")}),
		Here: pagesAt("new.example"),
	}
}

// named are the tickets that each ticket's messages name, in the order of the messages: by
// their subjects; of the old system's "old" and the id.
func (l *linking) named(t *testing.T) map[string]string {
	t.Helper()
	subjects, out := map[desk.ID]string{}, map[string]string{}
	for _, r := range recordsOf(t, l.dst, desk.KindTicket) {
		subjects[r.About().ID] = strings.TrimPrefix(r.(*desk.Ticket).Subject, "ticket ")
	}
	for _, r := range recordsOf(t, l.dst, desk.KindTicket) {
		var names []string
		said := slices.SortedStableFunc(slices.Values(r.(*desk.Ticket).Messages), func(a, b desk.Message) int { return a.At.Compare(b.At) })
		for _, m := range said { // one that was refused stands behind those that were not
			text, page := nameIn(m.Text, "like ", ".", subjects), nameIn(m.HTML, `href="`, `"`, subjects)
			if text != page {
				t.Errorf("text %q, page %q", m.Text, m.HTML)
			}
			names = append(names, text)
		}
		out[subjects[r.About().ID]] = strings.Join(names, " ")
	}
	return out
}

func nameIn(body, before, after string, subjects map[desk.ID]string) string {
	_, rest, _ := strings.Cut(body, before+"https://")
	if rest == "" {
		return "-"
	}
	host, id, _ := strings.Cut(rest, "/tickets/")
	id, _, _ = strings.Cut(id, after)
	if host == "old.example" {
		return "old" + id
	}
	return subjects[desk.ID(id)]
}

func (l *linking) lostLinks() (all []string) {
	for _, e := range l.losses {
		all = append(all, fmt.Sprint(e.ID, " ", e.Loss.Field))
	}
	slices.Sort(all)
	return all
}

// An address of another ticket becomes its new address, in whichever order they come. Only
// of those that name each other in a circle does one keep the old one, and that is told, as
// is one of a ticket that nobody brings; a plan tells the same.
func TestCrosslinks(t *testing.T) {
	for name, c := range map[string]struct {
		knobs   mem.Knobs
		tickets []*desk.Ticket
		want    map[string]string
		lost    []string
	}{
		"backwards":      {mem.Knobs{}, []*desk.Ticket{naming("1"), naming("2", "1")}, map[string]string{"1": "-", "2": "1"}, nil},
		"forwards":       {mem.Knobs{}, []*desk.Ticket{naming("1", "2", "", "3"), naming("2"), naming("3")}, map[string]string{"1": "2 - 3", "2": "-", "3": "-"}, nil},
		"one at once":    {mem.Knobs{AtOnce: 1}, []*desk.Ticket{naming("1", "", "2"), naming("2", "3"), naming("3")}, map[string]string{"1": "- 2", "2": "3", "3": "-"}, nil},
		"chain":          {mem.Knobs{}, []*desk.Ticket{naming("1", "2"), naming("2", "3"), naming("3", "4"), naming("4")}, map[string]string{"1": "2", "2": "3", "3": "4", "4": "-"}, nil},
		"circle":         {mem.Knobs{}, []*desk.Ticket{naming("1", "3"), naming("2", "1"), naming("3", "2", "2")}, map[string]string{"1": "old3", "2": "1", "3": "2 2"}, []string{"1-0 message.links"}},
		"each other":     {mem.Knobs{AtOnce: 1}, []*desk.Ticket{naming("1", "", "2", "", "3"), naming("2", "1", "3"), naming("3", "", "1")}, map[string]string{"1": "- 2 - 3", "2": "1 3", "3": "- 1"}, nil},
		"itself":         {mem.Knobs{}, []*desk.Ticket{naming("1", "1")}, map[string]string{"1": "old1"}, nil},
		"nobody has it":  {mem.Knobs{}, []*desk.Ticket{naming("1", "9"), naming("2", "1")}, map[string]string{"1": "old9", "2": "1"}, []string{"1-0 message.links"}},
		"left out":       {mem.Knobs{}, []*desk.Ticket{naming("1", "8"), naming("8")}, map[string]string{"1": "old8"}, []string{"1-0 message.links"}},
		"without a mark": {mem.Knobs{NoMessageMarks: true, NoFinder: true}, []*desk.Ticket{naming("1", "2", "2"), naming("2")}, map[string]string{"1": "2 2", "2": "-"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLinking(t, c.knobs, c.tickets...)
			l.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
				return pipeline.Verdict{Keep: r.About().ID != "8", Rule: "test"}, nil
			}
			l.plan(t)
			if got := l.lostLinks(); !slices.Equal(got, c.lost) {
				t.Errorf("planned to lose %q, want %q", got, c.lost)
			}
			for range 2 {
				l.losses = nil
				l.run(t)
				if got := l.named(t); fmt.Sprint(got) != fmt.Sprint(c.want) {
					t.Errorf("named %v, want %v", got, c.want)
				}
				if len(l.fails) > 0 {
					t.Errorf("%+v", l.fails)
				}
				if got := l.lostLinks(); !slices.Equal(got, c.lost) {
					t.Errorf("lost %q, want %q", got, c.lost)
				}
				if _, found := l.verified(t); len(differences(found)) > 0 {
					t.Errorf("%+v", differences(found))
				}
				c.lost = nil // told by the run that wrote it
			}
		})
	}
}

// plan is a walk without calls, over a ledger of its own.
func (l *linking) plan(t *testing.T) {
	t.Helper()
	p := newHop(t, l.Source, l.Reads, l.Target, l.Writes)
	p.Crosslinks, p.Map, p.DryRun = l.Crosslinks, l.Map, true
	p.run(t)
	l.losses = p.losses
}

// A ticket that comes when those which name it stand already: their texts keep the old
// address, as was told, and that is neither a difference nor anybody's work; what comes new
// in them has the new one.
func TestCrosslinkThatComesLater(t *testing.T) {
	for _, knobs := range []mem.Knobs{{}, {NoMessageMarks: true}} {
		l := newLinking(t, knobs, naming("1", "2"))
		l.run(t)
		first := naming("1", "2", "2")
		first.Messages[1].At = time.Unix(600, 0).UTC()
		l.src.Seed(naming("2"), first)
		l.run(t)
		if got := l.named(t); got["1"] != "old2 2" {
			t.Errorf("named %v", got)
		}
		if _, found := l.verified(t); len(differences(found)) > 0 {
			t.Errorf("%+v", differences(found))
		}
		var kept []string
		b := &pipeline.Rollback{Pipeline: l.Pipeline, Do: true, Told: func(u pipeline.Undone) {
			if u.Why != "" {
				kept = append(kept, u.Why)
			}
		}}
		if err := b.Go(t.Context()); err != nil || l.dst.CountOf(desk.KindTicket) > 0 {
			t.Errorf("%v; there are %d tickets left: %q", err, l.dst.CountOf(desk.KindTicket), kept)
		}
	}
}

// A write whose answer was lost is found again, also where the ticket that it names came in
// between.
func TestCrosslinkOverALostAnswer(t *testing.T) {
	for _, knobs := range []mem.Knobs{{}, {NoMessageMarks: true}, {NoMessageMarks: true, AtOnce: 1}} {
		l := newLinking(t, knobs, naming("1", "", "2"))
		lost := false
		l.dst.Fail = oneByOne(func(verb string, _ any) (before, after error) {
			last := verb == "append" || knobs.AtOnce == 0 && verb == "create"
			if lost || !last {
				return nil, nil
			}
			lost = true
			l.src.Seed(naming("2"))
			return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
		})
		l.run(t)
		l.run(t)
		l.run(t)
		if got := l.named(t); !lost || got["1"] != "- old2" || got["2"] != "-" || l.dst.CountOf(desk.KindTicket) != 2 {
			t.Errorf("%+v: named %v", knobs, got)
		}
		if _, found := l.verified(t); len(differences(found)) > 0 {
			t.Errorf("%+v", differences(found))
		}
	}
}

// Where a source is split, an address may lead to the other target.
func TestCrosslinkElsewhere(t *testing.T) {
	y := newLinking(t, mem.Knobs{}, naming("2"))
	y.run(t)
	l := newLinking(t, mem.Knobs{}, naming("1", "2"), naming("2"))
	l.Map = func(_ context.Context, r desk.Record) (pipeline.Verdict, error) {
		return pipeline.Verdict{Keep: r.About().ID == "1", Rule: "test"}, nil
	}
	if err := y.Store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.Crosslinks.Elsewhere = []pipeline.Elsewhere{{Ledger: y.Ledger, Pages: pagesAt("other.example")}}
	l.run(t)
	if text := only(t, l.dst).Messages[0].Text; !strings.HasPrefix(text, "like https://other.example/tickets/") {
		t.Error(text)
	}
}

// A run over some tickets alone brings no others, and does not wait for them.
func TestCrosslinkInASample(t *testing.T) {
	l := newLinking(t, mem.Knobs{}, naming("1", "2"), naming("2"))
	l.Select.Tickets = map[desk.ID]bool{"1": true}
	l.run(t)
	if got := l.named(t); got["1"] != "old2" || len(got) != 1 {
		t.Errorf("named %v", got)
	}
}

// A ticket that was taken back and made anew has another address: what names the old one was
// sent and stays so, and verify says that; but it tells an address that somebody changed.
func TestCrosslinkToWhatWasTakenBack(t *testing.T) {
	l := newLinking(t, mem.Knobs{}, naming("2"))
	l.run(t)
	l.src.Seed(naming("1", "2"))
	l.run(t)
	b := &pipeline.Rollback{Pipeline: l.Pipeline, Of: 1, Do: true}
	if err := b.Go(t.Context()); err != nil || l.dst.CountOf(desk.KindTicket) != 1 {
		t.Fatalf("%v; %d tickets", err, l.dst.CountOf(desk.KindTicket))
	}
	l.run(t)
	_, found := l.verified(t)
	settled := slices.ContainsFunc(found, func(f pipeline.Finding) bool { return f.Class == pipeline.Settled && f.Field == "message.links" })
	if len(differences(found)) > 0 || !settled {
		t.Errorf("%+v", found)
	}
	x := subjectOf(t, l.dst, "ticket 1")
	other := subjectOf(t, l.dst, "ticket 1").ID
	_, text, _ := strings.Cut(x.Messages[0].Text, "/tickets/")
	x.Messages[0].Text = strings.Replace(x.Messages[0].Text, text, string(other)+".", 1)
	l.dst.Seed(x)
	if _, found = l.verified(t); len(differences(found)) == 0 {
		t.Error("somebody changed where an address leads, and verify says nothing")
	}
}

// A run that comes to a ticket whose making is in doubt, and lets it wait, has sent nothing of
// it: what agents did in between is theirs, also when that run was killed.
func TestCrosslinkAndATicketInDoubt(t *testing.T) {
	l := newLinking(t, mem.Knobs{}, naming("1", "2"))
	now := time.Unix(2e9, 0)
	clock := func() time.Time { return now }
	l.src.Clock, l.dst.Clock, l.Now = clock, clock, clock
	kill := func(verb string, r any) (before, after error) {
		if verb == "create" {
			l.life.dead.Store(true)
		}
		return nil, nil
	}
	cutShort := func() {
		l.dst.Fail = kill
		l.Run++
		if _, err := l.Go(t.Context()); err == nil {
			t.Fatal("it was not killed")
		}
		l.dst.Fail = nil
		l.open(t)
		now = now.Add(time.Hour)
	}
	cutShort()
	x := only(t, l.dst)
	x.Type = "an agent's"
	l.dst.Seed(x)
	now = now.Add(time.Hour)
	l.src.Seed(naming("2"))
	cutShort()
	l.run(t)
	l.run(t)
	_, kept := l.rollback(t, 0, true)
	if l.dst.CountOf(desk.KindTicket) != 1 || subjectOf(t, l.dst, "ticket 1").Type != "an agent's" {
		t.Errorf("%d tickets are left: %q", l.dst.CountOf(desk.KindTicket), kept)
	}
}
