package main

import "github.com/spf13/cobra"

func (a *app) migrateCommand() *cobra.Command {
	m := &move{verb: "migrate"}
	return m.selecting(a.moving(&cobra.Command{
		Use:   "migrate [FOLDER]",
		Short: "move everything: source → archive → target",
		Long: `Moves everything that changed since the last run from the sources into the
archive, and from there into the targets. Without targets the archive is where
the records stay. Run it again after a crash, Ctrl-C or kill: it goes on where
it was, and writes nothing twice.

` + exitHelp,
		Example: `  deskhaul migrate testdata/quickstart
  deskhaul migrate --from mbox:support.mbox --to archive: ./acme
  deskhaul migrate --sample 20 ./acme
  deskhaul migrate --html run.html ./acme`,
	}, m, func(s *session) []*hop { return append(s.pulls(), s.loads()...) }))
}
