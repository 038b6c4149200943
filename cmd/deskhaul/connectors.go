package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/report"
)

// connectorInfo is one connector as --json prints it.
type connectorInfo struct {
	Name   string           `json:"name"`
	Doc    string           `json:"doc"`
	Reads  *connectors.Caps `json:"reads"`  // null: cannot be read
	Writes *connectors.Caps `json:"writes"` // null: cannot be written
}

func (a *app) connectorsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "connectors",
		Short: "what there is to read from and write to, and what each promises",
		Example: `  deskhaul connectors
  deskhaul connectors --json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.listConnectors() },
	}
}

func (a *app) listConnectors() error {
	list := []connectorInfo{}
	for _, s := range a.specs() {
		info := connectorInfo{Name: s.Name, Doc: s.Doc}
		if s.Source != nil {
			info.Reads = &s.Reads
		}
		if s.Target != nil {
			info.Writes = &s.Writes
		}
		list = append(list, info)
	}
	if a.json {
		return report.JSON(a.stdout, list)
	}
	for _, c := range list {
		if _, err := fmt.Fprintf(a.stdout, "%-10s %s\n%s%s", c.Name, c.Doc, promises("reads", c.Reads), promises("writes", c.Writes)); err != nil {
			return err
		}
	}
	return nil
}

// promises says in words what a connector promises in one direction.
func promises(verb string, c *connectors.Caps) string {
	if c == nil {
		return ""
	}
	var kinds, words []string
	for _, k := range c.Kinds {
		kinds = append(kinds, report.Plural(k))
	}
	for _, p := range []struct {
		on   bool
		word string
	}{
		{c.Resume, "resumes"},
		{c.Deletions, "sees deletions"},
		{c.Edits, "sees edits"},
		{c.OnePass, "one pass only"},
		{c.Backdate, "keeps times"},
		{c.Silent, "silent"},
		{c.Idempotent, "idempotent"},
		{c.CreateOnly, "creates only"},
	} {
		if p.on {
			words = append(words, p.word)
		}
	}
	return fmt.Sprintf("           %s %s (%s)\n", verb, strings.Join(kinds, ", "), strings.Join(words, ", "))
}
