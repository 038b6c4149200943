package pipeline_test

import (
	"context"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// A message that moves to another ticket in the source stands in both at the
// target; that is told, once, whichever ticket is read first. What only looks like
// it is not told.
func TestMovedMessageIsTold(t *testing.T) {
	moved := msg("m", "where to?", 2)
	for name, c := range map[string]struct {
		before, after []*desk.Ticket
		want          string // the ticket that it moved to
	}{
		"to a ticket read later": {
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1), moved), tk("2", "two", msg("b", "b", 1))},
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1)), tk("2", "two", msg("b", "b", 1), moved)},
			"2",
		},
		"to a ticket read earlier": {
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1)), tk("2", "two", msg("b", "b", 1), moved)},
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1), moved), tk("2", "two", msg("b", "b", 1))},
			"1",
		},
		"to a new ticket, split off": {
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1), moved)},
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1)), tk("3", "three", moved)},
			"3",
		},
		"from a ticket that is gone, merged": {
			[]*desk.Ticket{tk("1", "one", moved), tk("2", "two", msg("b", "b", 1))},
			[]*desk.Ticket{{Meta: desk.Meta{ID: "1", Deleted: true}}, tk("2", "two", msg("b", "b", 1), moved)},
			"2",
		},
		"deleted, and another of the same id comes elsewhere": {
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1), moved), tk("2", "two", msg("b", "b", 1))},
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1)), tk("2", "two", msg("b", "b", 1), msg("m", "something else", 2))},
			"",
		},
		"deleted, and another of the same id elsewhere": {
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1), moved), tk("2", "two", msg("m", "something else", 1))},
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1)), tk("2", "two", msg("m", "something else", 1))},
			"",
		},
		"deleted, and the same elsewhere before": {
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1), moved), tk("2", "two", moved)},
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1)), tk("2", "two", moved)},
			"",
		},
		"deleted": {
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1), moved)},
			[]*desk.Ticket{tk("1", "one", msg("a", "a", 1))},
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: items(c.before)}}
			h := newHop(t, src, mem.Spec().Reads, new(mem.Desk), mem.Spec().Writes)
			h.run(t)
			src.items[desk.KindTicket] = items(c.after)
			h.run(t)
			asked := &counted{Ledger: h.Ledger}
			h.Ledger = asked
			h.run(t)
			if c.want != "" && asked.namesakes > 0 {
				t.Error("what was told is looked for again")
			}
			var told []string
			for _, e := range h.losses {
				told = append(told, string(e.Kind)+" "+string(e.ID)+" "+e.Loss.Field+": "+e.Loss.Detail)
			}
			if c.want == "" && told != nil || c.want != "" &&
				(len(told) != 1 || !strings.Contains(told[0], "message m message.ticket") || !strings.Contains(told[0], " to "+c.want+" after")) {
				t.Errorf("told %q, want that it moved to %q", told, c.want)
			}
		})
	}
}

func items(ts []*desk.Ticket) (out []connectors.Item) {
	for _, tk := range ts {
		out = append(out, connectors.Item{Record: tk})
	}
	return out
}

// counted counts how often all lines of messages are looked at.
type counted struct {
	checkpoints.Ledger
	namesakes int
}

func (c *counted) Namesakes(ctx context.Context, ids []desk.ID) ([]checkpoints.Row, error) {
	c.namesakes++
	return c.Ledger.Namesakes(ctx, ids)
}

// A dry run, too, tells it in words for people.
func TestMovedMessageIsPlanned(t *testing.T) {
	moved := msg("m", "where to?", 2)
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: items([]*desk.Ticket{tk("1", "one", msg("a", "a", 1), moved), tk("2", "two", msg("b", "b", 1))})}}
	h := newHop(t, src, mem.Spec().Reads, new(mem.Desk), mem.Spec().Writes)
	h.run(t)
	src.items[desk.KindTicket] = items([]*desk.Ticket{tk("1", "one", msg("a", "a", 1)), tk("2", "two", msg("b", "b", 1), moved)})
	h.DryRun = true
	h.run(t)
	if len(h.losses) != 1 || !strings.HasSuffix(h.losses[0].Loss.Detail, "the target has it in both") {
		t.Errorf("told %+v", h.losses)
	}
}
