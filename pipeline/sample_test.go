package pipeline_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// everyday are tickets with nothing special, of one status, category and priority.
func everyday(n int) (out []desk.Record) {
	for i := range n {
		out = append(out, &desk.Ticket{
			Meta:    desk.Meta{ID: desk.ID(fmt.Sprintf("t%03d", i)), Created: time.Date(2025, 1, 1, i, 0, 0, 0, time.UTC)},
			Subject: "hello", Status: desk.StatusOpen, Requester: desk.To(desk.KindContact, "c"),
			Messages: []desk.Message{{ID: desk.ID(fmt.Sprint("m", i)), At: time.Date(2025, 1, 1, i, 0, 0, 0, time.UTC), Text: "it does not work"}},
		})
	}
	return out
}

// given is a source of records.
type given []desk.Record

func (g given) Read(_ context.Context, kind desk.Kind, _ connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		for _, r := range g {
			if r.Kind() == kind && !yield(connectors.Item{Record: r}, nil) {
				return
			}
		}
	}
}

func sampled(t *testing.T, n int, records []desk.Record) []pipeline.Picked {
	t.Helper()
	picks, err := pipeline.Sample(t.Context(), given(records), connectors.Caps{Kinds: desk.Kinds}, n)
	if err != nil {
		t.Fatal(err)
	}
	return picks
}

func whyOf(picks []pipeline.Picked, id desk.ID) (out []pipeline.Why) {
	for _, p := range picks {
		if p.ID == id {
			return p.Why
		}
	}
	return nil
}

// Every way of being awkward is in a sample, and it says in what.
func TestSampleShowsEachTrouble(t *testing.T) {
	t.Parallel()
	all := everyday(60)
	all = append(all, &desk.Contact{Meta: desk.Meta{ID: "c"}}, &desk.Agent{Meta: desk.Meta{ID: "here"}}, &desk.Agent{Meta: desk.Meta{ID: "off"}, Disabled: true})
	ticket := func(n int) *desk.Ticket { return all[n].(*desk.Ticket) }
	ticket(1).Messages = append(ticket(1).Messages, make([]desk.Message, 40)...)
	ticket(2).Messages[0].Files = []desk.File{{Name: "a", Size: 1}, {Name: "b", Size: 1}, {Name: "c", Size: 1}}
	ticket(3).Messages[0].Files = []desk.File{{Name: "film", Size: 1 << 30}}
	ticket(4).Messages[0].Files = []desk.File{{Name: "logo", Size: 1, CID: "x"}}
	ticket(5).Messages[0].Note = true
	ticket(6).Messages[0].CC = []desk.Address{{Email: "a@b.test"}}
	ticket(7).MergedInto = desk.To(desk.KindTicket, "t001")
	ticket(8).Assignee = desk.To(desk.KindAgent, "long gone")
	ticket(9).Messages[0].Text = "it cost 5\uFFFD"
	ticket(10).Subject = "Re: مرحبا"
	ticket(11).Messages[0].Text = "Счёт не пришёл, совсем, и никто не отвечает"
	ticket(12).Assignee = desk.To(desk.KindAgent, "here")
	ticket(13).Status, ticket(14).Category, ticket(15).Priority = desk.StatusClosed, desk.To(desk.KindCategory, "billing"), desk.PriorityUrgent
	ticket(16).Created = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
	ticket(17).Updated = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ticket(18).Requester = desk.Ref{}
	ticket(19).Messages[0].Author = desk.To(desk.KindAgent, "off")
	picks := sampled(t, 30, all)
	if len(picks) != 30 {
		t.Errorf("%d tickets", len(picks))
	}
	for n, want := range map[int]pipeline.Why{
		1: {Trait: pipeline.MostMessages, N: 41}, 2: {Trait: pipeline.MostFiles, N: 3}, 3: {Trait: pipeline.LargestFile, N: 1 << 30},
		4: {Trait: pipeline.InlineImages}, 5: {Trait: pipeline.PrivateNotes}, 6: {Trait: pipeline.Copies}, 7: {Trait: pipeline.Merged},
		9: {Trait: pipeline.LostCharacters}, 10: {Trait: pipeline.MixedDirections}, 11: {Trait: pipeline.MostForeign, N: 34},
		13: {Trait: pipeline.OfStatus, Value: "closed"}, 14: {Trait: pipeline.OfCategory, Value: "billing"}, 15: {Trait: pipeline.OfPriority, Value: "urgent"},
		16: {Trait: pipeline.Oldest}, 17: {Trait: pipeline.Newest}, 18: {Trait: pipeline.NoRequester},
	} {
		if why := whyOf(picks, ticket(n).ID); !slices.Contains(why, want) {
			t.Errorf("t%03d is picked because of %+v, not %+v", n, why, want)
		}
	}
	gone := pipeline.Why{Trait: pipeline.DeletedAgent}
	if a, b := whyOf(picks, "t008"), whyOf(picks, "t019"); !slices.Contains(a, gone) && !slices.Contains(b, gone) {
		t.Errorf("nobody who is gone: %+v, %+v", a, b)
	}
	if why := whyOf(picks, "t012"); slices.Contains(why, gone) {
		t.Errorf("who is there is not gone: %+v", why)
	}
	if why := picks[len(picks)-1].Why; !reflect.DeepEqual(why, []pipeline.Why{{Trait: pipeline.Ordinary}}) {
		t.Errorf("the last is ordinary: %+v", why)
	}
}

// The same tickets give the same sample, in whatever order they come; a sample is never
// larger than asked for.
func TestSampleIsTheSameAgain(t *testing.T) {
	t.Parallel()
	all := everyday(200)
	for i, r := range all {
		ticket := r.(*desk.Ticket)
		ticket.Category = desk.To(desk.KindCategory, desk.ID(fmt.Sprint("category ", i%50)))
		ticket.Messages[0].Note = i%3 == 0
	}
	for _, n := range []int{1, 2, 5, 20, 199, 200, 400} {
		first := sampled(t, n, all)
		if len(first) != min(n, 200) || len(pipeline.IDsOf(first)) != len(first) {
			t.Errorf("%d of %d", len(first), n)
		}
		shuffled := slices.Clone(all)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if again := sampled(t, n, shuffled); !reflect.DeepEqual(first, again) {
			t.Errorf("%d: %+v, then %+v", n, first, again)
		}
	}
}

// What one ticket shows needs no second as long as something else is not shown: twenty are
// few.
func TestSampleWastesNoPlace(t *testing.T) {
	t.Parallel()
	all := everyday(60)
	one := all[7].(*desk.Ticket)
	one.Messages[0].Note, one.Messages[0].CC = true, []desk.Address{{Email: "a@b.test"}}
	one.Messages[0].Files = []desk.File{{Name: "logo \uFFFD", Size: 10, CID: "x"}}
	all[8].(*desk.Ticket).Messages[0].CC = []desk.Address{{Email: "a@b.test"}, {Email: "c@d.test"}}
	for i, s := range desk.Statuses {
		all[20+i].(*desk.Ticket).Status = s
	}
	picks := sampled(t, 12, all)
	if why := whyOf(picks, one.ID); len(why) < 6 || whyOf(picks, "t008") != nil {
		t.Errorf("%+v", picks)
	}
	for i, status := range desk.Statuses {
		id := desk.ID(fmt.Sprintf("t%03d", 20+i))
		if got := whyOf(picks, id); status != desk.StatusOpen && !slices.Contains(got, pipeline.Why{Trait: pipeline.OfStatus, Value: string(status)}) {
			t.Errorf("no ticket for being %s: %+v", status, picks)
		}
	}
}
