package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

// status is where a project stands, as --json prints it.
type status struct {
	Project string            `json:"project"`
	Folder  string            `json:"folder"`
	Hops    []statusHop       `json:"hops"`
	Runs    []checkpoints.Run `json:"runs"` // the last ones, newest first
	// Canaries are the last ones, of each target to which one was written.
	Canaries []project.Canary `json:"canaries,omitempty"`
	// Working is the process that works on the project now.
	Working string `json:"working,omitempty"`
}

// statusHop is the ledger of one leg in numbers.
type statusHop struct {
	Hop    string                                    `json:"hop"`
	States map[desk.Kind]map[checkpoints.State]int64 `json:"states"`
}

func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status [FOLDER]",
		Short: "where the project stands",
		Long:  "Tells what has been moved on each leg, what is open, and how the last runs ended.\n\n" + exitHelp,
		Example: `  deskhaul status ./acme
  deskhaul status --json ./acme`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.glance(c.Context(), args, func(ctx context.Context, s *session) error { return s.status(ctx) })
		},
	}
}

const statusRuns = 10

func (s *session) status(ctx context.Context) error {
	st := status{Project: s.p.Name, Folder: s.p.Folder, Hops: []statusHop{}}
	err := s.ledgers(ctx, func(hop string, l checkpoints.Ledger) error {
		n, err := l.Count(ctx)
		st.Hops = append(st.Hops, statusHop{hop, n})
		return err
	})
	if err != nil {
		return err
	}
	if st.Runs, err = s.store.Runs(ctx, statusRuns); err != nil {
		return err
	}
	if st.Canaries, err = s.p.Canaries(); err != nil {
		return err
	}
	if held := s.p.Working(); held != nil {
		st.Working = fmt.Sprintf("process %d, since %s", held.PID, held.Started.Local().Format(time.DateTime))
	}
	if st.Working == "" {
		for i := range st.Runs { // nobody works, so what says running was killed
			if st.Runs[i].State == checkpoints.RunRunning {
				st.Runs[i].State = "killed"
			}
		}
	}
	if s.json {
		return report.JSON(s.result(), st)
	}
	_, err = fmt.Fprint(forPeople{s.result()}, st.text())
	return err
}

func (st status) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)\n", st.Project, st.Folder)
	if st.Working != "" {
		fmt.Fprintf(&b, "being worked on: %s\n", st.Working)
	}
	for _, h := range st.Hops {
		fmt.Fprintf(&b, "\n%s\n", h.Hop)
		for _, k := range append(desk.Kinds, desk.KindMessage) {
			if n := h.States[k]; len(n) > 0 {
				fmt.Fprintf(&b, "  %-14s%s\n", report.Plural(k), inStates(n))
			}
		}
	}
	for i := range st.Canaries {
		fmt.Fprintf(&b, "\ncanary at %s: %s\n", st.Canaries[i].Name, shown(&st.Canaries[i]))
	}
	b.WriteString("\nLast runs\n")
	for _, r := range st.Runs {
		took := "–"
		if !r.Ended.IsZero() {
			took = report.Duration(r.Ended.Sub(r.Started))
		}
		fmt.Fprintf(&b, "  %4d  %s  %-8s %-11s %s\n", r.ID, r.Started.Local().Format(time.DateTime), r.Verb, r.State, took)
	}
	return b.String()
}

func inStates(n map[checkpoints.State]int64) string {
	out := ""
	for _, x := range []struct {
		state checkpoints.State
		word  string
	}{
		{checkpoints.Done, "moved"},
		{checkpoints.Skipped, "left out"},
		{checkpoints.Held, "waiting"},
		{checkpoints.Intended, "in doubt"},
		{checkpoints.Entered, "to come"},
		{checkpoints.Failed, "in quarantine"},
	} {
		if n[x.state] > 0 {
			out += fmt.Sprintf("  %s %s", report.Number(n[x.state]), x.word)
		}
	}
	return out
}
