package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// verifyAsk is what a verification was asked.
type verifyAsk struct {
	sample int
	seed   uint64
	last   bool
	run    int64
	quick  bool
	anew   bool
	out    string
	pageAsk
}

func (a *app) verifyCommand() *cobra.Command {
	ask := &verifyAsk{}
	c := &cobra.Command{
		Use:   "verify [FOLDER]",
		Short: "read the target back and compare it with the source, ticket by ticket",
		Long: `Reads what stands at the target and compares it with what the source says and the
mapping makes of it: fields, messages (their number, order, authors, times, texts,
and that what is private is private), files to the last byte, people, and the
totals and key figures of both sides. What a run said that the target could not
keep is listed as a planned loss. It writes nothing at the target. The last line
is the one to show; a page for a web browser, and all findings as CSV, are put into
.deskhaul/reports.

--sample looks at so many tickets, chosen at random, and says what that proves;
--last at those that the last run wrote, --run at those of run N; --quick compares
the sizes of files and not their bytes.

A verification that was broken off goes on where it was when the same is asked
again. Where runs wrote meanwhile, what they wrote at is looked at again, and the
rest is not; after a rollback, with another mapping or with other settings it
begins anew. Samples, and what one run wrote, begin anew after any run. Of one
that ended, what could not be looked at is tried again. --anew begins anew.

It keeps to the account's rate, and to its budget, as a run does: for a smaller
share than a run has, say --set to.budget=30%; beside a run, give both shares that
fit together. A target that is busy or away for some minutes is waited for. What
cannot be looked at is told, and is neither right nor a difference: exit status 3.

` + exitHelp,
		Example: `  deskhaul verify ./acme
  deskhaul verify --sample 400 ./acme
  deskhaul verify --html proof.html --set to.budget=30% ./acme
  deskhaul verify --last --out differences.jsonl ./acme`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := ask.check(); err != nil {
				return usage(err)
			}
			return a.within(c.Context(), args, toVerify, func(ctx context.Context, s *session) error { return s.verify(ctx, ask) })
		},
	}
	f := c.Flags()
	f.Func("sample", "look at `N` tickets chosen at random", ask.setSample)
	f.Uint64Var(&ask.seed, "seed", 0, "choose the same sample as a verification that printed this `number`")
	f.BoolVar(&ask.last, "last", false, "look at what the last run wrote")
	f.Func("run", "look at what run `N` wrote", func(value string) (err error) {
		ask.run, err = runNumber(value)
		return err
	})
	f.BoolVar(&ask.quick, "quick", false, "compare the sizes of files, not their bytes")
	f.BoolVar(&ask.anew, "anew", false, "do not go on with a verification that was broken off")
	f.StringVar(&ask.out, "out", "", "write each finding as a line of JSON to a `file`")
	return a.systems(ask.paging(c))
}

func (ask *verifyAsk) setSample(value string) (err error) {
	ask.sample, err = sampleSize(value)
	return err
}

func (ask *verifyAsk) check() error {
	chosen := 0
	for _, is := range []bool{ask.sample != 0, ask.last, ask.run != 0} {
		if is {
			chosen++
		}
	}
	switch {
	case chosen > 1:
		return errors.New("--sample, --last and --run choose tickets in different ways: give one of them")
	case ask.seed != 0 && ask.sample == 0:
		return errors.New("--seed draws the tickets of --sample: give both")
	}
	return nil
}

func (s *session) verify(ctx context.Context, ask *verifyAsk) (err error) {
	hops := s.loads()
	if len(hops) == 0 {
		hops = s.pulls()
	}
	if len(hops) == 0 {
		return usage(errors.New("there is nothing to verify: the configuration has no way from a source to a target"))
	}
	if err := ask.mayPut(s, output{"--out", ask.out}); err != nil {
		return usage(err)
	}
	w, err := s.beginVerifying(ctx, ask, hops)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	v := &report.Verification{Problems: s.notices}
	for _, h := range hops {
		if err := w.hop(ctx, h, v); err != nil {
			return w.broken(ctx, err)
		}
	}
	beside, err := w.beside(ctx)
	if err != nil {
		return err
	}
	if beside {
		v.Problems = append(v.Problems, "a run wrote while this was read back, and what it was writing may be told as different: the same command looks again at what it wrote")
	}
	if err := w.write(ctx, v); err != nil {
		return w.broken(ctx, err)
	}
	if err := s.printVerification(v); err != nil {
		return err
	}
	w.ended = v.Unseen == 0 && (!beside || v.Differences == 0)
	switch {
	case v.Differences > 0:
		return &exit{code: exitDifference}
	case v.Aside+v.Unseen > 0:
		return &exit{code: exitQuarantine}
	}
	return nil
}

func (s *session) printVerification(v *report.Verification) error {
	if s.json {
		return report.JSON(s.result(), v)
	}
	return v.Text(forPeople{s.result()})
}

// hop goes through one leg.
func (w *verifying) hop(ctx context.Context, h *hop, into *report.Verification) (err error) {
	if err := h.open(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if err := h.sayChanged(ctx, &into.Problems); err != nil {
		return err
	}
	p, err := h.rehearsal(ctx)
	if err != nil {
		return err
	}
	v := &pipeline.Verification{Pipeline: p, Journal: w.journal(h), Quick: w.ask.quick, Saving: w.save}
	if v.Before, err = w.before(ctx, h); err != nil {
		return err
	}
	sample, err := w.choose(ctx, h, v)
	if err != nil {
		return err
	}
	if sample != nil && sample.Of != report.Random && sample.All == 0 {
		into.Problems = append(into.Problems, fmt.Sprintf("%s: nothing that %s wrote stands there: there was nothing to look at", h.label(), sample.Of))
	}
	total, err := w.sayNeeded(ctx, h, sample)
	if err != nil {
		return err
	}
	bar := w.s.show("verifying " + h.label())
	bar.looking(total)
	p.Watch, v.Waits = bar.watch(ctx, h.source), w.waits(h, bar)
	err = v.Go(ctx)
	bar.end()
	if err != nil {
		return fmt.Errorf("%s: %w", h.label(), err)
	}
	seen, err := v.Journal.Sum(ctx)
	if err != nil {
		return err
	}
	into.Hops = append(into.Hops, w.verified(ctx, h, seen, sample))
	return nil
}

// waits says that the target is waited for: a program that is silent for minutes looks as if
// it hung.
func (w *verifying) waits(h *hop, bar *progress) func(time.Duration, error) {
	return func(most time.Duration, err error) {
		until := time.Now().Add(most).Format(time.TimeOnly)
		bar.waiting(fmt.Sprintf("waiting for %s, until about %s at most", h.to.Name, until))
		w.s.log().Warn(fmt.Sprintf("%s does not answer and is waited for, until about %s at most: %s", h.to.Name, until, err))
	}
}

func (w *verifying) verified(ctx context.Context, h *hop, seen *pipeline.Verified, sample *report.Sampled) report.VerifiedHop {
	out := report.VerifiedHop{
		From: h.from.Name, To: h.to.Name, Kinds: map[desk.Kind]report.Verified{}, Sample: sample,
		Found: []report.Found{}, Figures: h.figures(ctx, seen),
	}
	for kind, n := range seen.Counts {
		out.Kinds[kind] = report.Verified(n)
	}
	if sample != nil {
		sample.Looked, sample.Differing, sample.Unseen = seen.Tickets, seen.Differing, seen.Blind
		if sample.Of == report.Random {
			sample.Conclude()
		}
	}
	return out
}
