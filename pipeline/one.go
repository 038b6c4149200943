package pipeline

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// One brings one record up to date, as Go does with all; with DryRun set it is how
// a plan shows one ticket. The source must be able to be asked for one record; the
// error wraps connectors.ErrNotFound if it has none of that id.
func (p *Pipeline) One(ctx context.Context, kind desk.Kind, id desk.ID) (before desk.Record, err error) {
	r := newRun(p)
	if r.fetcher == nil {
		return nil, fmt.Errorf("the source cannot be asked for one record: %w", connectors.ErrUnsupported)
	}
	rec, err := r.fetcher.Fetch(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	before = desk.Clone(rec)
	r.hasty = true // nothing is waited for
	if err := r.record(ctx, rec, nil); err != nil {
		return before, err
	}
	return before, r.save(ctx)
}
