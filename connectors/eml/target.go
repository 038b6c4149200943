package eml

import (
	"context"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// writes is what a folder of .eml files promises as a target. A mail's file is
// named after its mark: writing it again replaces it.
var writes = connectors.Caps{
	Kinds:      compose.WrittenKinds(),
	Backdate:   true,
	Silent:     true,
	Idempotent: true,
	Tombstones: true,
	Parallel:   4,
	MaxText:    compose.MaxWrittenText,
}

// openTarget opens the folder for writing; nothing is made before the first
// write. A zip is read but not written: it cannot be continued after a kill.
func openTarget(ctx context.Context, config any, env connectors.Env) (connectors.Target, error) {
	c := config.(*Config)
	if strings.HasSuffix(strings.ToLower(c.Path), ".zip") {
		return nil, fmt.Errorf("path %s: .eml files are written to a folder, not to a zip: %w – name a folder and zip it afterwards",
			c.Path, connectors.ErrUnsupported)
	}
	end := "\r\n"
	if c.LineEnds == "lf" {
		end = "\n"
	}
	return compose.OpenFiles(ctx, newShelf(c.Path, end), env, c.Folders != "none")
}
