package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/mapping/strict"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

// connectorInfo is one connector as --json prints it.
type connectorInfo struct {
	Name   string           `json:"name"`
	Doc    string           `json:"doc"`
	Reads  *connectors.Caps `json:"reads"`  // null: cannot be read
	Writes *connectors.Caps `json:"writes"` // null: cannot be written
	// Silence is what keeps each call of a target quiet.
	Silence []connectors.Silence `json:"silence,omitempty"`
}

func (a *app) connectorsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "connectors [NAME]",
		Short: "what there is to read from and write to, and what each promises",
		Long: `Lists the connectors. With a NAME it tells all there is to know of one, as a page
in Markdown: what it reads and writes, what its credentials must allow, what is
lost, and every setting.`,
		Example: `  deskhaul connectors
  deskhaul connectors csv
  deskhaul connectors --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				return a.connectorPage(args[0])
			}
			return a.listConnectors()
		},
	}
}

func (a *app) connectorPage(name string) error {
	var known []string
	for _, s := range a.specs() {
		if s.Name == name && a.json {
			return report.JSON(a.stdout, infoOf(s))
		}
		if s.Name == name {
			return report.Page(a.stdout, s, project.Example(s, "    "))
		}
		known = append(known, s.Name)
	}
	return usage(fmt.Errorf("there is no connector %q%s", name, strict.DidYouMean(name, known)))
}

func (a *app) listConnectors() error {
	list := []connectorInfo{}
	for _, s := range a.specs() {
		list = append(list, infoOf(s))
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

func infoOf(s connectors.Spec) connectorInfo {
	info := connectorInfo{Name: s.Name, Doc: s.Doc}
	if s.Source != nil {
		info.Reads = &s.Reads
	}
	if s.Target != nil {
		info.Writes, info.Silence = &s.Writes, s.Silence
	}
	return info
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
	if verb == "writes" && !c.Silent {
		words = append(words, "silent with its setting only")
	}
	of := ""
	if len(words) > 0 {
		of = " (" + strings.Join(words, ", ") + ")"
	}
	return fmt.Sprintf("           %s %s%s\n", verb, strings.Join(kinds, ", "), of)
}
