package folder

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// naturalKey is where the state keeps which record is known by its natural key;
// "" if it has none. References count by the target's ids.
func naturalKey(r desk.Record) string {
	c := desk.Clone(r)
	for _, ref := range desk.Refs(c) {
		ref.ID = ref.Target
	}
	return keyOf(c)
}

func keyOf(r desk.Record) string {
	name := desk.Natural(r)
	if name == "" || r.Kind() == desk.KindTicket {
		return ""
	}
	return "w/n/" + string(r.Kind()) + "/" + name
}

// naturalOf is naturalKey for a row of ours, guarded as it stands in the file.
func (t *Target) naturalOf(kind desk.Kind, cells []string) (string, error) {
	if kind == desk.KindTicket || kind == desk.KindMessage {
		return "", nil
	}
	rec, err := parsed(kind, cells)
	if err != nil {
		return "", err
	}
	return keyOf(rec), nil
}

// parsed reads a row of ours, guarded as it stands in the file.
func parsed(kind desk.Kind, cells []string) (desk.Record, error) {
	layout, err := table.Resolve(table.Settings{Kind: kind}, table.Columns(kind), nil)
	if err != nil {
		return nil, err
	}
	rs, _, err := layout.Records(context.Background(), kind, cells, nil)
	if err != nil {
		return nil, err
	}
	return rs[0], nil
}

func guarded(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = table.Guard(c)
	}
	return out
}

// Find looks for a record by its mark, else for a person or shelf by its natural
// key.
func (t *Target) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if mark := r.About().Mark; mark != "" {
		id, err := t.get(ctx, markKey(r.Kind(), mark))
		if id != nil || err != nil {
			return desk.ID(id), err
		}
	}
	key := naturalKey(r)
	if key == "" {
		return "", t.notFound(nil, r.Kind(), r.About().ID)
	}
	id, err := t.get(ctx, key)
	if id == nil || err != nil {
		return "", t.notFound(err, r.Kind(), r.About().ID)
	}
	cells, _, err := t.row(ctx, r.Kind(), desk.ID(id))
	if err != nil {
		return "", err
	}
	if now, err := t.naturalOf(r.Kind(), cells); err != nil || now != key { // renamed since
		return "", t.notFound(err, r.Kind(), r.About().ID)
	}
	return desk.ID(id), nil
}
