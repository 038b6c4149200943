package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/deskhaul/deskhaul/checkpoints"
)

// runNumber reads the number of a run. 0 would stand for all of them, which nobody means
// who names one.
func runNumber(value string) (int64, error) {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n <= 0 {
		return 0, errors.New("want the number of a run, like --run 3; deskhaul status lists them")
	}
	return n, nil
}

// runsOf are the runs of a project, the last first. A canary is nothing that is moved.
func runsOf(ctx context.Context, store checkpoints.Store) ([]checkpoints.Run, error) {
	runs, err := store.Runs(ctx, 0)
	return slices.DeleteFunc(runs, func(r checkpoints.Run) bool { return r.Verb == "check" }), err
}

// lastMove is the number of the last run that moved something; 0 none did.
func lastMove(runs []checkpoints.Run) int64 {
	for _, r := range runs {
		if movedNothing(r) == "" {
			return r.ID
		}
	}
	return 0
}

// movedNothing says what a run did that is none of those that move; "" of one of them.
func movedNothing(r checkpoints.Run) string {
	switch r.Verb {
	case "check":
		return "wrote a canary"
	case "rollback":
		return "was a rollback"
	}
	return ""
}

// knownRun refuses the number of a run that there was not, or that moved nothing: of none
// there is nothing to look at, which would seem to be proof. 0 asks for none.
func knownRun(ctx context.Context, store checkpoints.Store, number int64) error {
	runs, err := store.Runs(ctx, 0)
	if err != nil || number == 0 {
		return err
	}
	if len(runs) == 0 {
		return usage(errors.New("nothing was moved yet"))
	}
	at := slices.IndexFunc(runs, func(r checkpoints.Run) bool { return r.ID == number })
	if at < 0 {
		return usage(fmt.Errorf("--run %d: there was no such run, the last is %d – deskhaul status lists them", number, runs[0].ID))
	}
	if did := movedNothing(runs[at]); did != "" {
		return usage(fmt.Errorf("--run %d: that one %s, and moved nothing – deskhaul status lists them all", number, did))
	}
	return nil
}
