package conntest

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func memoryRules() []rule {
	return []rule{
		{"StateKilled", "A source killed at any point of its puts gives the same records the same ids when it reads again; resumed from a cursor, with no less state than there was at that cursor, it loses nothing.", []need{aSource, seeding, rereading}, stateKilled},
	}
}

// moment is an item, and how much had been put when it was yielded.
type moment struct {
	cursor connectors.Cursor
	puts   int
}

func stateKilled(ctx context.Context, r *rig) error {
	if err := r.seed(ctx, world()...); err != nil {
		return err
	}
	for _, kind := range r.reads.Kinds {
		state := new(State)
		s, err := r.sourceWith(ctx, state)
		if err != nil {
			return err
		}
		var moments []moment
		var items []connectors.Item
		for it, err := range s.Read(ctx, kind, "") {
			if err != nil {
				return err
			}
			items = append(items, it)
			moments = append(moments, moment{it.Cursor, state.Len()})
		}
		if err := r.killed(ctx, kind, state, items, moments); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	return nil
}

// killed reads again as after a kill at sampled points. A cursor is durable no
// earlier than the puts before it, so it meets its own state or a later one.
func (r *rig) killed(ctx context.Context, kind desk.Kind, state *State, items []connectors.Item, moments []moment) error {
	all := names(items)
	for _, n := range points(state.Len()) {
		got, err := r.after(ctx, kind, state.At(n), "")
		if err != nil {
			return err
		}
		if a, b := lost(all, got), lost(got, all); len(a)+len(b) > 0 {
			return fmt.Errorf("killed after %d of %d puts and read from the beginning: missing %q, new %q", n, state.Len(), a, b)
		}
	}
	if !r.reads.Resume {
		return nil
	}
	for i, m := range moments {
		for _, n := range []int{m.puts, state.Len()} {
			got, err := r.after(ctx, kind, state.At(n), m.cursor)
			if err != nil {
				return err
			}
			if a, b := lost(names(items[i+1:]), got), lost(got, all); len(a)+len(b) > 0 {
				return fmt.Errorf("killed after item %d with %d puts and resumed: missing %q, new %q", i+1, n, a, b)
			}
		}
	}
	return nil
}

func (r *rig) after(ctx context.Context, kind desk.Kind, state *State, from connectors.Cursor) ([]desk.ID, error) {
	s, err := r.sourceWith(ctx, state)
	if err != nil {
		return nil, err
	}
	items, err := list(s.Read(ctx, kind, from))
	return names(items), err
}

// points are up to some twenty places from 0 to n, both among them.
func points(n int) []int {
	step, out := n/20+1, []int{}
	for i := 0; i < n; i += step {
		out = append(out, i)
	}
	return append(out, n)
}
