package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// finish writes down how the run ended.
func (s *session) finish(ctx context.Context, run *checkpoints.Run, r *report.Run, hops []*hop, l *losses, err error) error {
	ctx = context.WithoutCancel(ctx)
	run.Ended = time.Now()
	r.Seconds = run.Ended.Sub(run.Started).Seconds()
	r.Losses, r.Conflicts = l.list(), l.conflicts.list()
	run.Requests = s.requests.Load()
	r.Requests = run.Requests
	for _, h := range hops {
		if h.ledger == nil {
			continue
		}
		n, countErr := h.ledger.CountOpen(ctx)
		if countErr != nil && err == nil {
			err = countErr
		}
		failed, open := aside(n)
		r.Quarantine, r.Waiting = r.Quarantine+failed, r.Waiting+open
	}
	switch {
	case errors.Is(err, context.Canceled):
		run.State = checkpoints.RunInterrupted
	case err != nil:
		run.State, r.Error = checkpoints.RunFailed, plainly(err)
		r.Unsaved = errors.As(err, new(*pipeline.UnsavedError))
	case r.Quarantine+r.Waiting > 0:
		run.State = checkpoints.RunPartial
	default:
		run.State = checkpoints.RunDone
	}
	if r.Waiting > 0 {
		why, waitErr := waitingFor(ctx, r.Waiting, hops)
		if waitErr != nil {
			return waitErr
		}
		r.Problems = append(r.Problems, why)
	}
	if run.Verb == "retry" && run.State != checkpoints.RunInterrupted && run.State != checkpoints.RunFailed {
		broken, runsErr := s.brokenOff(ctx)
		if runsErr != nil {
			return runsErr
		}
		if broken != nil {
			r.Problems = append(r.Problems, fmt.Sprintf("the %s before this (run %d) did not come to its end, and what it had not come to yet is tried by no retry: run it again, it goes on", broken.Verb, broken.ID))
		}
	}
	r.State = run.State
	r.Complete()
	r.Next = s.next(r, run.Args)
	summary, jsonErr := json.Marshal(r)
	run.Summary = string(summary)
	return errors.Join(jsonErr, s.store.EndRun(ctx, *run))
}

// mostRetries is behind how many retries the run that they followed is looked for.
const mostRetries = 100

// brokenOff is the last run before the retries if it did not come to its end; nil if it did.
func (s *session) brokenOff(ctx context.Context) (*checkpoints.Run, error) {
	runs, err := s.store.Runs(ctx, mostRetries)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(runs, func(r checkpoints.Run) bool { return r.Verb != "retry" })
	if i < 0 || runs[i].State == checkpoints.RunDone || runs[i].State == checkpoints.RunPartial {
		return nil, nil
	}
	return &runs[i], nil
}

// aside counts the lines in quarantine, and those that wait. A message that was
// entered with its ticket waits with it, and is not counted beside it.
func aside(n map[desk.Kind]map[checkpoints.State]int64) (failed, open int64) {
	for kind, states := range n {
		for st, k := range states {
			switch st {
			case checkpoints.Failed:
				failed += k
			case checkpoints.Entered:
				if kind != desk.KindMessage {
					open += k
				}
			case checkpoints.Held, checkpoints.Intended:
				open += k
			case checkpoints.Done, checkpoints.Skipped:
			}
		}
	}
	return failed, open
}

// next is what a person may want to do now; args are the flags of the run.
func (s *session) next(r *report.Run, args string) []report.Step {
	var out []report.Step
	add := func(command, why string) { out = append(out, report.Step{Command: command, Why: why}) }
	switch r.State {
	case checkpoints.RunInterrupted, checkpoints.RunFailed:
		if s.mailed.Load() {
			add(s.canaryCommand("ADDRESS"), report.WhyCanary)
		}
		add(s.commandWith(r.Verb, args), report.WhyGoOn)
		return out
	case checkpoints.RunPartial:
		add(s.command("quarantine"), report.WhyQuarantine)
		add(s.command("retry"), report.WhyRetry)
	case checkpoints.RunDone, checkpoints.RunRunning:
	}
	if s.p.Archive != nil {
		add(s.browsing(), report.WhyBrowse)
	}
	if strings.HasPrefix(args, "--sample ") {
		add(s.command(r.Verb), report.WhyRest)
		return out
	}
	add(s.command("sync"), report.WhySync)
	return out
}

// print writes the run for a script or a person, and turns its state into an exit
// code; failed is that of a run that an error stopped.
func (s *session) print(r *report.Run, failed int) error {
	var err error
	switch {
	case s.json:
		err = report.JSON(s.result(), r)
	case r.State == checkpoints.RunFailed && r.Empty(): // the error says it all
	default:
		err = r.Text(forPeople{s.result()})
	}
	code := map[checkpoints.RunState]int{
		checkpoints.RunPartial: exitQuarantine, checkpoints.RunInterrupted: exitInterrupted, checkpoints.RunFailed: failed,
	}[r.State]
	if err == nil && code != 0 {
		if r.Error != "" {
			return &exit{code, errors.New(r.Error)}
		}
		return &exit{code: code}
	}
	return err
}

// arguments is what was asked, for the list of runs.
func (s *session) arguments(m move) string {
	var out []string
	if m.sample > 0 {
		out = append(out, fmt.Sprintf("--sample %d", m.sample))
	}
	if m.since != "" {
		out = append(out, "--since "+quote(m.since))
	}
	if len(m.kinds) > 0 {
		out = append(out, "--kinds "+strings.Join(m.kinds, ","))
	}
	return strings.Join(append(out, s.systemFlags()...), " ")
}
