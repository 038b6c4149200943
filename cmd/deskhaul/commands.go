package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"
)

// commands lists the verbs in the order in which a move needs them.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.initCommand(), a.loginCommand(), a.checkCommand(), a.assessCommand(), a.planCommand(),
		a.pullCommand(), a.loadCommand(), a.migrateCommand(), a.syncCommand(), a.verifyCommand(), a.retryCommand(), a.rollbackCommand(),
		a.statusCommand(), a.quarantineCommand(), a.browseCommand(), a.redirectsCommand(), a.connectorsCommand(), a.schemaCommand(),
	}
}

// moving makes a verb that moves records along hops.
func (a *app) moving(c *cobra.Command, m *move, hops func(*session) []*hop) *cobra.Command {
	c.Args = cobra.MaximumNArgs(1)
	c.RunE = func(c *cobra.Command, args []string) error {
		return a.within(c.Context(), args, toWrite, func(ctx context.Context, s *session) error {
			return s.execute(ctx, *m, hops(s))
		})
	}
	return m.paging(a.systems(c))
}

// within opens the project, does something in it, and closes it.
func (a *app) within(ctx context.Context, args []string, why purpose, do func(context.Context, *session) error) error {
	s, err := a.open(ctx, args, why)
	if err != nil {
		return err
	}
	err = do(ctx, s)
	if closed := s.close(); err == nil {
		err = closed
	} else if closed != nil {
		err = errors.Join(err, closed)
	}
	return err
}

// result is where the summary goes: standard output, unless records go there.
func (s *session) result() io.Writer {
	for _, t := range s.p.Targets {
		if _, writes := t.Spec.CapsOf(t.Config); writes.OnePass {
			s.records = true
			return s.stderr
		}
	}
	return s.stdout
}
