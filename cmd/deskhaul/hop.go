package main

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping"
	"github.com/deskhaul/deskhaul/persons"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

// hop is one leg of the way: a source, a target, and the ledger between them.
type hop struct {
	s        *session
	from, to *project.System
	pull     bool // into the project's own archive
	last     bool // its target is where the records are to stay
	canary   bool // it brings a canary: nothing of the mapping's applies
	// onward makes a retry read what is new too: a retry before it brought something
	// into the archive, which is to arrive.
	onward bool
	// opening is the end that open was at when it failed.
	opening *project.System
	// noted sees to it that e-mails of the target's are written down once; unnoted is why
	// that failed.
	noted   sync.Once
	unnoted error
	// persons stands before the source where contacts are put together; nil: it does not.
	persons *persons.Source
	// lent is a target that another hop has opened, which closes it.
	lent connectors.Target

	// picks is the sample, as the source calls its tickets; nil: none, or not chosen yet. Of
	// them came are at the target, as that calls them, and stayed are not.
	picks, came, stayed []pipeline.Picked
	// aside is why messages and files of the tickets of the sample are put aside, on this leg
	// and before it, by the ids of its source.
	aside map[desk.ID][]string

	// listed is what a page says of the leg, once it is over.
	listed report.Listed

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
	h.opening = h.to
	if err := h.silent(); err != nil {
		return err
	}
	h.opening = h.from
	if h.ledger, err = h.s.store.Ledger(ctx, pairOf(h.route(), h.from, h.to)); err != nil {
		return err
	}
	if h.source, err = h.from.Spec.Source(ctx, h.from.Config, h.env(h.from, true)); err != nil {
		h.source = nil // a nil pointer in an interface is not nil
		return h.absent(fmt.Errorf("open the source %s: %w", h.from.Name, err))
	}
	h.opening = h.to
	if h.target = h.lent; h.lent != nil {
		return nil
	}
	if h.target, err = h.to.Spec.Target(ctx, h.targetConfig(), h.env(h.to, false)); err != nil {
		h.target = nil
		return errors.Join(fmt.Errorf("open the target %s: %w", h.to.Name, err), h.close())
	}
	return nil
}

// silent refuses a target that may send e-mails, and says what would keep it quiet.
func (h *hop) silent() error {
	if _, writes := h.to.Spec.CapsOf(h.to.Config); writes.Silent {
		return nil
	}
	err := fmt.Errorf("%s (%s) cannot promise to send nobody an e-mail – it is refused", h.to.Name, h.to.Spec.Name)
	if ways := h.to.Spec.Guide.Silence; len(ways) > 0 {
		err = fmt.Errorf("%w. %s", err, strings.Join(ways, " "))
	}
	return usage(err)
}

// absent makes an error a mistake in the configuration where the source is not at
// the place that it names.
func (h *hop) absent(err error) error {
	for _, path := range h.from.Paths() {
		if _, missing := os.Stat(path); errors.Is(err, fs.ErrNotExist) && errors.Is(missing, fs.ErrNotExist) {
			return usage(err)
		}
	}
	return err
}

// route names the way that the hop is a leg of.
func (h *hop) route() string {
	switch {
	case h.pull:
		return pullRoute
	case h.canary:
		return canaryRoute
	}
	return h.to.UUID
}

// pairOf names a leg in the ledger. Accounts are left out of it: a UUID stands for
// one account already, wherever that is moved to.
func pairOf(route string, from, to *project.System) checkpoints.Pair {
	return checkpoints.Pair{Route: route, Source: from.UUID, Target: to.UUID}
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
	return connectors.Env{
		HTTP: plainClient(h.s.line, &h.s.requests, h.s.tracing.to), Log: h.s.log(), State: pipeline.State(h.s.store, sys.UUID, source), Temp: h.s.temp(), Now: time.Now,
		Name: sys.Name, DryRun: h.s.purpose != toWrite, Vault: h.s.p.Vault(false),
	}
}

// close closes the target first: it may have to finish its file.
func (h *hop) close() error {
	var err error
	if c, ok := h.target.(connectors.Closer); ok && h.lent == nil {
		err = c.Close()
	}
	if c, ok := h.source.(connectors.Closer); ok {
		err = errors.Join(err, c.Close())
	}
	h.source, h.target, h.persons = nil, nil, nil
	return err
}

// longLinger is how long a run waits for what is in doubt before it ends. What a kill left
// is settled within it at most systems, and a person who waits longer looks elsewhere.
const longLinger = 30 * time.Second

// pipeline is the hop ready to run.
func (h *hop) pipeline(ctx context.Context, run int64) (*pipeline.Pipeline, error) {
	if !h.pull && !h.canary {
		if err := h.unite(ctx); err != nil {
			return nil, err
		}
	}
	p := &pipeline.Pipeline{
		Source: h.source, Reads: h.reads, Target: h.target, Writes: h.writes,
		Store: h.s.store, Ledger: h.ledger, Run: run, Marks: h.mark, Workers: h.s.p.Run.Workers,
		DryRun: h.s.purpose != toWrite, Join: !h.pull, Linger: longLinger,
	}
	if h.from != h.s.p.Archive {
		p.ReadHash = h.from.SettingsHash()
	}
	if h.pull || h.canary {
		return p, nil
	}
	m := h.s.p.Mapping
	p.MapHash, p.Leftovers, p.Conflicts = m.Hash(), m.Leftovers(), pipeline.Policy(m.Conflicts())
	p.PeopleWithTickets, p.ShelvesWithTickets = m.Contacts() != mapping.ContactsAll, m.Splits()
	var err error
	if p.Map, err = h.mapped(ctx); err != nil {
		return nil, err
	}
	if p.Crosslinks, err = h.crosslinks(ctx); err != nil {
		return nil, err
	}
	p.Anyway, err = h.lists(ctx)
	return p, err
}

// mapped is what the mapping and its routes do to the records of the leg.
func (h *hop) mapped(ctx context.Context) (func(context.Context, desk.Record) (pipeline.Verdict, error), error) {
	w, err := h.ways(ctx)
	if err != nil {
		return nil, err
	}
	routes, err := h.routed(ctx)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, r desk.Record) (pipeline.Verdict, error) {
		id := r.About().ID
		v, err := h.s.p.Mapping.Apply(ctx, r, w.of(id))
		out := verdict(v)
		switch {
		case err != nil || !v.Keep || r.About().Deleted:
		case r.Kind() == desk.KindContact:
			out.Conflicts, err = h.differences(ctx, id)
		case r.Kind() == desk.KindTicket && routes != nil:
			err = routes.decide(ctx, id, v, &out)
		}
		return out, err
	}, nil
}

// rehearsal is the hop ready to be planned. It has the number of a run that never
// was: what earlier runs brought is not taken for its own.
func (h *hop) rehearsal(ctx context.Context) (*pipeline.Pipeline, error) {
	last, err := h.s.store.Runs(ctx, 1)
	if err != nil {
		return nil, err
	}
	next := int64(1)
	if len(last) > 0 {
		next += last[0].ID
	}
	return h.pipeline(ctx, next)
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
	name := make([]byte, 0, 256)
	for i, part := range [...]string{h.s.p.UUID, h.from.UUID, string(kind), string(parent), string(id)} {
		if i > 0 {
			name = append(name, 0)
		}
		name = append(name, part...)
	}
	sum := sha256.Sum256(name)
	return string(markLetters.AppendEncode(append(make([]byte, 0, 28), "dh"...), sum[:16]))
}

// markLetters is the alphabet of RFC 4648, section 6, in lower case.
var markLetters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
