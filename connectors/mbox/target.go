package mbox

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// writes is what an mbox file promises as a target. It is one file that grows:
// what is written is at most once only because the journal cuts it back.
var writes = connectors.Caps{
	Kinds:      compose.WrittenKinds(),
	Backdate:   true,
	Silent:     true,
	Tombstones: true,
	Parallel:   1,
	MaxText:    compose.MaxWrittenText,
}

// openTarget opens the file for appending.
func openTarget(ctx context.Context, config any, env connectors.Env) (connectors.Target, error) {
	b, err := openBox(ctx, config.(*Config).Path, env)
	if err != nil {
		return nil, err
	}
	return b.scribe, nil
}
