package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/checkpoints"
)

// runsOf are the runs of a project, the last first. A canary is nothing that is moved.
func runsOf(ctx context.Context, store checkpoints.Store) ([]checkpoints.Run, error) {
	runs, err := store.Runs(ctx, 0)
	return slices.DeleteFunc(runs, func(r checkpoints.Run) bool { return r.Verb == "check" }), err
}

// knownRun refuses the number of a run that there was not: of none there is nothing to
// look at, which would seem to be proof. 0 asks for none.
func knownRun(runs []checkpoints.Run, number int64) error {
	switch {
	case number == 0 || slices.ContainsFunc(runs, func(r checkpoints.Run) bool { return r.ID == number }):
		return nil
	case len(runs) == 0:
		return usage(errors.New("nothing was moved yet"))
	}
	return usage(fmt.Errorf("--run %d: there was no such run, the last is %d – deskhaul status lists them", number, runs[0].ID))
}
