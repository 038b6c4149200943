package folder

import (
	"context"
	"encoding/json"

	"github.com/deskhaul/deskhaul/connectors"
)

// Known tells whether a state knows of rows that were written.
func Known(ctx context.Context, state connectors.State) (bool, error) {
	b, err := state.Get(ctx, journalKey)
	if err != nil || b == nil {
		return false, err
	}
	var j journal
	err = json.Unmarshal(b, &j)
	return len(j.Files) > 0, err
}

// Changed tells whether rows were added or struck out.
func (t *Target) Changed() bool { return t.changed }

// Settled tells whether the state knows every file for sure.
func (t *Target) Settled() bool { return t.begun == allKnown }
