package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/project"
)

// verifying is a verification under way. It works on a copy of the ledger, so that runs
// may go on beside it; what it has seen goes into that copy as well, which is kept in the
// project until the verification has ended, and found by the next that is asked the same.
type verifying struct {
	s        *session
	ask      *verifyAsk
	hops     []*hop
	head     verifyHead
	keys     checkpoints.Keys
	lock     *project.Lock
	path     string    // of the copy; "" nothing is kept
	began    time.Time // this part
	resumed  bool
	ended    bool  // nothing is left to be done
	lastMove int64 // the last run that moved something; 0 none
}

// verifyHead says of what a verification is, and what it took so far.
type verifyHead struct {
	Asked   string    `json:"asked"` // which tickets, and how
	Version string    `json:"version"`
	Ways    string    `json:"ways"` // the mapping, the systems and their settings
	Run     int64     `json:"run"`  // the last one in the copy of the ledger
	Running bool      `json:"running,omitempty"`
	Seed    uint64    `json:"seed,omitempty"`
	Began   time.Time `json:"began"`
	Seconds float64   `json:"seconds"`
	// Requests are those of the parts before this one.
	Requests int64 `json:"requests"`
}

// beginVerifying takes up the verification that was broken off, or begins one.
func (s *session) beginVerifying(ctx context.Context, ask *verifyAsk, hops []*hop) (w *verifying, err error) {
	w = &verifying{s: s, ask: ask, hops: hops, began: time.Now()}
	real := s.store
	s.store = nil // whatever happens, it is closed here
	defer func() {
		err = errors.Join(err, real.Close())
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	if w.head, err = w.headNow(ctx, real); err != nil {
		return w, err
	}
	if w.lastMove == 0 { // that nothing differs would seem to be proof
		return w, usage(errors.New("nothing was moved yet, so that there is nothing to verify: run deskhaul migrate first"))
	}
	if !s.keeps() {
		s.store, err = s.copyOf(ctx, real)
		return w, w.begin(ctx, err)
	}
	if w.lock, err = s.p.LockVerification(w.began); err != nil {
		return w, err
	}
	w.path = filepath.Join(s.p.Hidden(), "verify-"+ask.sort()+".db")
	if goesOn, err := w.takeUp(ctx, real); goesOn || err != nil {
		return w, err
	}
	if err := errors.Join(remove(w.path), remove(w.path+".new"), real.CopyTo(ctx, w.path)); err != nil {
		return w, err
	}
	s.store, err = checkpoints.Open(ctx, w.path)
	return w, w.begin(ctx, err)
}

// keeps tells whether there is a place to keep a verification in: a project that moved
// nothing has none, nor one that only can be looked at.
func (s *session) keeps() bool {
	_, err := os.Stat(s.p.Ledger())
	return err == nil && writable(s.p.Hidden())
}

// sort is what a file of it is called: one sort does not take another's place.
func (ask *verifyAsk) sort() string {
	name := "all"
	switch {
	case ask.sample > 0:
		name = "sample"
	case ask.last || ask.run > 0:
		name = "run"
	}
	if ask.quick {
		name += "-quick"
	}
	return name
}

// headNow is what would be begun now.
func (w *verifying) headNow(ctx context.Context, real checkpoints.Store) (verifyHead, error) {
	s := w.s
	head := verifyHead{Version: version(), Ways: s.p.Mapping.Hash(), Seed: w.ask.seed, Began: w.began.UTC()}
	for _, h := range w.hops {
		head.Ways += fmt.Sprintf(" %s/%s/%s %s %s", h.route(), h.from.UUID, h.to.UUID, h.from.SettingsHash(), h.to.SettingsHash())
	}
	run := w.ask.run
	if err := knownRun(ctx, real, run); err != nil {
		return head, err
	}
	runs, err := runsOf(ctx, real)
	if err != nil {
		return head, err
	}
	if len(runs) > 0 {
		head.Run = runs[0].ID
		head.Running = runs[0].State == checkpoints.RunRunning && s.p.Working() != nil // else it was killed
	}
	if w.lastMove = lastMove(runs); w.ask.last {
		run = w.lastMove
	}
	head.Asked = fmt.Sprintf("sample %d, run %d, quick %t", w.ask.sample, run, w.ask.quick)
	return head, nil
}

// begin puts down what is begun.
func (w *verifying) begin(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	w.keys = w.s.store.Keys("verification", false)
	if w.ask.sample > 0 && w.head.Seed == 0 {
		w.head.Seed = newSeed()
	}
	return errors.Join(w.save(ctx), w.s.store.Flush(ctx))
}

// headKey is where the head stands in the copy.
const headKey = "head"

// save puts down what it took so far.
func (w *verifying) save(ctx context.Context) error {
	head := w.head
	head.Seconds, head.Requests = w.spent()
	b, err := json.Marshal(head)
	if err != nil {
		return err
	}
	return w.keys.Put(ctx, headKey, b)
}

// spent is what all parts took together.
func (w *verifying) spent() (seconds float64, requests int64) {
	return w.head.Seconds + time.Since(w.began).Seconds(), w.head.Requests + w.s.requests.Load()
}

func (w *verifying) journal(h *hop) *pipeline.Journal { return journalOf(w.s.store, h) }

func journalOf(store checkpoints.Store, h *hop) *pipeline.Journal {
	return pipeline.NewJournal(store, h.route()+"/"+h.from.UUID)
}

// broken says of an error what is kept, and where it goes on.
func (w *verifying) broken(ctx context.Context, err error) error {
	switch {
	case w.path == "":
		return err
	case errors.Is(err, context.Canceled):
		return &exit{exitInterrupted, errors.New("interrupted: what was looked at is kept, and the same command goes on from here")}
	}
	next := "when that is mended"
	if errors.Is(err, pipeline.ErrAway) {
		next = "when the target answers"
	}
	switch looked, e := w.lookedAt(context.WithoutCancel(ctx)); {
	case e != nil:
		return errors.Join(err, e)
	case looked:
		return fmt.Errorf("%w – what was looked at is kept: %s, the same command goes on from here", err, next)
	case errors.Is(err, pipeline.ErrAway):
		return fmt.Errorf("%w – nothing was looked at yet: run the same command again %s", err, next)
	}
	return err
}

// lookedAt tells whether anything was looked at, in this part or one before.
func (w *verifying) lookedAt(ctx context.Context) (bool, error) {
	for _, h := range w.hops {
		if any, err := w.journal(h).Any(ctx); any || err != nil {
			return any, err
		}
	}
	return false, nil
}

// close removes what nobody needs any more.
func (w *verifying) close() (err error) {
	if w.s.store != nil {
		err = w.s.store.Close()
		w.s.store = nil
	}
	if w.path != "" && w.ended {
		err = errors.Join(err, remove(w.path))
	}
	if w.lock != nil {
		err = errors.Join(err, w.lock.Unlock())
		w.lock = nil
	}
	return err
}

// remove removes a file of SQLite, and what stands beside it.
func remove(path string) (err error) {
	for _, end := range []string{"", "-wal", "-shm"} {
		if e := os.Remove(path + end); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}
