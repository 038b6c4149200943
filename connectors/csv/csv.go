// Package csv reads tables of tickets, messages, people and shelves from CSV
// files, whatever program wrote them, and writes a folder of CSV files that a
// spreadsheet opens safely and that reads back exactly.
package csv

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:   "csv",
		Doc:    "tables of tickets, messages, contacts, organizations and categories in CSV files",
		Config: func() any { return &Config{MaxRow: defaultMaxRow} },
		Location: func(config any, location string) error {
			c, ok := config.(*Config)
			if !ok || location == "" {
				return fmt.Errorf("csv: want a file or folder, as in csv:customers.csv")
			}
			c.Path = location
			return nil
		},
		Account: account,
		Reads: connectors.Caps{
			Kinds: slices.Clone(desk.Kinds), Resume: true, Parallel: 1,
		},
		Writes: connectors.Caps{
			Kinds: slices.Clone(desk.Kinds), Backdate: true, Silent: true, Tombstones: true, Parallel: 1,
		},
		Silence: connectors.Nobody("The tables are files on this machine"),
		Source: func(ctx context.Context, config any, env connectors.Env) (connectors.Source, error) {
			return newSource(ctx, config.(*Config), env)
		},
		Target: func(ctx context.Context, config any, env connectors.Env) (connectors.Target, error) {
			return newTarget(ctx, config.(*Config), env)
		},
	}
}

func account(config any) string {
	c, ok := config.(*Config)
	if !ok {
		return ""
	}
	path, err := filepath.Abs(c.Path)
	if err != nil {
		path = c.Path
	}
	return path
}
