package folder

import (
	"context"
	"errors"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// messages reads the messages of a ticket in the order in which they were written.
func (t *Target) messages(ctx context.Context, ticket desk.ID) ([]desk.Message, error) {
	spots, err := t.spots(ctx, ticketPrefix(ticket))
	if err != nil {
		return nil, err
	}
	var order []spot
	for _, s := range spots {
		order = append(order, s)
	}
	slices.SortFunc(order, func(a, b spot) int { return int(a.off - b.off) })
	layout, err := table.Resolve(table.Settings{Kind: desk.KindMessage}, table.Columns(desk.KindMessage), nil)
	if err != nil {
		return nil, err
	}
	var ms []desk.Message
	for _, s := range order {
		cells, err := t.cells(desk.KindMessage, s)
		if errors.Is(err, connectors.ErrNotFound) {
			continue // somebody took it out
		}
		if err != nil {
			return nil, err
		}
		m, _, err := layout.Message(ctx, cells, nil)
		if err != nil {
			return nil, err
		}
		table.OpenFiles(t.o.Connector, t.o.Home, m.Files)
		ms = append(ms, m)
	}
	return ms, nil
}
