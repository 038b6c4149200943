package itsm365

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors"
)

// Describe tells what the installation has.
func (a *api) Describe(ctx context.Context) (connectors.Schema, error) {
	s := connectors.Schema{Title: "Naumen Service Desk " + a.host}
	_, err := a.find(ctx, a.config.of("tickets").Class, nil, nil, 0, 1)
	return s, err
}
