package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// planAsk is what a plan was asked.
type planAsk struct {
	move
	ticket string
	out    string
}

func (a *app) planCommand() *cobra.Command {
	ask := &planAsk{move: move{verb: "plan"}}
	c := &cobra.Command{
		Use:   "plan [FOLDER]",
		Short: "the dry run: what would be created, updated, appended, skipped, lost or refused",
		Long: `Walks the whole way without a single write and tells what a run would do, kind
by kind, for each leg. What is not in the archive yet is planned from its source.
Of all that a target cannot hold it tells how much, and what would save it; --losses
lists it ticket by ticket. --html makes a page of the plan, with the list behind each
number and the address of each ticket, and a table of all of them beside it.
--sample plans a few tickets and says why each was picked.
--ticket shows one ticket in full: as it is, as it would be written, and the calls.

` + exitHelp,
		Example: `  deskhaul plan ./acme
  deskhaul plan --out plan.json --losses losses.csv ./acme
  deskhaul plan --html plan.html --lang ru ./acme
  deskhaul plan --ticket 20260131.7@customer.example ./acme`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.within(c.Context(), args, toRehearse, func(ctx context.Context, s *session) error { return s.plan(ctx, *ask) })
		},
	}
	c.Flags().StringVar(&ask.ticket, "ticket", "", "show one ticket in full, by its `ID` in the source or the archive")
	c.Flags().StringVar(&ask.out, "out", "", "also write the plan as JSON to a `file`")
	return ask.selecting(ask.paging(a.systems(c)))
}

// maxRefusals is how many records that would be put aside a plan lists.
const maxRefusals = 50

func (s *session) plan(ctx context.Context, ask planAsk) error {
	pick, err := ask.selection()
	if err := errors.Join(err, ask.mayPut(s, output{"--out", ask.out}, output{"--losses", ask.losses})); err != nil {
		return usage(err)
	}
	hops := append(s.pulls(), s.loads()...)
	if len(hops) == 0 {
		return usage(errors.New("there is nothing to plan: the configuration has no way from a source to a target"))
	}
	switch {
	case ask.ticket != "" && ask.html != "":
		return usage(errors.New("--html is a page of the whole plan, and --ticket shows one ticket: give one of them"))
	case ask.ticket != "":
		return s.planTicket(ctx, ask, hops)
	}
	began := time.Now()
	file, err := newLossFile(ask.losses)
	if err != nil {
		return err
	}
	if err := s.beginPage(ask.pageAsk, true); err != nil {
		return errors.Join(err, file.drop())
	}
	p := &report.Plan{Command: s.commandWith("migrate", s.arguments(ask.move)), Problems: s.notices, Losses: []report.Loss{}, Refused: []report.Refusal{}}
	stops, err := s.planLegs(ctx, ask, pick, hops, p, file)
	if err != nil {
		return s.endPage(ask.pageAsk, errors.Join(err, file.drop()), nil)
	}
	p.Complete()
	p.Seconds = time.Since(began).Seconds()
	if err := s.endPage(ask.pageAsk, file.close(), func(w io.Writer, t report.Tongue, csv string) error {
		p.Project, p.Made, p.Then = s.p.Name, began, s.beforeMoving(ask.move, p)
		return p.HTMLPage(w, t, csv)
	}); err != nil {
		return err
	}
	if err := s.printPlan(p, ask.out); err != nil || stops == nil {
		return err
	}
	return &exit{code: codeOf(stops)} // as the run would end
}

func (s *session) printPlan(p *report.Plan, out string) error {
	if out != "" {
		if err := writePlan(out, p); err != nil {
			return err
		}
	}
	if s.json {
		return report.JSON(s.result(), p)
	}
	return p.Text(forPeople{s.result()})
}

// writePlan writes a plan as JSON to a file.
func writePlan(out string, plan any) error {
	f, err := newOutFile(out)
	if err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	if err := f.wrote(report.JSON(f, plan)); err != nil {
		return fmt.Errorf("write the plan to %s: %w", out, err)
	}
	return nil
}

// plan walks one leg.
func (h *hop) plan(ctx context.Context, ask planAsk, pick pipeline.Selection, into *report.Plan, file *lossFile, before *handedOn) (err error) {
	if err := h.open(ctx); err != nil {
		return h.unopened(ctx, err)
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if err := h.sayChanged(ctx, &into.Problems); err != nil {
		return err
	}
	if err := h.stage(ctx); err != nil {
		return err
	}
	p, err := h.rehearsal(ctx)
	if err != nil {
		return err
	}
	chosen := h.picks != nil
	if pick.Tickets, err = h.sampled(ctx, ask.sample); err != nil {
		return err
	}
	if !chosen {
		into.Sample = append(into.Sample, h.picked()...)
	}
	bar := h.s.show("planning " + h.label())
	w, err := h.planWatch(ctx, into, file, before)
	if err != nil {
		return err
	}
	w.next = h.s.watch(bar.watch(ctx, h.source), h.label(), &losses{})
	hear, heard, err := h.overhear(pick)
	if err != nil {
		return err
	}
	w.heard = hear
	h.s.listing.begin()
	p.Select, p.Watch = pick, w.watch
	counts, err := p.Go(ctx)
	err = heard(err)
	bar.end()
	if merged := w.merging.end(ctx, into); err == nil {
		err = merged
	}
	if err == nil {
		err = errors.Join(h.causes(ctx, p.Run, &into.Causes), h.willLand(ctx))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", h.label(), err)
	}
	return h.planned(ctx, p.Run, w, counts, into)
}

// planned adds what the plan of the leg has told.
func (h *hop) planned(ctx context.Context, run int64, w *planWatch, counts pipeline.Counts, into *report.Plan) error {
	lost := h.advised(w.losses.list())
	if err := h.list(ctx, run, lost); err != nil {
		return err
	}
	into.Losses = append(into.Losses, lost...)
	if h.last {
		into.Losing.Tickets += w.losing.tickets()
	}
	if u, ok := h.target.(connectors.Unforeseen); ok {
		into.Unforeseen = report.Once(into.Unforeseen, u.Unforeseen()...)
	}
	into.Conflicts = append(into.Conflicts, w.conflicts.list()...)
	into.Hops = append(into.Hops, report.PlannedHop{
		From: h.from.Name, To: h.to.Name, Kinds: report.PlannedOf(counts, w.appended, w.lost), Drops: h.drops(), Last: h.last, Listed: h.listed,
	})
	return nil
}

// planWatch is what gathers what the plan of a leg tells.
func (h *hop) planWatch(ctx context.Context, into *report.Plan, file *lossFile, before *handedOn) (*planWatch, error) {
	_, files := h.target.(connectors.Syncer)
	files = files || h.writes.Idempotent // the archive that is only asked has no Sync
	file.advised(h.label(), h.advises())
	w := &planWatch{
		hop: h.label(), into: into, calls: !files, lost: map[desk.Kind]int64{}, losing: newLosing(), losses: losses{file: file},
		before: before, after: h.from == h.s.p.Archive,
	}
	if w.after {
		w.losing = before.begun()
	}
	var err error
	if w.merging, err = h.merging(ctx); err != nil {
		return nil, err
	}
	w.merged = func(e pipeline.Event) { w.merging.event(ctx, e) }
	w.prefix, err = h.archives(ctx)
	return w, err
}

// drops are the kinds that the target has no room for.
func (h *hop) drops() (kinds []desk.Kind) {
	for _, k := range desk.Kinds {
		if h.reads.Has(k) && !h.writes.Has(k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// planWatch gathers what a dry run tells.
type planWatch struct {
	hop       string
	next      func(pipeline.Event)
	losses    losses
	conflicts losses

	mu       sync.Mutex
	into     *report.Plan
	appended int64
	calls    bool // each write is a request
	lost     map[desk.Kind]int64
	losing   *losing
	before   *handedOn
	merging  *merging // nil: nothing comes together
	merged   func(pipeline.Event)
	heard    func(pipeline.Event)
	prefix   string // of the ids that records get in the archive; "" they get none there
	after    bool   // the leg leads from the archive
}

func (w *planWatch) watch(e pipeline.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.after && w.before.again(e) {
		return
	}
	w.merged(e)
	w.heard(e)
	w.next(e)
	switch {
	case w.prefix != "":
		w.before.told(e, w.prefix)
	}
	if e.Step != nil && e.Err == nil && w.calls {
		w.into.Requests++
	}
	w.losing.event(e)
	if e.Again {
		w.arrived(e) // what is said now is what becomes of it
	}
	switch {
	case e.Conflict != nil:
		w.conflicts.conflict(w.hop, e)
	case e.Loss != nil:
		if !e.Loss.Kept {
			w.lost[e.Kind]++
		}
		w.losses.add(w.hop, e)
	case e.Step != nil && e.Err == nil && e.Step.Verb == pipeline.Append && !e.Step.Fresh:
		w.appended++
	case (e.Outcome == pipeline.Failed || e.Outcome == pipeline.Held) && len(w.into.Refused) < maxRefusals:
		w.into.Refused = append(w.into.Refused, report.Refusal{Hop: w.hop, Kind: e.Kind, ID: e.ID, Reason: e.Reason, Detail: e.Detail})
	}
}

// arrived takes back that a record is held or refused: what it waited for came later.
func (w *planWatch) arrived(e pipeline.Event) {
	w.into.Refused = slices.DeleteFunc(w.into.Refused, func(r report.Refusal) bool {
		return r.Hop == w.hop && r.Kind == e.Kind && r.ID == e.ID
	})
}
