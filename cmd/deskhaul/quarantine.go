package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// setAside is one record or message in quarantine or waiting, as --json prints it.
type setAside struct {
	Hop    string            `json:"hop"`
	Kind   desk.Kind         `json:"kind"`
	ID     desk.ID           `json:"id"`
	Ticket desk.ID           `json:"ticket,omitempty"` // of a message
	State  checkpoints.State `json:"state"`
	Reason connectors.Reason `json:"reason"`
	Detail string            `json:"detail"`
	Run    int64             `json:"run"`
}

func (a *app) quarantineCommand() *cobra.Command {
	var reason string
	var limit int
	var dismissed, found, missing []string
	c := &cobra.Command{
		Use:   "quarantine [FOLDER]",
		Short: "what is aside, and why",
		Long: `Lists the records and messages that could not be moved (quarantine), or wait for
something they refer to, for the target to answer or for a decision (waiting), with a
typed reason. "deskhaul retry" takes those in quarantine up again; those that wait are
tried with every run.

One in doubt is a write whose answer was lost. The next run looks whether it arrived. At
a target that cannot be searched it is never written again unasked: look there, and say
what you saw:
--found ID=TARGETID where it stands, --missing ID where it does not. Then run again.

` + exitHelp,
		Example: `  deskhaul quarantine ./acme
  deskhaul quarantine --reason unreadable --json ./acme
  deskhaul quarantine --reason unreadable --dismiss all ./acme
  deskhaul quarantine --found 20260131.7@customer.example=4711 ./acme
  deskhaul quarantine --missing message:20260131.9@customer.example ./acme`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := known(reason); err != nil {
				return err
			}
			if len(dismissed)+len(found)+len(missing) > 0 {
				return a.amending(c.Context(), args, func(ctx context.Context, s *session) error {
					return errors.Join(s.dismiss(ctx, dismissed, reason), s.settle(ctx, found, missing))
				})
			}
			return a.glance(c.Context(), args, func(ctx context.Context, s *session) error {
				return s.quarantine(ctx, reason, limit)
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "only those with this `reason`")
	c.Flags().IntVar(&limit, "limit", 100, "at most so many for people; 0 all (--json lists all)")
	c.Flags().StringSliceVar(&dismissed, "dismiss", nil, "take the entry of this `ID` out, for you have dealt with it; all of them: all")
	c.Flags().StringArrayVar(&found, "found", nil, "the write in doubt of this `ID=TARGETID` stands at the target; kind:ID where two kinds share it")
	c.Flags().StringArrayVar(&missing, "missing", nil, "the write in doubt of this `ID` is not at the target: write it again")
	return c
}

// known refuses a reason that there is not; "" is any.
func known(reason string) error {
	if reason == "" || slices.Contains(connectors.Reasons, connectors.Reason(reason)) {
		return nil
	}
	return usage(fmt.Errorf("--reason %s: there is no such reason; there are %v", reason, connectors.Reasons))
}

// quarantine lists the open lines of every hop.
func (s *session) quarantine(ctx context.Context, reason string, limit int) error {
	list, runs := []setAside{}, map[int64]bool{}
	var more int64
	err := s.ledgers(ctx, func(hop string, l checkpoints.Ledger) error {
		q := checkpoints.Query{Reason: reason, States: []checkpoints.State{checkpoints.Failed, checkpoints.Held, checkpoints.Intended}}
		for row, err := range l.Rows(ctx, q) {
			if err != nil {
				return err
			}
			runs[row.Run] = true
			if !s.json && limit > 0 && len(list) >= limit {
				more++
				continue
			}
			list = append(list, setAside{hop, row.Kind, row.ID, row.Parent, row.State, connectors.Reason(row.Reason), whyAside(row), row.Run})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if s.json {
		return report.JSON(s.result(), list)
	}
	retries, err := s.retries(ctx, runs)
	if err != nil {
		return err
	}
	return printAside(forPeople{s.result()}, list, more, retries)
}

// whyAside says what became of a line. One in doubt of which no run has found out anything
// yet says nothing by itself.
func whyAside(row checkpoints.Row) string {
	if row.Detail == "" && row.State == checkpoints.Intended {
		return "the answer to its write was lost: the next run looks whether it arrived"
	}
	return row.Detail
}

// asideWords is how people call the states of what is aside.
var asideWords = map[checkpoints.State]string{
	checkpoints.Failed: "quarantine", checkpoints.Held: "waiting", checkpoints.Intended: "in doubt",
}

func printAside(w io.Writer, list []setAside, more int64, retries []string) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "Nothing is aside.")
		return err
	}
	hop := ""
	for _, x := range list {
		if x.Hop != hop {
			hop = x.Hop
			if _, err := fmt.Fprintf(w, "\n%s\n", hop); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(w, "  %-10s %-12s %s %s\n             %s\n", asideWords[x.State], x.Reason, x.Kind, x.ID, x.Detail); err != nil {
			return err
		}
	}
	if more > 0 {
		if _, err := fmt.Fprintf(w, "\n… and %s more (--limit 0 lists all)\n", report.Number(more)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\nNext:\n  %s\n", strings.Join(retries, "\n  "))
	return err
}

// ledgers calls do for the ledger of each leg that was ever gone, canaries' left out.
func (s *session) ledgers(ctx context.Context, do func(hop string, l checkpoints.Ledger) error) error {
	pairs, err := s.store.Pairs(ctx)
	if err != nil {
		return err
	}
	for _, pair := range pairs {
		if pair.Route == canaryRoute {
			continue
		}
		l, err := s.store.Ledger(ctx, pair)
		if err != nil {
			return err
		}
		if err := do(s.names[pair.Source]+" → "+s.names[pair.Target], l); err != nil {
			return err
		}
	}
	return nil
}
