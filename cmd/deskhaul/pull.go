package main

import "github.com/spf13/cobra"

func (a *app) pullCommand() *cobra.Command {
	m := &move{verb: "pull"}
	return m.selecting(a.moving(&cobra.Command{
		Use:   "pull [FOLDER]",
		Short: "bring what is new from the sources into the archive",
		Long: `Reads the sources once and keeps everything in the project's archive, files
included. The mapping does not matter here: it applies on the way out, so that
it can be changed and planned again without asking the old system. The
configuration of a source (agents, aliases, columns) does matter: when it changes,
all is read again and tickets are brought up to date; messages stay as they are.

` + exitHelp,
		Example: `  deskhaul pull ./acme
  deskhaul pull --from maildir:~/Mail --set from.agents.domains=acme.example ./acme`,
	}, m, (*session).pulls))
}
