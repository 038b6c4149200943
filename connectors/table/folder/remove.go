package folder

import (
	"context"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// What is taken back leaves the index; its rows are left out of the file that Close
// compacts. The bytes of attachments stay in their folder: others may share them.

// Delete takes a record back, a ticket with its messages.
func (t *Target) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.env.DryRun {
		return t.dry()
	}
	cells, _, err := t.row(ctx, kind, id)
	if err != nil {
		return err
	}
	if kind == desk.KindTicket {
		spots, err := t.spots(ctx, ticketPrefix(id))
		if err != nil {
			return err
		}
		for key := range spots {
			t.strike(desk.KindMessage, key)
		}
	}
	natural, err := t.naturalOf(kind, cells)
	if err != nil {
		return err
	}
	for _, key := range []string{markKey(kind, table.Unguard(cells[len(cells)-1])), natural} {
		at, err := t.get(ctx, key)
		if err != nil {
			return err
		}
		if string(at) == string(id) { // else another has it by now
			t.pending[key] = nil
		}
	}
	t.strike(kind, indexKey(kind, id))
	return t.spill(ctx)
}

// DeleteMessage takes one message back.
func (t *Target) DeleteMessage(ctx context.Context, ticket, message desk.ID) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.env.DryRun {
		return t.dry()
	}
	key := messageKey(ticket, message)
	if b, err := t.get(ctx, key); err != nil || b == nil {
		return t.notFound(err, desk.KindMessage, message)
	}
	t.strike(desk.KindMessage, key)
	return t.spill(ctx)
}

// spots are the places of the rows whose keys begin with a prefix.
func (t *Target) spots(ctx context.Context, prefix string) (map[string]spot, error) {
	found := map[string]spot{}
	entries := t.env.State.Scan(ctx, prefix, "")
	if a := t.alteredOf(prefix); a != nil {
		entries = a.scan(prefix)
	}
	for e, err := range entries {
		if err != nil {
			return nil, err
		}
		if found[e.Key], err = decodeSpot(e.Value); err != nil {
			return nil, err
		}
	}
	for key, b := range t.pending {
		switch {
		case !strings.HasPrefix(key, prefix):
		case b == nil:
			delete(found, key)
		default:
			at, err := decodeSpot(b)
			if err != nil {
				return nil, err
			}
			found[key] = at
		}
	}
	return found, nil
}
