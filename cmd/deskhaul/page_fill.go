package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/lists"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// list writes all that a leg has told into the table beside the page, and keeps the first of
// each list. The leg is over, and both its ends are still open.
func (h *hop) list(ctx context.Context, run int64, lost []report.Loss) error {
	t := h.s.listing
	if t == nil || h.ledger == nil {
		return nil
	}
	l := &legLists{hop: h, run: run, found: map[foundKey]int{}}
	l.old, _ = h.source.(connectors.Linker)
	l.new, _ = h.target.(connectors.Linker)
	ctx = context.WithoutCancel(ctx) // a run that is stopped has its page too
	for e, err := range t.lists.Way(ctx, t.ways) {
		if err == nil {
			err = l.entry(ctx, e)
		}
		if err != nil {
			return fmt.Errorf("%s: list what there is: %w", h.label(), err)
		}
	}
	if err := l.before(ctx); err != nil {
		return fmt.Errorf("%s: list what is aside: %w", h.label(), err)
	}
	l.said()
	h.listed = report.Listed{Found: l.all, Losses: lost, Bytes: t.bytes.Load()}
	return nil
}

// said puts above a list what is said of all in it.
func (l *legLists) said() {
	for i := range l.all {
		switch f, cause := &l.all[i], l.causes[i]; {
		case cause != nil:
			f.Cause, f.Alike = cause.String(), !cause.Varies
		case !f.Alike:
			f.Cause = ""
		}
	}
}

// legLists is the lists of one leg.
type legLists struct {
	*hop
	run      int64
	old, new connectors.Linker // nil where they cannot tell
	all      []report.Found
	found    map[foundKey]int
	causes   []*report.Cause // of each list; nil none
	by       report.Causes
}

type foundKey struct {
	class string
	kind  desk.Kind
	field string
	cause *report.Cause
}

// entry adds a line. Of what was put aside, or left out, the ledger knows why.
func (l *legLists) entry(ctx context.Context, e lists.Entry) error {
	kind, id := e.Kind, e.ID
	if e.Ticket != "" {
		kind, id = desk.KindTicket, e.Ticket
	}
	row, _, err := l.ledger.Row(ctx, kind, "", id)
	if err != nil {
		return err
	}
	x := l.example(e, row)
	if _, why := states[e.Class]; why {
		return l.aside(ctx, e, x, row)
	}
	x.Detail = e.Detail
	return l.add(e, x, "", nil)
}

// example is the line of a record, or of the ticket of what is listed.
func (l *legLists) example(e lists.Entry, row checkpoints.Row) report.Example {
	x := report.Example{ID: string(e.ID), Ticket: string(e.Ticket), Name: e.Name, N: e.N, Old: e.URL}
	if x.Old == "" && l.old != nil {
		x.Old = l.old.Link(row.Kind, row.ID)
	}
	if at := row.Landed(); !strings.HasPrefix(string(at), connectors.PlannedID) {
		x.Target = string(at)
		if l.new != nil && at != "" {
			x.New = l.new.Link(row.Kind, at)
		}
	}
	if r := connectors.Reason(row.Reason); r == connectors.ReasonMapping || r == connectors.ReasonFiltered {
		x.Name = "" // nothing was blacked out of it
	}
	return x
}

// states are those of the lines that are counted under an outcome.
var states = map[string][]checkpoints.State{
	string(pipeline.Failed):  {checkpoints.Failed},
	string(pipeline.Held):    {checkpoints.Held, checkpoints.Intended, checkpoints.Entered},
	string(pipeline.Skipped): {checkpoints.Skipped},
}

// aside adds a line, message by message where those have reasons of their own.
func (l *legLists) aside(ctx context.Context, e lists.Entry, x report.Example, row checkpoints.Row) error {
	if e.Ticket == "" {
		return l.put(e, x, row)
	}
	messages, err := l.ledger.Messages(ctx, e.Ticket)
	if err != nil {
		return err
	}
	left := e.N
	if e.Kind == desk.KindFile {
		messages = nil
	}
	for _, id := range slices.SortedFunc(maps.Keys(messages), func(a, b desk.ID) int { return byID(string(a), string(b)) }) {
		m := messages[id]
		if left > 0 && m.Reason != "" && slices.Contains(states[e.Class], m.State) {
			one := x
			one.ID, one.N = string(m.ID), 1
			if err := l.put(e, one, m); err != nil {
				return err
			}
			left--
		}
	}
	if left == 0 {
		return nil
	}
	x.N = left
	return l.add(e, x, string(report.WithTicket), nil)
}

// put adds a line with the reason that the ledger has.
func (l *legLists) put(e lists.Entry, x report.Example, row checkpoints.Row) error {
	x.Detail = whyAside(row)
	cause := l.by.Add(e.Class, e.Kind, e.Ticket, cmp.Or(desk.ID(x.ID), e.Ticket), connectors.Reason(row.Reason), x.Detail)
	return l.add(e, x, row.Reason, cause)
}

// before adds what earlier runs put aside, and this one has not taken up.
func (l *legLists) before(ctx context.Context) error {
	q := checkpoints.Query{States: []checkpoints.State{checkpoints.Failed, checkpoints.Held, checkpoints.Intended}}
	for row, err := range l.ledger.Rows(ctx, q) {
		if err != nil {
			return err
		}
		if row.Run == l.run {
			continue
		}
		e := lists.Entry{Key: lists.Key{Class: listBefore, Kind: row.Kind, Ticket: row.Parent, ID: row.ID}, N: 1}
		at := row
		if row.Parent != "" {
			if at, _, err = l.ledger.Row(ctx, desk.KindTicket, "", row.Parent); err != nil {
				return err
			}
		}
		if err := l.put(e, l.example(e, at), row); err != nil {
			return err
		}
	}
	return nil
}

// add puts a line into the table, and among the first of its list.
func (l *legLists) add(e lists.Entry, x report.Example, reason string, cause *report.Cause) error {
	field, why, _ := strings.Cut(e.Field, "\n")
	row := x
	if row.Detail == "" && e.N > 1 {
		row.Detail = report.CountOf(e.N, e.Kind)
	}
	if err := l.s.listing.files.add(line{Hop: l.label(), Class: pipeline.Class(e.Class), Kind: e.Kind, Field: cmp.Or(field, reason), Example: row}); err != nil {
		return err
	}
	key := foundKey{e.Class, e.Kind, e.Field, cause}
	at, known := l.found[key]
	if !known {
		at = len(l.all)
		l.found[key] = at
		l.all = append(l.all, report.Found{Class: e.Class, Kind: e.Kind, Field: cmp.Or(field, reason), Why: connectors.Why(why), Cause: x.Detail, Alike: true})
		l.causes = append(l.causes, cause)
	}
	f := &l.all[at]
	f.Alike = f.Alike && f.Cause == x.Detail
	if f.Count += max(1, x.N); len(f.First) < maxExamples {
		f.First = append(f.First, x)
	}
	return nil
}
