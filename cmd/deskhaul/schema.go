package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/mapping"
	"github.com/deskhaul/deskhaul/mapping/strict"
	"github.com/deskhaul/deskhaul/project"
)

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [mapping]",
		Short: "print the JSON Schema of deskhaul.yaml, for editors",
		Long: `Prints the JSON Schema (draft 2020-12) of deskhaul.yaml: every key of the file, of
each connector and of the mapping, by which editors complete, explain and check it.
With "mapping" it is that of a mapping in a file of its own.

"init" writes it beside the ledger, and names it in the first line of deskhaul.yaml,
where editors look for it (VS Code with the YAML extension, Neovim, Helix and others
that use yaml-language-server). Each run brings it up to date. For a file without
that line:

  mkdir -p .deskhaul && deskhaul schema > .deskhaul/schema.json
  # yaml-language-server: $schema=.deskhaul/schema.json   (the first line)`,
		Example: `  deskhaul schema > deskhaul.schema.json
  deskhaul schema mapping > mapping.schema.json`,
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"mapping"},
		RunE: func(_ *cobra.Command, args []string) error {
			s := project.Schema(a.specs())
			if len(args) == 1 {
				s = mapping.Schema()
				s.Dialect, s.Title = strict.Dialect, "a mapping of deskhaul"
			}
			b, err := strict.JSON(s)
			if err != nil {
				return err
			}
			if _, err := a.stdout.Write(b); err != nil {
				return fmt.Errorf("print the schema: %w", err)
			}
			return nil
		},
	}
}
