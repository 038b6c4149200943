package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/project"
)

// amending opens the ledger to write in it what a person decided, and lists what
// is aside then; no configuration is needed.
func (a *app) amending(ctx context.Context, args []string, amend func(context.Context, *session) error) (err error) {
	s := &session{app: a, purpose: toWrite, folder: folder(args)}
	if s.p, s.names, err = project.Glance(s.folder); err != nil {
		return configError(err)
	}
	if s.lock, err = s.p.Lock(time.Now()); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if s.store, err = checkpoints.Open(ctx, s.p.Ledger()); err != nil {
		return err
	}
	if err := amend(ctx, s); err != nil {
		return err
	}
	if err := s.store.Flush(ctx); err != nil {
		return err
	}
	return s.quarantine(ctx, "", 0)
}

// dismiss takes entries out of quarantine that a person has dealt with: a line that
// was mended in the source under another id, a record that nobody needs. What the
// source brings again is tried again.
func (s *session) dismiss(ctx context.Context, ids []string, reason string) error {
	all, found := slices.Contains(ids, "all"), map[string]int{}
	err := s.ledgers(ctx, func(_ string, l checkpoints.Ledger) error {
		var rows []checkpoints.Row
		for row, err := range l.Rows(ctx, checkpoints.Query{Reason: reason, States: []checkpoints.State{checkpoints.Failed}}) {
			if err != nil {
				return err
			}
			if slices.Contains(ids, string(row.ID)) || all {
				row.State, row.Detail = checkpoints.Skipped, "dismissed by hand: "+row.Detail
				rows = append(rows, row)
				found[string(row.ID)]++
			}
		}
		l.Put(rows...)
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if found[id] == 0 && !all {
			return usage(fmt.Errorf("--dismiss %s: nothing of that id is in quarantine; what waits is tried with every run", id))
		}
	}
	return nil
}
