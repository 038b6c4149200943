package main

import "github.com/spf13/cobra"

func (a *app) loadCommand() *cobra.Command {
	m := &move{verb: "load"}
	return m.selecting(a.moving(&cobra.Command{
		Use:   "load [FOLDER]",
		Short: "bring what is new from the archive into the targets",
		Long: `Writes what changed in the archive since the last load, through the mapping,
into the targets. A changed mapping is applied to all that is there already; the
sources are not asked.

` + exitHelp,
		Example: `  deskhaul load ./acme
  deskhaul load --from archive: --to jsonl:all.jsonl ./acme`,
	}, m, (*session).loads))
}
