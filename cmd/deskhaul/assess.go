package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/assess"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

// assessAsk is what was asked of an assessment.
type assessAsk struct {
	zone    string
	hours   int
	sources bool
	lang    string
	html    string
	to      []string // connectors that it is to be estimated for
}

func (a *app) assessCommand() *cobra.Command {
	ask := &assessAsk{hours: 4}
	c := &cobra.Command{
		Use:   "assess [FOLDER]",
		Short: "look at what there is, before anything is planned",
		Long: `Reads the project's archive, or its sources where nothing was pulled yet, and tells
how much there is and how clean it is, through which doors requests come, who answers,
what the tickets are sorted by, when it is quiet enough for a cutover, how long
conversations stay active, and how well they are served. Nothing is written, and no
target is needed. At the end stands what the move would take: calls, hours and disk, for the
sources and targets of the project, or for systems that --for names, by what their vendors
allow.

` + exitHelp,
		Example: `  deskhaul assess --from mbox:support.mbox --set from.agents.domains=acme.example
  deskhaul assess --zone Europe/Berlin --hours 6 ./acme
  deskhaul assess --for zendesk --for freshdesk ./acme
  deskhaul assess --json ./acme`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o, err := ask.options()
			if err != nil {
				return usage(err)
			}
			if !ask.sources {
				a.orArchive(folder(args))
			}
			return a.within(c.Context(), args, toRehearse, func(ctx context.Context, s *session) error { return s.assess(ctx, ask, o) })
		},
	}
	f := c.Flags()
	f.StringVar(&ask.zone, "zone", "", "the team's time `zone`, such as Europe/Berlin; guessed by when agents write")
	f.IntVar(&ask.hours, "hours", ask.hours, "how many `hours` the cutover takes, for which quiet times are told")
	f.StringVar(&ask.lang, "lang", "en", "the `language` of what is printed: en or ru")
	f.StringVar(&ask.html, "html", "", "write it as a page for a web browser to a `FILE`")
	f.StringArrayVar(&ask.to, "for", nil, "estimate what a move takes to this `CONNECTOR`, beside the project's targets")
	f.BoolVar(&ask.sources, "sources", false, "read the sources themselves, also where there is an archive")
	return a.systems(c)
}

// orArchive reads the archive of a project that was moved without a configuration. Where
// there is one, nobody is asked but it: passwords are not missed.
func (a *app) orArchive(dir string) {
	there := func(path ...string) bool {
		_, err := os.Stat(filepath.Join(append([]string{dir}, path...)...))
		return err == nil
	}
	if len(a.from) > 0 || !there((&project.Project{}).Hidden(), "archive") {
		return
	}
	if a.getenv = anyEnv; !there(project.FileName) {
		a.from = []string{"archive:"}
	}
}

func (ask *assessAsk) options() (o assess.Options, err error) {
	o = assess.Options{Now: time.Now(), Hours: ask.hours}
	if ask.hours < 1 || ask.hours > 72 {
		return o, fmt.Errorf("--hours %d: a cutover of 1 to 72 hours can be looked for", ask.hours)
	}
	if _, err := report.TongueOf(ask.lang); err != nil {
		return o, err
	}
	if ask.zone == "" {
		return o, nil
	}
	if o.Zone, err = time.LoadLocation(ask.zone); err != nil {
		return o, fmt.Errorf("--zone %s: there is no such time zone – write it as Europe/Berlin", ask.zone)
	}
	return o, nil
}

func (s *session) assess(ctx context.Context, ask *assessAsk, o assess.Options) (err error) {
	if err := s.mayPut(output{"--html", ask.html}); err != nil {
		return usage(err)
	}
	o.Temp = s.temp()
	survey, err := assess.New(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, survey.Close()) }()
	var names []string
	systems := s.toAssess(ask)
	for _, sys := range systems {
		prefix := "" // of ids that two sources may share
		if len(systems) > 1 {
			prefix = sys.Name + "/"
		}
		if err := s.survey(ctx, sys, prefix, survey); err != nil {
			return err
		}
		names = append(names, sys.Name)
	}
	if len(names) == 0 {
		return usage(errors.New("there is nothing to assess: name a source in deskhaul.yaml, or with --from"))
	}
	found, err := survey.Result(ctx)
	if err != nil {
		return err
	}
	found.Sources = names
	targets, err := s.wouldBe(ask)
	if err != nil {
		return usage(err)
	}
	found.Weigh(endsOf(s.p.Sources), targets)
	return s.tellAssessment(ask, found)
}

// tellAssessment prints what was found, and writes the page.
func (s *session) tellAssessment(ask *assessAsk, found *assess.Assessment) error {
	tongue, err := report.TongueOf(ask.lang)
	if err != nil {
		return usage(err)
	}
	if err := s.assessmentPage(ask, tongue, found); err != nil {
		return err
	}
	if s.json {
		return report.JSON(s.stdout, found)
	}
	return report.AssessmentText(forPeople{s.stdout}, tongue, found)
}

func (s *session) assessmentPage(ask *assessAsk, t report.Tongue, found *assess.Assessment) (err error) {
	if ask.html == "" {
		return nil
	}
	f, err := newOutFile(ask.html)
	if err != nil {
		return err
	}
	if err := report.AssessmentPage(f, t, filepath.Base(s.p.Folder), found); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", ask.html, err), f.drop())
	}
	return f.keep()
}

// toAssess are the systems that are read: the archive, if there is something in it.
func (s *session) toAssess(ask *assessAsk) []*project.System {
	if a := s.p.Archive; a != nil && !ask.sources {
		if paths := a.Paths(); len(paths) > 0 {
			if _, err := os.Stat(paths[0]); err == nil {
				return []*project.System{a}
			}
		}
	}
	return s.p.Sources
}

// survey shows a system's records to a survey.
func (s *session) survey(ctx context.Context, sys *project.System, prefix string, to *assess.Survey) (err error) {
	h := &hop{s: s, from: sys}
	if h.source, err = sys.Spec.Source(ctx, sys.Config, h.env(sys, true)); err != nil {
		h.source = nil
		return h.absent(fmt.Errorf("open the source %s: %w", sys.Name, err))
	}
	defer func() { err = errors.Join(err, h.close()) }()
	s.knows(ctx, h.source, to)
	shown := s.show("assessing " + sys.Name)
	defer shown.end()
	reads, _ := sys.Spec.CapsOf(sys.Config)
	for _, kind := range desk.Kinds {
		if !reads.Has(kind) {
			continue
		}
		for item, err := range h.source.Read(ctx, kind, "") {
			if err != nil {
				return fmt.Errorf("read %s of %s: %w", report.Plural(kind), sys.Name, err)
			}
			if err := take(ctx, to, prefix, item); err != nil {
				return err
			}
			shown.item(item)
		}
	}
	return nil
}

// knows tells the survey which custom fields there are, for one that no record fills in is
// not seen in any. A system that does not say is surveyed without.
func (s *session) knows(ctx context.Context, source connectors.Source, to *assess.Survey) {
	describer, ok := source.(connectors.Describer)
	if !ok {
		return
	}
	schema, err := describer.Describe(ctx)
	if err != nil {
		return // reading tells what is wrong
	}
	for _, f := range schema.Fields {
		if name, custom := strings.CutPrefix(f.Name, "fields."); custom {
			to.Knows(f.Kind, name)
		}
	}
}

func take(ctx context.Context, to *assess.Survey, prefix string, item connectors.Item) error {
	if item.Aside != nil {
		to.Aside(*item.Aside)
		return nil
	}
	if r := item.Record; prefix != "" {
		r.About().ID = desk.ID(prefix) + r.About().ID
		for _, ref := range desk.Refs(r) {
			if ref.ID != "" {
				ref.ID = desk.ID(prefix) + ref.ID
			}
		}
	}
	return to.Add(ctx, item.Record)
}
