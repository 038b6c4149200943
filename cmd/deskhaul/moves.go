package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// move is what a verb that moves records was asked.
type move struct {
	verb   string
	sample int
	since  string
	kinds  []string
	retry  bool
	losses string // a file for each loss
	pageAsk
}

// execute runs hops one after the other as one run, and prints how it ended.
func (s *session) execute(ctx context.Context, m move, hops []*hop) error {
	r, code, err := s.carry(ctx, m, hops)
	if r == nil {
		return err
	}
	return errors.Join(s.print(r, code), err)
}

// carry runs hops one after the other as one run, and tells how it ended; code is the
// exit code of an error that stopped it. Its own error is over what kept the run from
// beginning, or from being written down; with a run, over its page.
func (s *session) carry(ctx context.Context, m move, hops []*hop) (r *report.Run, code int, err error) {
	if len(hops) == 0 {
		return nil, 0, usage(fmt.Errorf("there is nothing to %s: the configuration has no way from a source to a target – see \"deskhaul %s --help\"", m.verb, m.verb))
	}
	pick, err := m.selection()
	if err := errors.Join(err, m.mayPut(s, output{"--losses", m.losses})); err != nil {
		return nil, 0, usage(err)
	}
	for _, h := range hops { // before the first request to any of them
		if err := h.mayWrite(); err != nil {
			return nil, 0, err
		}
	}
	file, err := newLossFile(m.losses)
	if err != nil {
		return nil, 0, err
	}
	if err := s.beginPage(m.pageAsk, false); err != nil {
		return nil, 0, errors.Join(err, file.drop())
	}
	run := checkpoints.Run{Verb: m.verb, Started: time.Now(), Mapping: s.p.Mapping.Hash(), Args: s.arguments(m)}
	if run.ID, err = s.store.StartRun(ctx, run); err != nil {
		return nil, 0, s.endPage(m.pageAsk, errors.Join(err, file.drop()), nil)
	}
	r = &report.Run{ID: run.ID, Verb: m.verb, Problems: s.notices}
	l := &losses{conflicts: &losses{}, file: file}
	err = errors.Join(s.legs(ctx, m, pick, hops, r, l), file.close())
	if m.sample > 0 && err == nil {
		r.Page = m.html
		s.readBack(ctx, hops, r)
	}
	if closed := s.finish(ctx, &run, r, hops, l, err); closed != nil {
		return nil, 0, s.endPage(m.pageAsk, closed, nil)
	}
	return r, codeOf(err), s.endPage(m.pageAsk, nil, func(w io.Writer, t report.Tongue, csv string) error {
		r.Project, r.Began, r.Then = s.p.Name, run.Started, s.afterMoving(r)
		return r.HTMLPage(w, t, csv)
	})
}

// legs runs each hop. One that fails ends the run, unless it spares the others.
func (s *session) legs(ctx context.Context, m move, pick pipeline.Selection, hops []*hop, r *report.Run, l *losses) error {
	var picked []pipeline.Picked      // of a sample: as the archive calls them
	carried := map[desk.ID][]string{} // what is put aside of them, likewise
	var pulled bool                   // a retry brought something into the archive
	var failed []error
	for _, h := range hops {
		h.last = h.last || h == hops[len(hops)-1] || hops[len(hops)-1].pull
		if !h.pull {
			h.picks, h.aside = picked, maps.Clone(carried)
		}
		began := time.Now()
		h.onward = pulled && !h.pull
		counts, err := h.run(ctx, m, pick, r, l)
		pulled = pulled || m.retry && h.pull && wrote(counts)
		r.Hops = append(r.Hops, report.Hop{From: h.from.Name, To: h.to.Name, Kinds: counts, Last: h.last, Seconds: time.Since(began).Seconds(), Listed: h.listed})
		if err != nil && !h.spares(err) {
			return errors.Join(append(failed, err)...)
		}
		if err != nil {
			failed = append(failed, err)
			continue
		}
		if m.sample == 0 {
			continue
		}
		aside, err := h.landed(ctx)
		if err != nil {
			return err
		}
		if h.pull {
			picked = slices.Concat([]pipeline.Picked{}, picked, h.came)
			maps.Copy(carried, aside)
		}
	}
	return errors.Join(failed...)
}

// spares tells whether the other legs go on though this one failed: a source that cannot be
// reached keeps nobody from what the others have, in the archive and further on.
func (h *hop) spares(err error) bool {
	return h.pull && len(h.s.p.Sources) > 1 && !errors.Is(err, context.Canceled) &&
		!errors.As(err, new(*pipeline.UnsavedError)) && codeOf(err) != exitUsage
}

// run moves what one hop has to move.
func (h *hop) run(ctx context.Context, m move, pick pipeline.Selection, r *report.Run, l *losses) (counts pipeline.Counts, err error) {
	if err := h.open(ctx); err != nil {
		return nil, err
	}
	defer func() {
		closed := h.close()
		if closed != nil { // what it was still to finish is not to be believed
			h.s.store.Drop()
		}
		err = errors.Join(err, closed, h.s.store.Flush(context.WithoutCancel(ctx)))
	}()
	if err := h.sayChanged(ctx, &r.Problems); err != nil {
		return nil, err
	}
	p, err := h.pipeline(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	if pick.Tickets, err = h.sampled(ctx, m.sample); err != nil {
		return nil, err
	}
	onward := h.onward
	if m.retry && !onward {
		if onward, err = h.renamed(ctx); err != nil {
			return nil, err
		}
	}
	bar := h.s.show(h.label())
	l.file.advised(h.label(), h.advises())
	p.Select, p.RetryOnly = pick, m.retry
	h.s.listing.begin()
	p.Watch = h.hear(r.ID, h.s.watch(bar.watch(ctx, h.source), h.label(), l))
	counts, err = p.Go(ctx)
	if err == nil && onward {
		var more pipeline.Counts
		p.RetryOnly = false
		more, err = p.Go(ctx)
		counts = counts.Plus(more)
	}
	bar.end()
	if err = errors.Join(h.ended(r.ID, err), h.list(ctx, r.ID, h.advised(l.list()))); err != nil {
		return counts, h.absent(fmt.Errorf("%s: %w", h.label(), err))
	}
	return counts, nil
}

// renamed tells whether what is in quarantine may have another id once it is
// mended: in a source that cannot be asked for one record, like a table's rows, or
// where the source could not even tell what it is, like a mail whose header cannot be
// read. It is found only where all that is new is read.
func (h *hop) renamed(ctx context.Context) (bool, error) {
	if _, asked := h.source.(connectors.Fetcher); !asked {
		return h.anything(ctx, checkpoints.Failed)
	}
	q := checkpoints.Query{Reason: string(connectors.ReasonUnreadable), States: []checkpoints.State{checkpoints.Failed}}
	for row, err := range h.ledger.Rows(ctx, q) {
		if err != nil || row.Kind == desk.KindMessage && row.Parent == "" {
			return err == nil, err
		}
	}
	return false, nil
}

// wrote tells whether a leg changed anything at its target.
func wrote(counts pipeline.Counts) bool {
	for _, c := range counts {
		if c.Created+c.Adopted+c.Updated > 0 {
			return true
		}
	}
	return false
}

// watch hands events on, logs what went wrong, and gathers losses.
func (s *session) watch(bar func(pipeline.Event), hop string, l *losses) func(pipeline.Event) {
	log := s.log()
	return func(e pipeline.Event) {
		bar(e)
		s.listing.event(e)
		switch {
		case e.Linger > 0 && !s.quiet:
			fmt.Fprintf(beside{s.app}, "%s: waiting %s until it can be told what of the last writes arrived\n", hop, report.Duration(e.Linger)) //nolint:errcheck // what cannot be shown must not stop a run
		case e.Loss != nil:
			l.add(hop, e)
		case e.Conflict != nil && l.conflicts != nil:
			l.conflicts.conflict(hop, e)
		case e.Outcome == pipeline.Failed || e.Outcome == pipeline.Held:
			log.Info("put aside", "kind", e.Kind, "id", e.ID, "outcome", e.Outcome, "reason", e.Reason, "detail", e.Detail)
		case e.Step != nil:
			log.Debug(string(e.Step.Verb), "kind", e.Kind, "id", e.ID, "err", e.Err)
		}
	}
}
