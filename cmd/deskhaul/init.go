package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

func (a *app) initCommand() *cobra.Command {
	return a.systems(&cobra.Command{
		Use:   "init [FOLDER]",
		Short: "write a commented deskhaul.yaml",
		Long: `Writes a project file that says what the flags say, with a comment on every key
and a first mapping to change. A file that is there is never overwritten.

` + exitHelp,
		Example: `  deskhaul init --from mbox:support.mbox --set from.agents.domains=acme.example ./acme
  deskhaul init --from csv:customers.csv --from maildir:Mail --to jsonl:all.jsonl ./acme`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.init(folder(args)) },
	})
}

func (a *app) init(folder string) error {
	name, err := project.Write(folder, project.Options{Specs: a.specs(), Flags: a.flags()})
	if errors.Is(err, fs.ErrExist) {
		return usage(err)
	}
	if err != nil {
		return configError(err)
	}
	next := "deskhaul check " + quote(folder)
	if a.json {
		return report.JSON(a.stdout, map[string]any{"file": name, "next": []string{next}})
	}
	_, err = fmt.Fprintf(a.stdout, "Wrote %s. Read it, change it, then:\n  %-40s look at both ends\n  %-40s see what would happen\n",
		name, next, "deskhaul plan "+quote(folder))
	return err
}
