package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/draft"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

// initFlags are those of init alone.
type initFlags struct {
	ask, plain, blind, update bool
}

func (a *app) initCommand() *cobra.Command {
	var f initFlags
	c := a.systems(&cobra.Command{
		Use:   "init [FOLDER]",
		Short: "ask, look at both ends, and write a deskhaul.yaml with a first mapping",
		Long: `Writes a project file with a comment on every key, and a first mapping: it looks at
both ends and guesses which fields, statuses, groups, categories and agents of one are
which of the other, in English and Russian. Each guess stands there with how sure it is
and what came next; what wants a person is marked "look at this"; what is like nothing
stands there as a comment, with what becomes of it. An end that cannot be asked is told,
and left out. A file that is there is never overwritten.

On a terminal, without --from, it asks: where from, where to, and what it cannot find by
itself. It looks for mailboxes and tables in the folder and for tokens in the environment,
tries credentials at once, and writes nothing until all is answered. A secret that is
typed does not show, and goes into a file of its own that only you may read, or stays in
the environment; never into deskhaul.yaml. --plain asks line by line, for screen readers
and simple terminals; so do TERM=dumb and NO_COLOR.

With flags it asks nothing. A secret that none says is taken from the environment, where it
stands under its usual name, such as RT_TOKEN.

--update looks again, and adds lines to the mapping for what is new, each with the day; all
that stands there stays byte for byte. It tells what is gone, with the lines that name it.
Twice does no more than once. What was seen is kept in .deskhaul/init.json.

` + exitHelp,
		Example: `  deskhaul init ./acme
  deskhaul init --update ./acme
  deskhaul init --from mbox:support.mbox --set from.agents.domains=acme.example ./acme
  deskhaul init --from csv:customers.csv --from maildir:Mail --to jsonl:all.jsonl ./acme`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.init(c.Context(), folder(args), f) },
	})
	c.Flags().BoolVar(&f.ask, "ask", false, "ask, although flags say something")
	c.Flags().BoolVar(&f.plain, "plain", false, "ask line by line, without drawing on the terminal")
	c.Flags().BoolVar(&f.update, "update", false, "add to the mapping what is new at both ends since, and change nothing else")
	c.Flags().BoolVar(&f.blind, "no-look", false, "look at neither end, and write no mapping")
	return c
}

func (a *app) init(ctx context.Context, folder string, f initFlags) error {
	if f.update {
		return a.initUpdate(ctx, folder)
	}
	switch asks, err := a.asks(f); {
	case err != nil:
		return err
	case asks:
		return a.converse(ctx, folder, f)
	}
	t := &talk{app: a, folder: folder, flags: a.flags()}
	t.lend()
	o := project.Options{Specs: a.specs(), Flags: t.flags}
	p, err := project.Sketch(folder, o)
	if err != nil {
		return initError(err)
	}
	var seen findings
	if !f.blind {
		if seen, err = a.lookAt(ctx, p, folder); err != nil {
			return err
		}
	}
	return a.writeProject(folder, o, seen)
}

// initError is a mistake in what was asked for, or trouble with the disk.
func initError(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return usage(err)
	}
	return configError(err)
}

// started is what init did, as --json prints it.
type started struct {
	File    string        `json:"file"`
	Guesses []draft.Guess `json:"guesses,omitempty"`
	Notes   []string      `json:"notes,omitempty"`
	Next    []string      `json:"next"`
}

// writeProject writes the file, and says what to do next.
func (a *app) writeProject(folder string, o project.Options, seen findings) error {
	p, err := project.Sketch(folder, o)
	if err != nil {
		return initError(err)
	}
	o.Flags.Set = append(slices.Clone(o.Flags.Set), seen.settings()...)
	if named := seen.namedFields(p); named != "" {
		o.Flags.Set = append(o.Flags.Set, named)
	}
	name, err := project.Write(folder, o, seen.first())
	if err != nil {
		return initError(err)
	}
	if seen.draft != nil {
		if err := project.KeepSeen(folder, seen.draft.Seen()); err != nil {
			return errors.Join(err, os.Remove(name))
		}
	}
	next := []string{"deskhaul check " + quote(folder), "deskhaul plan " + quote(folder)}
	if a.json {
		out := started{File: name, Notes: seen.unasked(), Next: next[:1]}
		if seen.draft != nil {
			out.Guesses, out.Notes = seen.draft.Guesses, append(out.Notes, seen.draft.Notes...)
		}
		return report.JSON(a.stdout, out)
	}
	var b strings.Builder
	seen.tell(&b)
	fmt.Fprintf(&b, "Wrote %s. Read it, change it, then:\n  %-40s look at both ends\n  %-40s see what would happen\n", name, next[0], next[1])
	_, err = forPeople{a.stdout}.Write([]byte(b.String()))
	return err
}
