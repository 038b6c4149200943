package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// rollbackAsk is what a rollback was asked.
type rollbackAsk struct {
	run int64
	yes bool
}

func (a *app) rollbackCommand() *cobra.Command {
	ask := &rollbackAsk{}
	c := &cobra.Command{
		Use:   "rollback [FOLDER]",
		Short: "delete at the target what runs made there, and nobody touched since",
		Long: `Deletes what the ledger says that this project made at the target: tickets first,
then the people and shelves that nothing needs any more, newest run first. What
stood there before is never deleted, nor what somebody changed or answered since:
that is listed. Without --yes it only tells what it would do.

--run takes back one run alone: what it made, and the messages that it added to older
tickets, where the target takes back single messages. Fields that it changed stay, and
are listed. The archive of the project is kept; migrate or load brings all of it anew.

It may be stopped at any time: the same command goes on, and so does migrate.

` + exitHelp,
		Example: `  deskhaul rollback ./acme
  deskhaul rollback --yes ./acme
  deskhaul rollback --run 3 --yes ./acme`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			why := toRehearse
			if ask.yes {
				why = toWrite
			}
			return a.within(c.Context(), args, why, func(ctx context.Context, s *session) error { return s.rollback(ctx, ask) })
		},
	}
	c.Flags().Func("run", "take back run `N` alone", func(value string) (err error) {
		ask.run, err = runNumber(value)
		return err
	})
	c.Flags().BoolVar(&ask.yes, "yes", false, "really delete")
	return a.systems(c)
}

func (s *session) rollback(ctx context.Context, ask *rollbackAsk) error {
	hops := s.loads()
	if len(hops) == 0 {
		return usage(errors.New("there is no target to roll back: the archive of a project is its own – delete its folder instead"))
	}
	err := knownRun(ctx, s.store, ask.run)
	if err != nil {
		return err
	}
	out := &report.Rollback{Done: ask.yes, Of: ask.run}
	began := time.Now()
	run := checkpoints.Run{Verb: "rollback", Started: began, Mapping: s.p.Mapping.Hash()}
	if ask.run > 0 {
		run.Args = fmt.Sprintf("--run %d", ask.run)
	}
	if ask.yes {
		if run.ID, err = s.store.StartRun(ctx, run); err != nil {
			return err
		}
	}
	for _, h := range hops {
		if err = h.ended(run.ID, h.rollback(ctx, ask, out)); err != nil {
			break
		}
	}
	out.Seconds = time.Since(began).Seconds()
	if ask.yes {
		run.Ended, run.State, run.Requests = time.Now(), stateOf(err), s.requests.Load()
		err = errors.Join(err, s.store.EndRun(context.WithoutCancel(ctx), run))
	}
	if err != nil && (!ask.yes || len(out.Hops) == 0) {
		return err
	}
	if err != nil {
		out.Stopped = err.Error()
	}
	if s.json {
		return errors.Join(err, report.JSON(s.result(), out))
	}
	return errors.Join(err, out.Text(forPeople{s.result()}))
}

// stateOf is how a run ended.
func stateOf(err error) checkpoints.RunState {
	switch {
	case err == nil:
		return checkpoints.RunDone
	case errors.Is(err, context.Canceled):
		return checkpoints.RunInterrupted
	}
	return checkpoints.RunFailed
}

// rollback takes back what the runs of one leg made.
func (h *hop) rollback(ctx context.Context, ask *rollbackAsk, into *report.Rollback) (err error) {
	if err := h.open(ctx); err != nil {
		return err
	}
	defer func() { // what a target notes when it is closed is durable only then
		closed := h.close()
		if closed != nil { // what it was still to finish is not to be believed
			h.s.store.Drop()
		}
		err = errors.Join(err, closed, h.s.store.Flush(context.WithoutCancel(ctx)))
	}()
	p, err := h.rehearsal(ctx)
	if err != nil {
		return err
	}
	leg := into.Leg(h.from.Name, h.to.Name)
	bar := h.s.show("rolling back " + h.label())
	watch := bar.watch(ctx, nil)
	b := &pipeline.Rollback{Pipeline: p, Of: ask.run, Do: ask.yes, Told: func(u pipeline.Undone) {
		watch(pipeline.Event{Kind: u.Kind, ID: u.ID, Outcome: pipeline.Updated})
		if u.Deleted {
			leg.Add(u.Kind)
			return
		}
		leg.Stays(report.Left{Kind: u.Kind, ID: string(u.ID), Ticket: string(u.Parent), Target: string(u.Target), Why: u.Why})
	}}
	err = b.Go(ctx)
	bar.end()
	if errors.Is(err, connectors.ErrUnsupported) {
		into.Hops = into.Hops[:len(into.Hops)-1] // nothing was begun
		return usage(fmt.Errorf("%s: %w – delete there by hand what it holds", h.to.Name, err))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", h.label(), err)
	}
	return nil
}
