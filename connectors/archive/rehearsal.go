package archive

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// rehearsal is a target that is only asked: it takes no lock and makes no file.
type rehearsal struct {
	*Source
	natural bool
}

func openRehearsal(ctx context.Context, config Config, env connectors.Env) (*rehearsal, error) {
	env.DryRun = true
	s, err := OpenSource(ctx, config, env)
	return &rehearsal{Source: s, natural: config.SourceID == ""}, err
}

// Find looks as Target.Find does.
func (r *rehearsal) Find(ctx context.Context, rec desk.Record) (desk.ID, error) {
	db, err := r.reader(ctx)
	if err != nil {
		return "", err
	}
	if db == nil {
		return "", fmt.Errorf("the archive is empty: %w", connectors.ErrNotFound)
	}
	return find(ctx, db, rec, r.natural)
}

func (r *rehearsal) Create(context.Context, desk.Record) (connectors.Receipt, error) {
	return connectors.Receipt{}, errDry()
}

func (r *rehearsal) Update(context.Context, desk.ID, desk.Record, []string) (connectors.Receipt, error) {
	return connectors.Receipt{}, errDry()
}

func (r *rehearsal) Append(context.Context, desk.ID, *desk.Message) (connectors.Receipt, error) {
	return connectors.Receipt{}, errDry()
}

func errDry() error {
	return fmt.Errorf("the archive was opened for a dry run: %w", connectors.ErrUnsupported)
}
