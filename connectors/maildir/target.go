package maildir

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// writes is what a Maildir promises as a target. A mail's file is named after its
// mark: writing it again replaces it.
var writes = connectors.Caps{
	Kinds:      compose.WrittenKinds(),
	Backdate:   true,
	Silent:     true,
	Idempotent: true,
	Tombstones: true,
	Parallel:   4,
	MaxText:    compose.MaxWrittenText,
}

// openTarget opens the Maildir for writing; nothing is made before the first write.
func openTarget(ctx context.Context, config any, env connectors.Env) (connectors.Target, error) {
	c := config.(*Config)
	return compose.OpenFiles(ctx, newShelf(c.Path), env, c.Folders != "none")
}
