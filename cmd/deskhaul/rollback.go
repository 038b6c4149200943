package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// rollbackAsk is what a rollback was asked.
type rollbackAsk struct {
	run     int64
	tickets []string
	yes     bool
}

// words are what a run remembers of it.
func (ask *rollbackAsk) words() string {
	var out []string
	if ask.run > 0 {
		out = append(out, fmt.Sprintf("--run %d", ask.run))
	}
	for _, id := range ask.tickets {
		out = append(out, "--ticket "+id)
	}
	return strings.Join(out, " ")
}

func (a *app) rollbackCommand() *cobra.Command {
	ask := &rollbackAsk{}
	c := &cobra.Command{
		Use:   "rollback [FOLDER]",
		Short: "delete at the target what runs made there, and nobody touched since",
		Long: `Deletes what the ledger says that this project made at the target: tickets first,
then the people and shelves that nothing needs any more, newest run first. What
stood there before is never deleted, nor what somebody changed or answered since:
that is listed. In a mailbox it looks at its own mails alone, and says so. Without
--yes it only tells what it would do.

Deleting is writing: who is mailed about a change of a ticket may be mailed about this
too. --yes is refused where a run would be, until a canary was silent.

--run takes back one run alone: what it made, and the messages that it added to older
tickets, where the target takes back single messages. Fields that it changed stay, and
are listed. The archive of the project is kept; migrate or load brings all of it anew.

--ticket takes back that ticket alone, by its id in the source (of the archive: as "browse"
and "quarantine" show it), and leaves its people. The next run brings it anew, where its
route leads now.

It may be stopped at any time: the same command goes on, and so does migrate.

` + exitHelp,
		Example: `  deskhaul rollback ./acme
  deskhaul rollback --yes ./acme
  deskhaul rollback --run 3 --yes ./acme
  deskhaul rollback --ticket mailbox/4711 --yes ./acme`,
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
	c.Flags().StringArrayVar(&ask.tickets, "ticket", nil, "take back the ticket of that `ID` alone; may be given several times")
	c.Flags().BoolVar(&ask.yes, "yes", false, "really delete")
	return a.systems(c)
}

func (s *session) rollback(ctx context.Context, ask *rollbackAsk) error {
	hops := s.loads()
	if len(hops) == 0 {
		return usage(errors.New("there is no target to roll back: the archive of a project is its own – delete its folder instead"))
	}
	err := knownRun(ctx, s.store, ask.run)
	if err == nil {
		err = s.knownTickets(ctx, hops, ask.tickets)
	}
	if err != nil {
		return err
	}
	out := &report.Rollback{Done: ask.yes, Of: ask.run}
	if out.First, err = mayDelete(hops, ask.yes); err != nil {
		return err
	}
	began := time.Now()
	run := checkpoints.Run{Verb: "rollback", Started: began, Mapping: s.p.Mapping.Hash(), Args: ask.words()}
	if ask.yes {
		if run.ID, err = s.store.StartRun(ctx, run); err != nil {
			return err
		}
		if err := s.anewEverywhere(ctx, hops); err != nil {
			return err
		}
	}
	err = s.rollbackAll(ctx, run.ID, byTarget(hops), ask, out)
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

// mayDelete refuses targets as a run does, before the first request to any of them. A
// rehearsal tells what has to be settled first.
func mayDelete(hops []*hop, really bool) (first []string, err error) {
	for _, h := range hops {
		err := h.mayWrite()
		if err != nil && really {
			return nil, err
		}
		if err != nil {
			first = append(first, err.Error())
		}
	}
	return first, nil
}

// stateOf is how a run ended.
func stateOf(err error) checkpoints.RunState {
	switch {
	case err == nil:
		return checkpoints.RunDone
	case errors.Is(err, context.Canceled), errors.Is(err, errInterrupted):
		return checkpoints.RunInterrupted
	}
	return checkpoints.RunFailed
}

// errInterrupted is what somebody reads who has stopped a rollback.
var errInterrupted = &exit{exitInterrupted, errors.New("interrupted: the same command goes on where it was")}

// rollbackAll takes back at each target what runs made there. One that takes back nothing
// keeps the others from nothing; where there is none but such, that is the error.
func (s *session) rollbackAll(ctx context.Context, run int64, targets [][]*hop, ask *rollbackAsk, into *report.Rollback) error {
	var cannot []error
	for _, to := range targets {
		err := to[0].ended(run, s.rollbackAt(ctx, to, ask, into))
		if errors.Is(err, connectors.ErrUnsupported) {
			cannot = append(cannot, err)
			continue
		}
		if err != nil {
			return err
		}
	}
	if len(cannot) == len(targets) {
		into.Hops = nil
		return errors.Join(cannot...)
	}
	return nil
}

// byTarget puts the legs to each target together.
func byTarget(hops []*hop) (to [][]*hop) {
	for _, h := range hops {
		if n := len(to) - 1; n >= 0 && to[n][0].to == h.to {
			to[n] = append(to[n], h)
		} else {
			to = append(to, []*hop{h})
		}
	}
	return to
}

// rollbackAt takes back what the runs of all legs to one target made: one source's
// tickets may need whom another's brought.
func (s *session) rollbackAt(ctx context.Context, hops []*hop, ask *rollbackAsk, into *report.Rollback) (err error) {
	to := hops[0].to
	opened := 0
	defer func() { // what a target notes when it is closed is durable only then
		var closed error
		for _, h := range slices.Backward(hops[:opened]) {
			closed = errors.Join(closed, h.close())
		}
		if closed != nil { // what it was still to finish is not to be believed
			s.store.Drop()
		}
		err = errors.Join(err, closed, s.store.Flush(context.WithoutCancel(ctx)))
	}()
	for _, h := range hops {
		h.lent = hops[0].target // nil for the first
		if err := h.open(ctx); err != nil {
			return err
		}
		opened++
	}
	bar := s.show("rolling back " + to.Name)
	legs, err := s.undoing(ctx, hops, ask, into, bar.watch(ctx, nil))
	if err == nil {
		err = pipeline.RollBack(ctx, legs...)
	}
	bar.end()
	if ctx.Err() != nil && err == ctx.Err() { //nolint:errorlint // nothing else has happened
		return errInterrupted
	}
	if errors.Is(err, connectors.ErrUnsupported) {
		err = usage(fmt.Errorf("%s: %w – delete there by hand what it holds", to.Name, err))
		for _, leg := range into.Hops[len(into.Hops)-len(hops):] {
			leg.Cannot = err.Error()
		}
		return err
	}
	if err != nil {
		return fmt.Errorf("%s: %w", to.Name, err)
	}
	return nil
}

// undoing are the rollbacks of legs that are open.
func (s *session) undoing(ctx context.Context, hops []*hop, ask *rollbackAsk, into *report.Rollback, watch func(pipeline.Event)) (legs []*pipeline.Rollback, err error) {
	for _, h := range hops {
		p, err := h.rehearsal(ctx)
		if err != nil {
			return nil, err
		}
		leg := into.Leg(h.from.Name, h.to.Name)
		if o, ok := h.target.(connectors.Overlooker); ok {
			leg.Overlooked = o.Overlooks()
		}
		legs = append(legs, &pipeline.Rollback{Pipeline: p, Of: ask.run, Only: only(ask.tickets), Do: ask.yes, Told: func(u pipeline.Undone) {
			watch(pipeline.Event{Kind: u.Kind, ID: u.ID, Outcome: pipeline.Updated})
			if u.Deleted {
				leg.Add(u.Kind, u.Gone)
				return
			}
			leg.Stays(report.Left{Kind: u.Kind, ID: string(u.ID), Ticket: string(u.Parent), Target: string(u.Target), Why: u.Why})
		}})
	}
	legs[0].Beside, err = s.beside(ctx, hops)
	return legs, err
}

// beside are the ledgers of sources that brought something to the target of these legs
// and are in none of them.
func (s *session) beside(ctx context.Context, hops []*hop) (ledgers []checkpoints.Ledger, err error) {
	pairs, err := s.store.Pairs(ctx)
	if err != nil {
		return nil, err
	}
	for _, pair := range pairs {
		if pair.Route != hops[0].route() || pair.Target != hops[0].to.UUID || slices.ContainsFunc(hops, func(h *hop) bool { return h.from.UUID == pair.Source }) {
			continue
		}
		l, err := s.store.Ledger(ctx, pair)
		if err != nil {
			return nil, err
		}
		ledgers = append(ledgers, l)
	}
	return ledgers, nil
}
