package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/mapping/recipes"
	"github.com/deskhaul/deskhaul/report"
)

// topics are pages of help that belong to no verb.
func (a *app) topics() []*cobra.Command {
	rules := &cobra.Command{Use: "mapping", Short: "recipes: what to write for what you want", Long: recipes.Help()}
	plain := rules.HelpFunc()
	rules.SetHelpFunc(func(c *cobra.Command, args []string) {
		if a.json {
			_ = report.JSON(a.stdout, recipes.All()) // help has no way to fail
			return
		}
		plain(c, args)
	})
	return []*cobra.Command{rules}
}

// completeTopics has the shell complete pages of help as well as verbs: the library
// completes only what can be run.
func completeTopics(root *cobra.Command, topics []*cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		if c.Name() != "help" || c.ValidArgsFunction == nil {
			continue
		}
		verbs := c.ValidArgsFunction
		c.ValidArgsFunction = func(c *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
			out, directive := verbs(c, args, begun)
			for _, t := range topics {
				if len(args) == 0 && strings.HasPrefix(t.Name(), begun) {
					out = append(out, cobra.CompletionWithDesc(t.Name(), t.Short))
				}
			}
			return out, directive
		}
	}
}

func topicNames(root *cobra.Command) (out []string) {
	for _, c := range root.Commands() {
		if c.IsAdditionalHelpTopicCommand() {
			out = append(out, c.Name())
		}
	}
	return out
}
