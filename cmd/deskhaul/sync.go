package main

import "github.com/spf13/cobra"

func (a *app) syncCommand() *cobra.Command {
	m := &move{verb: "sync"}
	return a.moving(&cobra.Command{
		Use:   "sync [FOLDER]",
		Short: "bring what came in since the last run (the delta)",
		Long: `The delta after the cutover: the same run as migrate, with a full ledger. New
messages are appended, changed fields updated, nothing is written twice.

` + exitHelp,
		Example: `  deskhaul sync ./acme`,
	}, m, func(s *session) []*hop { return append(s.pulls(), s.loads()...) })
}
