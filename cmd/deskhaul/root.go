package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/lmittmann/tint"
	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/all"
	"github.com/deskhaul/deskhaul/mapping/strict"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

// app is the command line: where it reads and writes, and what was asked of all
// verbs.
type app struct {
	getenv         func(string) (string, bool) // nil: the environment
	stdin          io.Reader
	stdout, stderr io.Writer

	json    bool
	quiet   bool
	verbose bool
	from    []string
	to      []string
	set     []string
	moved   []string
	tracing tracing
	line    http.RoundTripper // to the servers; nil: the network
	asking  bool              // somebody answers although there is no terminal

	records bool // go to standard output

	shown   atomic.Pointer[progress] // the bar that stands on the terminal
	serving atomic.Bool              // pages: there is nothing to save
}

// run executes one command line and returns its exit code.
func (a *app) run(ctx context.Context, args []string) int {
	out := &counter{w: a.stdout}
	a.stdout = out
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	err := helpOfNothing(root, args)
	if err == nil {
		err = errors.Join(root.ExecuteContext(ctx), a.tracing.close())
	}
	if left := untold(err); left != nil {
		fmt.Fprintf(a.stderr, "deskhaul: %s\n", printable(said(left))) //nolint:errcheck // there is nowhere left to say it
		if slices.Contains(args, "--json") && out.n == 0 && !a.streaming() {
			_ = report.JSON(a.stdout, map[string]string{"error": said(left)}) // likewise
		}
	}
	return codeOf(err)
}

// counter counts the bytes that are written to w.
type counter struct {
	w io.Writer
	n int
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += n
	return n, err
}

// streaming tells whether records go to standard output, or were to go there.
func (a *app) streaming() bool {
	return a.records || slices.ContainsFunc(a.to, func(to string) bool { return strings.HasSuffix(to, ":-") })
}

// helpOfNothing refuses to print the help of the program where that of a verb is
// asked for which there is not.
func helpOfNothing(root *cobra.Command, args []string) error {
	words := slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return strings.HasPrefix(arg, "-") })
	switch {
	case len(words) > 1 && words[0] == "help":
		words = words[1:]
	case len(words) == 0 || !slices.Contains(args, "--help") && !slices.Contains(args, "-h"):
		return nil
	}
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd(args...)
	if found, _, err := root.Find(words[:1]); err == nil && found == root {
		return knownCommand(root, words)
	}
	return nil
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "deskhaul",
		Short: "move a support organisation from one helpdesk to another",
		Long: `deskhaul moves tickets, conversations, people and files from one helpdesk (or
mailbox, or spreadsheet) to another, and keeps the two in step until nobody
needs the old one. A migration is a sync whose ledger is empty: the same command
run again goes on where it was, or brings what is new.

A project is a folder with a deskhaul.yaml; every verb takes the folder as its
argument (default: the working directory). A simple move needs no file: --from
and --to say the same.

` + exitHelp,
		Example: `  deskhaul migrate --from mbox:support.mbox --to archive: ./acme
  deskhaul browse ./acme
  deskhaul load --from archive: --to jsonl:all.jsonl ./acme`,
		Version:                    version(),
		SuggestionsMinimumDistance: 2,
		SilenceUsage:               true,
		SilenceErrors:              true,
		Args:                       knownCommand,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	f := root.PersistentFlags()
	f.BoolVar(&a.json, "json", false, "print one JSON document on standard output")
	f.BoolVarP(&a.quiet, "quiet", "q", false, "no progress")
	f.BoolVarP(&a.verbose, "verbose", "v", false, "log what is done, record by record")
	f.StringVar(&a.tracing.path, "trace", "", "write a line for each request over HTTP to `FILE`, secrets left out; - is standard error")
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return a.tracing.check() }
	root.AddCommand(a.commands()...)
	for _, c := range root.Commands() {
		c.Args = usageArgs(c.Args)
	}
	pages := a.topics()
	root.AddCommand(pages...)
	completeTopics(root, pages)
	return root
}

// knownCommand refuses what is no verb, and names the nearest.
func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf(" – did you mean %q?", near[0])
	} else if near := strict.Suggest(args[0], topicNames(root)); near != "" {
		hint = fmt.Sprintf(" – did you mean \"help %s\"?", near)
	}
	return usage(fmt.Errorf("unknown command %q%s", args[0], hint))
}

// usageArgs makes a wrong number of arguments a usage error.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if check == nil {
			return nil
		}
		return usage(check(c, args))
	}
}

// systems adds the flags that stand for a configuration file.
func (a *app) systems(c *cobra.Command) *cobra.Command {
	f := c.Flags()
	f.StringArrayVar(&a.from, "from", nil, "read from `CONNECTOR:LOCATION` instead of the file's sources; NAME=CONNECTOR:LOCATION gives it a name")
	f.StringArrayVar(&a.to, "to", nil, "write to `CONNECTOR:LOCATION` instead of the file's targets")
	f.StringArrayVar(&a.set, "set", nil, "set a `KEY=VALUE`, for example --set from.agents.domains=acme.example")
	f.StringArrayVar(&a.moved, "moved", nil, "the source or target called `NAME` is the same as before, at a new place")
	return c
}

// flags are the flags that say what a file could say.
func (a *app) flags() project.Flags {
	return project.Flags{From: a.from, To: a.to, Set: a.set, Moved: a.moved}
}

// folder is the project's folder from a command's arguments.
func folder(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

func (a *app) specs() []connectors.Spec { return all.Specs() }

func (a *app) log() *slog.Logger {
	level := slog.LevelWarn
	if a.verbose {
		level = slog.LevelDebug
	}
	return slog.New(tint.NewTextHandler(beside{a}, &tint.Options{Level: level, NoColor: !terminal(a.stderr)}))
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown)"
	}
	return strings.TrimPrefix(info.Main.Version, "v")
}
