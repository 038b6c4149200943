package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping"
	"github.com/deskhaul/deskhaul/report"
)

// checked is what check found, as --json prints it.
type checked struct {
	Systems  []checkedSystem `json:"systems"`
	Findings []finding       `json:"findings"`
	Free     int64           `json:"free_bytes"` // on the project's disk

	changed []string // what the configurations of sources say anew
}

// checkedSystem is one source or target.
type checkedSystem struct {
	Name      string            `json:"name"`
	Connector string            `json:"connector"`
	Side      string            `json:"side"` // source or target
	Schema    connectors.Schema `json:"schema"`
	Error     string            `json:"error,omitempty"`
	Silent    *bool             `json:"silent,omitempty"` // of targets: writes send nobody an e-mail
	Silence   []checkedSilence  `json:"silence,omitempty"`
	Canary    string            `json:"canary,omitempty"` // none, waiting, silent, incomplete, mail, or waived; where one is wanted

	canary string // in words
}

// finding is something to mend or to know.
type finding struct {
	Level string `json:"level"` // error or warning
	Place string `json:"place,omitempty"`
	Text  string `json:"text"`
}

func (a *app) checkCommand() *cobra.Command {
	var ask canaryAsk
	c := a.systems(&cobra.Command{
		Use:   "check [FOLDER]",
		Short: "look at both ends before anything moves",
		Long: `Opens every source and target without writing, and tells what it found: how much
there is, which column or header was taken for which field, what the mapping has
against it, how writes are kept silent, how much disk is free.

With --canary it writes: one ticket, at each target that could mail somebody, with
all that a run writes, from and in copy to an ADDRESS of your own. It waits, and asks
whether anything arrived; then it deletes the ticket. Where a target's silence is only
declared by a setting of its configuration (quiet), runs and rollback --yes want to have
seen a silent canary, and are refused after one that came as an e-mail; canary: waived in the
configuration of the target goes without. A target that is configured otherwise wants
a new one.

What the target is too busy for, or loses the answer to, is waited for a few minutes at
most; then the same command goes on. Where it refuses a part for good, such as a public
answer, the canary shows nothing of such calls, and does not count where they rest on a
setting.

The ticket goes where tickets without a category go: rules of other queues or groups
it does not set off. With --agent it is assigned to, and answered by, an agent who is
at the target, whose mailbox is to be looked at too. Without a terminal it says how to
answer later: --came nothing or --came mail. Where the target notes its e-mails
itself, as Request Tracker does, it is asked too. The main address of a customer who was
pulled or moved is refused.

` + exitHelp,
		Example: `  deskhaul check ./acme
  deskhaul check --from csv:customers.csv --to archive: --json ./acme
  deskhaul check --canary me+test@acme.example ./acme
  deskhaul check --canary me+test@acme.example --agent ann@acme.example --wait 10m ./acme
  deskhaul check --canary me+test@acme.example --came nothing ./acme`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			given, err := ask.check()
			switch {
			case err != nil:
				return usage(err)
			case given:
				return a.within(c.Context(), args, toWrite, func(ctx context.Context, s *session) error { return s.canary(ctx, ask) })
			}
			return a.within(c.Context(), args, toRehearse, func(ctx context.Context, s *session) error { return s.check(ctx) })
		},
	})
	f := c.Flags()
	f.StringVar(&ask.address, "canary", "", "write one ticket to this `ADDRESS` of yours, and see whether an e-mail comes")
	f.StringVar(&ask.agent, "agent", "", "of the canary: the `ADDRESS` of an agent at the target who answers")
	f.DurationVar(&ask.wait, "wait", canaryWait, "of the canary: how long to wait before it is asked what came")
	f.StringVar(&ask.came, "came", "", "answer to a canary that was written: `WHAT` came, nothing or mail")
	return c
}

func (s *session) check(ctx context.Context) error {
	c := checked{Systems: []checkedSystem{}, Findings: []finding{}}
	var source, target mapping.System
	for _, h := range append(s.pulls(), s.loads()...) {
		if err := h.check(ctx, &c, &source, &target); err != nil {
			return err
		}
	}
	for _, n := range append(s.notices, c.changed...) {
		c.Findings = append(c.Findings, finding{Level: "warning", Text: n})
	}
	for _, f := range s.p.Mapping.Lint(source, target) {
		level := "warning"
		if f.Severe {
			level = "error"
		}
		c.Findings = append(c.Findings, finding{Level: level, Place: f.Place.String(), Text: f.Text})
	}
	c.Free = freeBytes(existing(s.p.Folder))
	found, err := s.room(ctx, c.Free)
	if err != nil {
		return err
	}
	c.Findings = append(c.Findings, found...)
	return s.printCheck(c)
}

// check opens both ends of a leg, and describes those that were not met before.
func (h *hop) check(ctx context.Context, c *checked, source, target *mapping.System) error {
	if err := h.open(ctx); err != nil {
		side := "source"
		if h.opening == h.to {
			side = "target"
		}
		c.Systems = append(c.Systems, checkedSystem{Name: h.opening.Name, Connector: h.opening.Spec.Name, Side: side, Error: plainly(err)})
		return nil
	}
	if err := h.sayChanged(ctx, &c.changed); err != nil {
		return errors.Join(err, h.close())
	}
	if !c.has(h.from.Name) {
		sys := describe(ctx, h.source, checkedSystem{Name: h.from.Name, Connector: h.from.Spec.Name, Side: "source"})
		c.Systems = append(c.Systems, sys)
		learn(source, sys.Schema)
	}
	if !c.has(h.to.Name) {
		silent := h.writes.Silent
		sys := describe(ctx, h.target, checkedSystem{Name: h.to.Name, Connector: h.to.Spec.Name, Side: "target", Silent: &silent})
		if err := h.places(); err != nil && sys.Error == "" {
			sys.Error = plainly(err)
		}
		sys.Silence = h.silence(ctx)
		if err := h.checkCanary(c, &sys); err != nil {
			return errors.Join(err, h.close())
		}
		c.Systems = append(c.Systems, sys)
		if h.last {
			learn(target, sys.Schema)
			learnRoom(target, h.writes)
		}
	}
	return h.close()
}

func (c *checked) has(name string) bool {
	for _, s := range c.Systems {
		if s.Name == name {
			return true
		}
	}
	return false
}

// describe asks an end for its schema.
func describe(ctx context.Context, end any, sys checkedSystem) checkedSystem {
	d, ok := end.(connectors.Describer)
	if !ok {
		return sys
	}
	schema, err := d.Describe(ctx)
	if err != nil {
		sys.Error = plainly(err)
	}
	sys.Schema = schema
	return sys
}

// learn gives the mapping's lint what a schema says.
func learn(to *mapping.System, s connectors.Schema) {
	if to.Fields == nil {
		to.Fields = map[desk.Kind][]mapping.Field{}
	}
	for _, f := range s.Fields {
		to.Fields[f.Kind] = append(to.Fields[f.Kind], mapping.Field{Name: f.Name, Options: f.Options, Required: f.Required})
	}
}

// learnRoom adds what a target promises to keep and its schema does not list: that tells
// fields which the account could lack.
func learnRoom(to *mapping.System, writes connectors.Caps) {
	for kind, names := range writes.Fields {
		for _, name := range names {
			listed := func(f mapping.Field) bool { return f.Name == name }
			if to.Fields[kind] == nil || strings.HasPrefix(name, "fields.") || slices.ContainsFunc(to.Fields[kind], listed) {
				continue
			}
			to.Fields[kind] = append(to.Fields[kind], mapping.Field{Name: name})
		}
	}
}

func (s *session) printCheck(c checked) error {
	bad := false
	for _, sys := range c.Systems {
		bad = bad || sys.Error != "" || slices.ContainsFunc(sys.Schema.Notes, func(n connectors.Note) bool { return n.Level == "error" })
	}
	for _, f := range c.Findings {
		bad = bad || f.Level == "error"
	}
	var err error
	if s.json {
		err = report.JSON(s.result(), c)
	} else {
		err = c.text(forPeople{s.result()})
	}
	if err == nil && bad {
		return &exit{code: exitUsage}
	}
	return err
}

func (c checked) text(w io.Writer) error {
	var b strings.Builder
	for _, sys := range c.Systems {
		fmt.Fprintf(&b, "\n%s %s (%s)", sys.Side, sys.Name, sys.Connector)
		if sys.Schema.Title != "" {
			fmt.Fprintf(&b, ": %s", sys.Schema.Title)
		}
		b.WriteByte('\n')
		if sys.Error != "" {
			fmt.Fprintf(&b, "  ! %s\n", sys.Error)
		}
		sys.silences(&b)
		sys.counts(&b)
		sys.columns(&b)
		for _, n := range sys.Schema.Notes {
			mark := "·"
			switch n.Level {
			case "warning":
				mark = "!"
			case "error":
				mark = "! error:"
			}
			fmt.Fprintf(&b, "  %s %s\n", mark, n.Text)
		}
	}
	for _, f := range c.Findings {
		fmt.Fprintf(&b, "%s: %s\n", f.Level, strings.TrimSpace(f.Place+" "+f.Text))
	}
	if c.Free > 0 {
		fmt.Fprintf(&b, "\n%s free on the project's disk\n", humanize.IBytes(uint64(c.Free)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (s checkedSystem) counts(b *strings.Builder) {
	var parts []string
	for _, k := range append(desk.Kinds, desk.KindMessage, desk.KindFile) {
		if n, ok := s.Schema.Counts[k]; ok {
			parts = append(parts, report.CountOf(n, k))
		}
	}
	if parts != nil {
		fmt.Fprintf(b, "  %s\n", strings.Join(parts, ", "))
	}
}

// columns says which column was taken for which field, and how sure that is.
func (s checkedSystem) columns(b *strings.Builder) {
	for _, f := range s.Schema.Fields {
		if f.Source == "" {
			continue
		}
		sure := ""
		if f.Sure > 0 && f.Sure < 1 {
			sure = fmt.Sprintf("  (a guess, %.0f%% sure)", f.Sure*100)
		}
		fmt.Fprintf(b, "  %s %-18s ← %s%s\n", f.Kind, f.Name, f.Source, sure)
	}
}
