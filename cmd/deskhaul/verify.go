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
	out    string
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
keep is listed as a planned loss. It writes nothing. The last line is the one to
show.

--sample looks at so many tickets, chosen at random, and says what that proves;
--last at those that the last run wrote, --run at those of run N; --quick compares
the sizes of files and not their bytes.

` + exitHelp,
		Example: `  deskhaul verify ./acme
  deskhaul verify --sample 400 ./acme
  deskhaul verify --last --out differences.jsonl ./acme`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := ask.check(); err != nil {
				return usage(err)
			}
			return a.within(c.Context(), args, toRehearse, func(ctx context.Context, s *session) error { return s.verify(ctx, ask) })
		},
	}
	f := c.Flags()
	f.IntVar(&ask.sample, "sample", 0, "look at `N` tickets chosen at random")
	f.Uint64Var(&ask.seed, "seed", 0, "choose the same sample as a verification that printed this `number`")
	f.BoolVar(&ask.last, "last", false, "look at what the last run wrote")
	f.Int64Var(&ask.run, "run", 0, "look at what run `N` wrote")
	f.BoolVar(&ask.quick, "quick", false, "compare the sizes of files, not their bytes")
	f.StringVar(&ask.out, "out", "", "write each finding as a line of JSON to a `file`")
	return a.systems(c)
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
	case ask.sample < 0 || ask.run < 0:
		return errors.New("--sample and --run take a number above 0")
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
	began := time.Now()
	v := &report.Verification{Problems: s.notices}
	found, err := newFindings(ask.out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, found.close()) }()
	for _, h := range hops {
		if err := h.verify(ctx, ask, v, found); err != nil {
			return err
		}
	}
	v.Complete()
	v.Seconds, v.Requests = time.Since(began).Seconds(), s.requests.Load()
	if err := s.printVerification(v); err != nil {
		return err
	}
	switch {
	case v.Differences > 0:
		return &exit{code: exitDifference}
	case v.Aside > 0:
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

// verify goes through one leg.
func (h *hop) verify(ctx context.Context, ask *verifyAsk, into *report.Verification, found *findings) (err error) {
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
	leg := found.leg(h.label())
	bar := h.s.show("verifying " + h.label())
	p.Watch = bar.watch(ctx, h.source)
	v := &pipeline.Verification{Pipeline: p, Quick: ask.quick, Found: leg.add}
	if into.Sample, err = h.choose(ctx, ask, v); err != nil {
		bar.end()
		return err
	}
	err = v.Go(ctx)
	bar.end()
	if err != nil {
		return fmt.Errorf("%s: %w", h.label(), err)
	}
	if sample := into.Sample; sample != nil {
		sample.Differing = leg.differing()
		if ask.sample > 0 {
			sample.AtMost = report.Confidence(sample.Looked, sample.Differing)
		}
	}
	into.Hops = append(into.Hops, h.verified(v, leg))
	return nil
}

func (h *hop) verified(v *pipeline.Verification, leg *legFindings) report.VerifiedHop {
	out := report.VerifiedHop{From: h.from.Name, To: h.to.Name, Kinds: map[desk.Kind]report.Verified{}, Found: leg.list(), Figures: figuresOf(&v.Source, &v.There)}
	for kind, n := range v.Counts() {
		out.Kinds[kind] = report.Verified(n)
	}
	return out
}
