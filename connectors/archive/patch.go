package archive

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// patch makes the named fields of a record say what news says.
func (t *Target) patch(ctx context.Context, id desk.ID, news coverRow, fields []string) (connectors.Receipt, error) {
	was, err := t.live(ctx, news.kind, id)
	if err != nil {
		return connectors.Receipt{}, err
	}
	c, err := patched(was, &news, fields)
	if err != nil {
		return connectors.Receipt{}, err
	}
	r := connectors.Receipt{ID: id, Version: version(was.change)}
	if c.body == was.body {
		return r, nil
	}
	r.Version = version(t.tx.change + 1)
	return r, t.rewrite(ctx, was, c, t.tx.change+1)
}

// patched is the standing record with the named fields taken from news. Names are
// those of desk.PrintsOf.
func patched(was *stored, news *coverRow, fields []string) (*coverRow, error) {
	r, err := unpackCover(news.kind, was.id, was.mark, was.updated, 0, []byte(was.body))
	if err != nil {
		return nil, err
	}
	from, err := unpackCover(news.kind, was.id, was.mark, news.updated, 0, []byte(news.body))
	if err != nil {
		return nil, err
	}
	if err := desk.Assign(r, from, fields...); err != nil {
		return nil, connectors.Refuse(connectors.ReasonInternal, "", "%s %s: %w", news.kind, was.id, err)
	}
	if !from.About().Updated.IsZero() {
		r.About().Updated = from.About().Updated
	}
	for _, ref := range desk.Refs(r) {
		ref.Target = ref.ID // what is stored is linked already
	}
	c, err := packCover(r)
	return &c, err
}
