package folder

import (
	"context"
	"strconv"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// turn is one message ready to be written.
type turn struct {
	id    desk.ID
	cells []string
}

// prepare gives messages their ids and writes their files. No row is written
// before all files are there: of a ticket that is refused nothing may be left,
// and no row may name a file that does not exist.
func (t *Target) prepare(ctx context.Context, ticket desk.ID, ms []desk.Message, receipt *connectors.Receipt) ([]turn, error) {
	var turns []turn
	taken := map[desk.ID]bool{}
	for i := range ms {
		m, was := ms[i], ms[i].ID
		var err error
		if m.ID, err = t.freeTurn(ctx, ticket, &m, taken); err != nil {
			return nil, err
		}
		taken[m.ID], receipt.Messages[was] = true, m.ID
		m.Files = append([]desk.File(nil), m.Files...)
		for j := range m.Files {
			done, err := t.attach(ctx, &m.Files[j])
			if err != nil {
				return nil, err
			}
			done.Message = was
			receipt.Files = append(receipt.Files, done)
		}
		cells, err := table.MessageCells(ticket, &m)
		if err != nil {
			return nil, connectors.Refuse(connectors.ReasonRefused, "", "%s: %w", t.o.Connector, err)
		}
		t.fit(desk.KindMessage, cells)
		turns = append(turns, turn{m.ID, cells})
	}
	return turns, nil
}

// freeTurn finds the id for a new message: its source's, unless that is taken.
func (t *Target) freeTurn(ctx context.Context, ticket desk.ID, m *desk.Message, taken map[desk.ID]bool) (desk.ID, error) {
	want := m.ID
	if want == "" {
		want = desk.ID(m.Mark)
	}
	id := want
	for n := 2; ; n++ {
		b, err := t.get(ctx, messageKey(ticket, id))
		if err != nil || b == nil && id != "" && !taken[id] {
			return id, err
		}
		id = want + desk.ID("-"+strconv.Itoa(n))
	}
}

// say appends the rows of messages and notes where they stand.
func (t *Target) say(ticket desk.ID, turns []turn) error {
	t.changed = t.changed || len(turns) > 0
	for _, one := range turns {
		f, err := t.file(desk.KindMessage)
		if err != nil {
			return err
		}
		at, err := f.append(one.cells)
		if err != nil {
			return t.denied(f.label, err)
		}
		t.pending[messageKey(ticket, one.id)] = at.encode()
	}
	return nil
}
