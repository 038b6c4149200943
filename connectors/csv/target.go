package csv

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table/folder"
)

// filesFolder is where attachments lie, below the tables.
const filesFolder = "files"

func newTarget(ctx context.Context, cfg *Config, env connectors.Env) (*folder.Target, error) {
	if cfg.Path == "" {
		return nil, errors.New("csv: path: say which folder to write to")
	}
	return folder.Open(ctx, folder.Options{
		Connector: "csv", Dir: cfg.Path, Files: filepath.Join(cfg.Path, filesFolder), Place: "folder",
	}, env)
}
