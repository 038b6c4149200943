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

--sample 20 moves so many tickets that show trouble (the longest, the largest file,
private notes, merged ones, deleted agents, odd encodings, each status and category)
and ordinary ones, says why each was picked, reads each back from the target and
tells what differs. With --html the page shows them side by side.

` + exitHelp,
		Example: `  deskhaul migrate testdata/quickstart
  deskhaul migrate --from mbox:support.mbox --to archive: ./acme
  deskhaul migrate --sample 20 --html sample.html ./acme
  deskhaul migrate --html run.html ./acme`,
	}, m, func(s *session) []*hop { return append(s.pulls(), s.loads()...) }))
}
