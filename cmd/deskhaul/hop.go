package main

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/project"
)

// hop is one leg of the way: a source, a target, and the ledger between them.
type hop struct {
	s        *session
	from, to *project.System
	pull     bool // into the project's own archive
	last     bool // its target is where the records are to stay

	source connectors.Source
	target connectors.Target
	ledger checkpoints.Ledger
	reads  connectors.Caps
	writes connectors.Caps
}

// pullRoute is the route of all legs into the archive.
const pullRoute = "pull"

// pulls are the legs into the archive; none where the project has no archive or
// starts from it.
func (s *session) pulls() (hops []*hop) {
	if s.p.Archive == nil {
		return nil
	}
	for _, from := range s.p.Sources {
		hops = append(hops, &hop{s: s, from: from, to: s.p.Archive, pull: true, last: len(s.p.Targets) == 0})
	}
	return hops
}

// loads are the legs into the targets: from the archive, or from the sources where
// there is none.
func (s *session) loads() (hops []*hop) {
	for _, to := range s.p.Targets {
		if s.p.Archive != nil {
			hops = append(hops, &hop{s: s, from: s.p.Archive, to: to, last: true})
			continue
		}
		for _, from := range s.p.Sources {
			hops = append(hops, &hop{s: s, from: from, to: to, last: true})
		}
	}
	return hops
}

func (h *hop) label() string { return h.from.Name + " → " + h.to.Name }

// open opens both ends and the ledger between them.
func (h *hop) open(ctx context.Context) (err error) {
	h.reads, _ = h.from.Spec.CapsOf(h.from.Config)
	_, h.writes = h.to.Spec.CapsOf(h.to.Config)
	if !h.writes.Silent {
		return usage(fmt.Errorf("%s (%s) cannot promise to send nobody an e-mail – it is refused", h.to.Name, h.to.Spec.Name))
	}
	pair := checkpoints.Pair{Route: h.to.UUID, Source: h.from.UUID, Target: h.to.UUID, Account: h.to.Account}
	if h.pull {
		pair.Route = pullRoute
	}
	if h.ledger, err = h.s.store.Ledger(ctx, pair); err != nil {
		return err
	}
	if h.source, err = h.from.Spec.Source(ctx, h.from.Config, h.env(h.from, true)); err != nil {
		h.source = nil // a nil pointer in an interface is not nil
		return fmt.Errorf("open the source %s: %w", h.from.Name, err)
	}
	if h.target, err = h.to.Spec.Target(ctx, h.targetConfig(), h.env(h.to, false)); err != nil {
		h.target = nil
		return errors.Join(fmt.Errorf("open the target %s: %w", h.to.Name, err), h.close())
	}
	return nil
}

// targetConfig tells the archive whose records it gets.
func (h *hop) targetConfig() any {
	c, ok := h.to.Config.(*archive.Config)
	if !ok || !h.pull {
		return h.to.Config
	}
	own := *c
	own.SourceID, own.SourceName = h.from.UUID, h.from.Name
	return &own
}

func (h *hop) env(sys *project.System, source bool) connectors.Env {
	temp := h.s.p.Temp()
	if h.s.purpose != toWrite {
		temp = os.TempDir()
	}
	return connectors.Env{
		HTTP: plainClient(), Log: h.s.log(), State: pipeline.State(h.s.store, sys.UUID, source), Temp: temp, Now: time.Now,
		Name: sys.Name, DryRun: h.s.purpose != toWrite,
	}
}

// close closes the target first: it may have to finish its file.
func (h *hop) close() error {
	var err error
	if c, ok := h.target.(connectors.Closer); ok {
		err = c.Close()
	}
	if c, ok := h.source.(connectors.Closer); ok {
		err = errors.Join(err, c.Close())
	}
	h.source, h.target = nil, nil
	return err
}

// pipeline is the hop ready to run.
func (h *hop) pipeline(ctx context.Context, run int64) (*pipeline.Pipeline, error) {
	p := &pipeline.Pipeline{
		Source: h.source, Reads: h.reads, Target: h.target, Writes: h.writes,
		Store: h.s.store, Ledger: h.ledger, Run: run, Marks: h.mark, Workers: h.s.p.Run.Workers,
		DryRun: h.s.purpose != toWrite, Join: !h.pull,
	}
	if h.pull {
		return p, nil
	}
	m := h.s.p.Mapping
	p.MapHash = m.Hash()
	p.Map = func(ctx context.Context, r desk.Record) (pipeline.Verdict, error) {
		v, err := m.Apply(ctx, r)
		return verdict(v), err
	}
	p.PeopleWithTickets = m.Contacts() != mapping.ContactsAll
	var err error
	p.Anyway, err = h.lists(ctx)
	return p, err
}

// verdict is what the mapping said, in the pipeline's words.
func verdict(v mapping.Verdict) pipeline.Verdict {
	out := pipeline.Verdict{Keep: v.Keep, Rule: v.Rule}
	for _, d := range v.Dropped {
		if out.Dropped == nil {
			out.Dropped = map[desk.ID]string{}
		}
		out.Dropped[d.ID] = d.Rule
	}
	for _, l := range v.Losses {
		out.Losses = append(out.Losses, connectors.Loss{Field: l.Field, Detail: l.Detail})
	}
	return out
}

// mark is what the copy of a record or message carries: the same for the same
// thing of the same source and project, for ever; 28 letters and digits.
func (h *hop) mark(kind desk.Kind, parent, id desk.ID) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{h.s.p.UUID, h.from.UUID, string(kind), string(parent), string(id)}, "\x00")))
	return "dh" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}
