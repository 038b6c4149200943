package main

import "github.com/spf13/cobra"

func (a *app) retryCommand() *cobra.Command {
	m := &move{verb: "retry", retry: true}
	return a.moving(&cobra.Command{
		Use:   "retry [FOLDER]",
		Short: "take up quarantine again",
		Long: `Tries once more to move the records and messages that are in quarantine,
after what kept them has been mended (see "deskhaul quarantine"). What comes into
the archive so goes on to the targets, with all that is new there. A table whose
rows are aside is read for all that is new: a mended row is another one. So is a
mailbox of which a mail is aside that could not be read at all.

` + exitHelp,
		Example: `  deskhaul quarantine ./acme
  deskhaul retry ./acme`,
	}, m, func(s *session) []*hop { return append(s.pulls(), s.loads()...) })
}
