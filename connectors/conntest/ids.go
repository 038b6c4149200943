package conntest

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func idRules() []rule {
	return []rule{
		{"OddIDs", "A record without an id, and two messages of a ticket with one id, are refused with ErrRefused or made and told apart; nothing of them is lost.", []need{aTarget, tickets}, oddIDs},
	}
}

// sound looks for what every reader may rely on: a record and each of its
// messages has an id of its own, an aside too.
func sound(it connectors.Item) error {
	if (it.Record == nil) == (it.Aside == nil) {
		return errors.New("an item must hold either a record or an aside")
	}
	if it.Aside != nil {
		if it.Aside.ID == "" || it.Aside.Detail == "" {
			return fmt.Errorf("an aside without id or detail: %+v", *it.Aside)
		}
		return nil
	}
	if it.Record.About().ID == "" {
		return fmt.Errorf("a %s without an id", it.Record.Kind())
	}
	t, ok := it.Record.(*desk.Ticket)
	if !ok {
		return nil
	}
	seen := map[desk.ID]bool{}
	for i := range t.Messages {
		id := t.Messages[i].ID
		if id == "" || seen[id] {
			return fmt.Errorf("ticket %s: message %d has the id %q, empty or taken", t.ID, i+1, id)
		}
		seen[id] = true
	}
	return nil
}

func oddIDs(ctx context.Context, r *rig) error {
	if err := r.makeOthers(ctx); err != nil {
		return err
	}
	twins := simple("twins", "the first", "the second")
	twins.Messages[1].ID = twins.Messages[0].ID
	nameless := simple("nameless", "from nobody knows where")
	nameless.ID = ""
	for name, t := range map[string]*desk.Ticket{"two messages of one id": twins, "a ticket without an id": nameless} {
		got, whole, err := r.create(ctx, t)
		if errors.Is(err, connectors.ErrRefused) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		back, err := r.back(ctx, got.ID, whole)
		if err == nil {
			err = errors.Join(sound(connectors.Item{Record: back}), same(ctx, r.writes, whole, back))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
