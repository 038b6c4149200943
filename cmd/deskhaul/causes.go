package main

import (
	"context"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/report"
)

// causes adds why a run, or a plan on a copy of the ledger, has put records aside.
func (h *hop) causes(ctx context.Context, run int64, to *report.Causes) error {
	q := checkpoints.Query{Run: run, States: []checkpoints.State{checkpoints.Failed, checkpoints.Held, checkpoints.Intended}}
	for row, err := range h.ledger.Rows(ctx, q) {
		if err != nil {
			return err
		}
		to.Add(h.label(), row.Kind, row.Parent, row.ID, connectors.Reason(row.Reason), whyAside(row))
	}
	return nil
}
