package pipeline_test

import (
	"context"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// fillsIn is a desk that fills in a custom field of its own.
type fillsIn struct{ *mem.Desk }

func (d fillsIn) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	got, err := d.Desk.Create(ctx, r)
	if r.Kind() != desk.KindTicket || err != nil {
		return got, err
	}
	made, err := d.Fetch(ctx, desk.KindTicket, got.ID)
	if err != nil {
		return got, err
	}
	made.About().Fields = map[string]any{"own": "by itself"}
	d.Seed(made)
	made, err = d.Fetch(ctx, desk.KindTicket, got.ID)
	got.Returned, got.Version = desk.PrintsOf(made), made.About().Version
	return got, err
}

// A custom field that an agent filled in at the target is the agent's: nothing overwrites
// it by the default policy, which is told, and a rollback leaves its ticket. So is one
// that an agent emptied which the target fills in itself. What the target puts there by
// itself is nobody's.
func TestCustomFieldsOfAgents(t *testing.T) {
	for name, c := range map[string]struct {
		agent map[string]any
		stays bool
	}{
		"filled in": {map[string]any{"own": "by itself", "tier": "gold"}, true},
		"changed":   {map[string]any{"own": "another"}, true},
		"emptied":   {nil, true},
		"untouched": {map[string]any{"own": "by itself"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBoth(t, pipeline.TargetWins)
			b.rollback(t, 0, true)
			b.Target = fillsIn{b.dst}
			b.run(t)
			b.next(t, func(x *desk.Ticket) { x.Fields = c.agent })
			if gone, left := b.rollback(t, 0, false); slices.Contains(gone, "ticket 1") == c.stays {
				t.Errorf("would delete %q and leave %q", gone, left)
			}
			b.old(t, func(x *desk.Ticket) { x.Fields = map[string]any{"tier": "silver"} })
			b.run(t)
			want, told := any("silver"), 0
			if c.agent["tier"] != nil {
				want, told = c.agent["tier"], 1
			}
			if got := subjectOf(t, b.dst, "subject 1").Fields["tier"]; got != want || len(b.said) != told {
				t.Errorf("%v stands there, told %q", got, b.said)
			}
		})
	}
}

// loses is a desk that tells a loss of what it makes, and gives nothing back if it is terse.
type loses struct {
	*mem.Desk
	loss  connectors.Loss
	terse bool
}

func (d loses) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	got, err := d.Desk.Create(ctx, r)
	if r.Kind() == desk.KindTicket && err == nil {
		got.Losses = append(got.Losses, d.loss)
		if d.terse {
			got.Returned, got.Version = nil, ""
		}
	}
	return got, err
}

// What agents do to a field of which something was lost is theirs where it is known what the
// target made of it, or where nobody saw that anything was lost.
func TestLostFieldsOfAgents(t *testing.T) {
	for name, c := range map[string]struct {
		detail string
		terse  bool
		theirs bool
	}{
		"seen":                {"it took other tags", false, true},
		"unseen":              {connectors.Unseen + "it took the tags", true, true},
		"told, nothing known": {"it took other tags", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBoth(t, pipeline.TargetWins)
			b.rollback(t, 0, true)
			b.Target = loses{b.dst, connectors.Loss{Field: "tags", Why: connectors.WhyNotTaken, Detail: c.detail}, c.terse}
			b.run(t)
			b.next(t, func(x *desk.Ticket) { x.Tags = []string{"agents"} })
			if gone, left := b.rollback(t, 0, false); slices.Contains(gone, "ticket 1") == c.theirs {
				t.Errorf("would delete %q and leave %q", gone, left)
			}
		})
	}
}
