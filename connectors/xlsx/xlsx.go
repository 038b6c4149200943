// Package xlsx reads tables of tickets, messages, people and shelves from workbooks of
// Excel, whatever program wrote them, and writes a workbook that reads back exactly.
package xlsx

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:   "xlsx",
		Doc:    "tables of tickets, messages, contacts, organizations and categories in an Excel workbook",
		Config: func() any { return &Config{MaxUnpacked: defaultMaxUnpacked} },
		Location: func(config any, location string) error {
			c, ok := config.(*Config)
			if !ok || location == "" {
				return fmt.Errorf("xlsx: want a workbook, as in xlsx:tickets.xlsx")
			}
			c.Path = location
			return nil
		},
		Account: account,
		Reads: connectors.Caps{
			Kinds: slices.Clone(desk.Kinds), Resume: true, Parallel: 1,
		},
		Writes: connectors.Caps{
			Kinds: slices.Clone(desk.Kinds), Backdate: true, Step: time.Millisecond, Silent: true, Tombstones: true, Parallel: 1,
		},
		Silence: connectors.Nobody("The workbook is a file on this machine"),
		Guide:   guide,
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
