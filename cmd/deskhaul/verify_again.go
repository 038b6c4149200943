package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// takeUp goes on with the verification that was broken off, if there is one and it
// still counts. It says which of the two.
func (w *verifying) takeUp(ctx context.Context, real checkpoints.Store) (goesOn bool, err error) {
	if _, err := os.Stat(w.path); w.ask.anew || errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	store, was, err := w.opened(ctx)
	if err != nil || store == nil {
		return false, err // killed before it had begun
	}
	since, why, err := w.fits(ctx, real, was)
	if err != nil || why != "" {
		w.say("The verification that began %s does not count any more (%s): beginning anew.", local(was.Began), why)
		return false, errors.Join(err, store.Close())
	}
	now := w.head
	w.head = was
	w.resumed, w.s.store, w.keys = true, store, store.Keys("verification", false)
	if since > 0 {
		w.head.Run, w.head.Running = now.Run, now.Running
		if err := w.carryOver(ctx, real, since); err != nil {
			return false, err
		}
	}
	return true, w.sayGoesOn(ctx, since > 0)
}

// opened is the file of the one before; nil where it was never whole.
func (w *verifying) opened(ctx context.Context) (checkpoints.Store, verifyHead, error) {
	var head verifyHead
	store, err := checkpoints.Open(ctx, w.path)
	if err != nil {
		if ctx.Err() != nil {
			return nil, head, err
		}
		return nil, head, nil //nolint:nilerr // what cannot be opened is begun anew
	}
	b, err := store.Keys("verification", false).Get(ctx, headKey)
	if err != nil || b == nil || json.Unmarshal(b, &head) != nil {
		return nil, head, errors.Join(err, store.Close())
	}
	return store, head, nil
}

// fits tells why the one before does not count; else the first run since that may have
// changed something, 0 none.
func (w *verifying) fits(ctx context.Context, real checkpoints.Store, was verifyHead) (since int64, why string, err error) {
	now := w.head
	switch {
	case was.Asked != now.Asked || now.Seed != 0 && was.Seed != now.Seed:
		return 0, "other tickets were chosen", nil
	case was.Ways != now.Ways:
		return 0, "the mapping or the settings changed", nil
	case was.Version != now.Version:
		return 0, "deskhaul is another one", nil
	case was.Run == now.Run && !was.Running:
		return 0, "", nil
	}
	runs, err := real.Runs(ctx, 0)
	if err != nil {
		return 0, "", err
	}
	since = was.Run + 1
	if was.Running {
		since = was.Run
	}
	runs = slices.DeleteFunc(runs, func(r checkpoints.Run) bool { return r.ID < since })
	switch {
	case slices.ContainsFunc(runs, func(r checkpoints.Run) bool { return r.Verb == "rollback" }):
		return 0, "something was taken back", nil
	case w.ask.sort() != "all" && w.ask.sort() != "all-quick":
		return 0, "there was a run since", nil
	}
	return since, "", nil
}

// beside tells whether a run wrote since the verification's copy was made.
func (w *verifying) beside(ctx context.Context) (bool, error) {
	if w.path == "" {
		return false, nil
	}
	real, err := w.s.look(ctx)
	if err != nil {
		return false, err
	}
	now, err := w.headNow(ctx, real)
	return now.Run != w.head.Run || w.head.Running, errors.Join(err, real.Close())
}

// carryOver takes what was seen into a younger copy of the ledger, but what runs since
// wrote at.
func (w *verifying) carryOver(ctx context.Context, real checkpoints.Store, since int64) error {
	next := w.path + ".new"
	if err := errors.Join(remove(next), real.CopyTo(ctx, next)); err != nil {
		return err
	}
	young, err := checkpoints.Open(ctx, next)
	if err != nil {
		return err
	}
	for _, h := range w.hops {
		ledger, err := young.Ledger(ctx, pairOf(h.route(), h.from, h.to))
		if err == nil {
			err = journalOf(w.s.store, h).CopyTo(ctx, journalOf(young, h), young, touchedSince(ctx, ledger, since))
		}
		if err != nil {
			return errors.Join(err, young.Close())
		}
	}
	w.keys = young.Keys("verification", false)
	if err := errors.Join(w.save(ctx), young.Flush(ctx), young.Close(), w.s.store.Close(), remove(w.path), os.Rename(next, w.path)); err != nil {
		return err
	}
	if w.s.store, err = checkpoints.Open(ctx, w.path); err == nil {
		w.keys = w.s.store.Keys("verification", false)
	}
	return err
}

// touchedSince yields the records of which a run since then wrote a line.
func touchedSince(ctx context.Context, l checkpoints.Ledger, since int64) iter.Seq2[desk.Ref, error] {
	return func(yield func(desk.Ref, error) bool) {
		for row, err := range l.Rows(ctx, checkpoints.Query{}) {
			ref := desk.To(row.Kind, row.ID)
			if row.Kind == desk.KindMessage {
				ref = desk.To(desk.KindTicket, row.Parent)
			}
			if (err != nil || row.Run >= since) && !yield(ref, err) {
				return
			}
		}
	}
}

func (w *verifying) sayGoesOn(ctx context.Context, runs bool) error {
	var n, blind int64
	for _, h := range w.hops {
		seen, err := w.journal(h).Sum(ctx)
		if err != nil {
			return err
		}
		n, blind = n+seen.Tickets, blind+seen.Blind
	}
	more := ""
	if blind > 0 {
		more = fmt.Sprintf(", %s of them not wholly", report.Number(blind))
	}
	if runs {
		more += "; what runs since wrote at is looked at again"
	}
	w.say("Going on with the verification that began %s: %s tickets were looked at%s.", local(w.head.Began), report.Number(n), more)
	return nil
}

func local(t time.Time) string { return t.Local().Format("2006-01-02 15:04") }

// say tells a line while the verification goes on.
func (w *verifying) say(format string, args ...any) {
	if !w.s.quiet {
		fmt.Fprintf(beside{w.s.app}, format+"\n", args...) //nolint:errcheck // it is in the report too
	}
}
